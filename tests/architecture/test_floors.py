"""What may import what (docs/architecture.md) is not a habit but a rule."""

import subprocess
import sys

import pytest

import tree

CONFIG = tree.ROOT / "pyproject.toml"


def lint(config):
    # In a process of its own: import-linter's logging switches off every logger it finds.
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    words = ["-c", code, "--no-cache", "--config", str(config)]
    done = subprocess.run(
        [sys.executable, *words], cwd=tree.ROOT, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_every_room_stands_on_its_floor():
    code, said = lint(CONFIG)
    assert code == 0, said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('  "(storage)",\n', "", id="a room without a floor"),
        pytest.param('"app.crypto.unseal"]', '"app.crypto.seal"]', id="intake seals"),
    ],
)
def test_the_rule_can_be_broken(tmp_path, before, after):
    rules = CONFIG.read_text("utf-8")
    assert before in rules
    (tmp_path / "pyproject.toml").write_text(rules.replace(before, after), "utf-8")
    assert lint(tmp_path / "pyproject.toml")[0] != 0
