"""Every room can be read in one sitting, says what it is for, and is named for what happens."""

import ast

import pytest

import tree

pytestmark = pytest.mark.untraced

LONGEST_MODULE, LONGEST_FUNCTION = 300, 60
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "service", "services"} | {
    "manager",
    "managers",
    "models",
    "misc",
    "base",
    "core",
}
MODULES = [
    pytest.param(name, code, id=str(name))
    for folder in ("app", "tools")
    for name, code in tree.modules(folder).items()
]


@pytest.mark.parametrize(("name", "code"), MODULES)
def test_a_module_says_what_it_is_for(name, code):
    if code.body or name.name != "__init__.py":
        words = ast.get_docstring(code)
        assert words, f"{name} has no docstring"
        assert words.splitlines()[0].endswith((".", ":")), f"{name}: the first line is a sentence"


@pytest.mark.parametrize(("name", "code"), MODULES)
def test_a_module_can_be_read_in_one_sitting(name, code):
    lines = (tree.ROOT / name).read_text("utf-8").count("\n")
    assert lines <= LONGEST_MODULE, f"{name}: which second reason to change lives here?"
    for node in ast.walk(code):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{name}: {node.name} has {length} lines"


@pytest.mark.parametrize(("name", "code"), MODULES)
def test_a_module_is_named_for_what_happens_in_it(name, code):
    assert not EMPTY_WORDS & set(name.with_suffix("").parts)


def test_every_package_of_the_service_has_been_looked_at():
    looked_at = {name.parts[1] for name in tree.modules() if len(name.parts) > 2}
    assert {"web", "runner", "intake", "delivery", "casework", "records", "crypto"} <= looked_at


def test_what_must_not_share_the_machine_stands_where_its_round_looks():
    """As tools/test.py says: to read every test costs ten seconds."""
    tests = tree.ROOT / "tests"
    alone = "mark." + "alone"
    files = [*tests.glob("*/test_*.py"), *tests.glob("unit/*/test_*.py")]
    there = {file.parent.name for file in files if alone in file.read_text("utf-8")}
    assert there == {"integration", "web"}
