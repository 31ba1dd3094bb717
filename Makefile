# Two commands matter: `make run` and `make test`. Without make: `./skyddsnat serve` and `python3 tools/test.py`.

.PHONY: run test check lock sbom fix clean

run: ## start everything: citizen site, staff inbox, relay, nightly job
	@exec python3 tools/start.py serve

test: ## everything, with what it needs: PostgreSQL, Chromium, Node.js
	@exec python3 tools/test.py all

check: ## the fast half: style, types, floors, unit, content, components
	@exec python3 tools/test.py check

fix: ## let ruff put right what it can
	@exec python3 tools/test.py fix

lock: ## write requirements/*.lock anew from pyproject.toml (needs uv)
	@exec python3 tools/lock.py

sbom: ## write sbom.cdx.json: every package that runs, with version and hashes (CycloneDX)
	@exec python3 tools/sbom.py

clean: ## remove what a start or a test run made, but never data/
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* node_modules tests/browser/node_modules
