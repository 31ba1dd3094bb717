"""What another branch's lock file names is not fetched anew where it is there already."""

import importlib
import json

import pytest

from app.settings import CHECKOUT

LOCK = """\
Jinja2==3.1.6 \\
    --hash=sha256:0
psycopg-binary==3.3.9 ; implementation_name != 'pypy' \\
    --hash=sha256:0
typing_extensions==4.16.0 \\
    --hash=sha256:0
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    found = importlib.import_module("environment")
    monkeypatch.setattr(found, "ROOT", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "test.lock").write_text(LOCK)
    return found


@pytest.fixture
def outside(environment):
    return importlib.import_module("outside")


@pytest.mark.parametrize(
    ("there", "enough"),
    [
        (["jinja2-3.1.6", "typing_extensions-4.16.0", "authlib-1.9.10"], True),
        (["jinja2-3.1.5", "typing_extensions-4.16.0"], False),
        (["jinja2-3.1.6"], False),
        ([], False),
    ],
)
def test_a_package_is_there_in_its_version_or_it_is_not(environment, tmp_path, there, enough):
    for name in there:
        (tmp_path / "home/lib/python3.11/site-packages" / f"{name}.dist-info").mkdir(parents=True)
    assert environment._has_everything(tmp_path / "home", "test") is enough


@pytest.mark.parametrize(("version", "enough"), [("1.2.0", True), ("1.2.1", False), ("", False)])
def test_so_it_is_with_the_packages_of_npm(outside, tmp_path, version, enough):
    lock = {"": {}, "node_modules/a": {"version": "1.2.0"}, "node_modules/b": {"optional": True}}
    if version:
        (tmp_path / "node_modules/a").mkdir(parents=True)
        (tmp_path / "node_modules/a/package.json").write_text(json.dumps({"version": version}))
    assert outside._npm_has(tmp_path, json.dumps({"packages": lock}).encode()) is enough
