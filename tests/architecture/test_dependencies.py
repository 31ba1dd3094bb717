"""The service depends on what it uses, and on nothing else."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

import tree

pytestmark = pytest.mark.untraced

PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NOT_IMPORTED = {
    "python-multipart": "Starlette reads forms with it",
    "uvloop": "uvicorn takes it for its event loop where it is",
    "psycopg": "SQLAlchemy speaks to PostgreSQL through it",
}


def normal(name):
    return re.split(r"[\[<>=; ]", name)[0].lower().replace("_", "-")


def imported():
    """The distributions that app/ and migrations/ import directly."""
    names = set()
    for folder in ("app", "migrations"):
        for code in tree.modules(folder).values():
            for node in ast.walk(code):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    known = packages_distributions()
    foreign = names - set(sys.stdlib_module_names) - {"app"}
    return {normal(each) for name in foreign for each in known[name]}


def test_everything_that_is_imported_is_declared_and_the_other_way_round():
    declared = {normal(each) for each in PROJECT["dependencies"]}
    assert imported() - declared == set(), "imported but not declared"
    assert declared - imported() - set(NOT_IMPORTED) == set(), "declared but not used"
