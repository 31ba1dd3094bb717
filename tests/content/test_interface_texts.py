"""Every text of the interface is used, and every text that is asked for is there.

A text is asked for by its whole path, or by a path with a gap in it that is filled when the page is
made. What can fill each gap stands here, so that a text nobody can ever see is found.
"""

import ast
from collections.abc import Iterator, Mapping

import pytest
from jinja2 import Environment, nodes

from app import errors
from app.errors import SkyddsnatError
from app.records.outbox import State
from app.runner import hours_in_words
from app.runner.field import KINDS
from app.web.shown.frame import TEXT_PAGES
from app.web.shown.said import place
from tests.content import FORMS, interface_paths, loaded

ROOT = FORMS.parent
NEVER_A_PAGE = {401, 422}
"""Who is signed out is led to the sign-in; what must be put right is said where it stands."""


def statuses() -> set[str]:
    ours = {error for error in vars(errors).values() if isinstance(error, type)}
    found = {error.status for error in ours if issubclass(error, SkyddsnatError)}
    return {str(status) for status in (found | {404, 405, 500}) - NEVER_A_PAGE}


def gaps() -> Mapping[str, Iterator[str] | set[str]]:
    """What fills the gap in each path that has one."""
    ways = {f"ways.{way.id}" for way in loaded().municipality.ways}
    pages = {f"errors.page.{status}" for status in statuses()}
    ages = {"minute", "minutes", "hour", "hours", "day", "days"}
    marks = {"urgent", "protected"}
    columns = {"reference", "flags", "form", "received", "age", "status"}
    statements = {"accessibility", "staff.accessibility"}
    facts = {"destination", "form", "received", "since", "attempts", "state", "owner", "reference"}
    return {
        "accessibility.status_{}": {"full", "partly"},
        "dates.months.{}": {str(number) for number in range(1, 13)},
        "dates.weekdays.{}": {str(number) for number in range(1, 8)},
        "dates.{}": ages,
        "errors.page.{}": statuses(),
        "errors.page.{}.title": statuses(),
        "kinds.date.{}": {"day", "month", "year"},
        "site.footer.{}": set(TEXT_PAGES),
        "staff.item.{}": marks,
        "staff.queue.show_{}": {"all", "waiting"},
        "staff.queue.{}": columns | marks,
        "staff.sign_in.{}": {"needed", "used"},
        "staff.sign_in.{}_title": {"needed", "used"},
        "staff.status.{}": {"new", "acknowledged"},
        "staff.stuck.states.{}": {
            state.value for state in State if state not in {State.CONFIRMED, State.RELEASED}
        },
        "staff.stuck.{}": facts | {"why"},
        "{}.what": ways,
        "{}.when": ways,
        "{}.text": pages,
        "{}.title": ways | pages | set(TEXT_PAGES),
        **{f"{{}}.{part}": statements for part in ("intro", "without", "report", "outside")},
        "{}_title": {"staff.item.unreadable", "staff.errors.not_yours"},
        "{}": set(),
    }


def asked_in_code() -> Iterator[str]:
    """Yield every path that Python asks for, and every literal that is one; `{}` for a gap."""
    said = (ROOT / "app" / room for room in ("web", "delivery", "records"))
    for file in (file for folder in said for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node) == "t" and node.args:
                yield from written(node.args[0])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # A connector says why in one word; in web a path stands whole.
                whole = (node.value, f"delivery.reasons.{node.value}")
                yield from (path for path in whole if path in interface())


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def written(path: ast.expr) -> Iterator[str]:
    if isinstance(path, ast.Constant):
        yield str(path.value)
    elif isinstance(path, ast.JoinedStr):
        parts = path.values
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
    elif isinstance(path, ast.IfExp):
        yield from (*written(path.body), *written(path.orelse))


def asked_in_templates() -> Iterator[str]:
    for file in (ROOT / "templates").rglob("*.html"):
        tree = Environment(autoescape=True).parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield whole(call.args[0])


def whole(path: nodes.Expr) -> str:
    if isinstance(path, nodes.Const):
        return str(path.value)
    parts = path.nodes if isinstance(path, nodes.Concat) else [path]
    return "".join(str(part.value) if isinstance(part, nodes.Const) else "{}" for part in parts)


def interface() -> set[str]:
    return set(interface_paths("sv"))


def of_kinds() -> Iterator[str]:
    """Yield where a kind of field is looked for: among its own words, else among those of any."""
    t = loaded().interfaces["sv"]
    yield "errors.any.other"
    for name, kind in KINDS.items():
        yield from filter(None, (place(t, "errors", name, key) for key in kind.ERRORS))
        yield from filter(None, (place(t, "read", name, key) for key in kind.REMARKS))


def asked() -> set[str]:
    return {*asked_in_code(), *asked_in_templates(), *of_kinds(), *hours_in_words.NEEDED}


def fillings(path: str) -> set[str]:
    """Every path that a path with a gap can become."""
    if "{}" not in path:
        return {path}
    gap = "{}.{}" if "{}.{}" in path else "{}"
    return {path.replace(gap, filling) for filling in gaps()[path]}


def test_what_fills_every_gap_is_known():
    assert {path for path in asked() if "{}" in path} <= set(gaps())


def test_every_text_that_is_asked_for_is_there():
    assert {path for path in asked() if "{}" not in path} - interface() == set()
    optional = {path for path in gaps() if path.startswith("errors.{}")}
    filled = {text for path in asked() - optional if "{}" in path for text in fillings(path)}
    assert filled - interface() == set()


def test_no_text_is_there_for_nothing():
    used = {text for path in asked() for text in fillings(path)}
    listed = {path for path in interface() if path.startswith("accessibility.untested.")}
    assert sorted(interface() - used - listed) == []


@pytest.mark.parametrize("status", sorted(statuses()))
def test_every_error_that_becomes_a_page_has_words_of_its_own(status):
    assert {f"errors.page.{status}.title", f"errors.page.{status}.text"} <= interface()
