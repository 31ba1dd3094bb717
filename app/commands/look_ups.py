"""Every text that the program looks up, read out of the program itself: code and templates.

A text is asked for by its whole path, or by a path with a gap in it that is filled when the page is
made. What can fill each gap stands here. So a text that is missing is found before anybody meets
the page, and a text that nobody can ever see is found too.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from app import errors
from app.casework import sampling
from app.casework.entries import Fault, Kind
from app.casework.group.consent import Say
from app.casework.group.consent import Why as WhyNot
from app.casework.group.hindered import Hinder
from app.casework.group.missing import What
from app.casework.likeness import Strength
from app.casework.marks import Verdict
from app.casework.queue import Tab
from app.casework.removable import Stand
from app.casework.searching import Reason, Way, Why
from app.casework.tallies import CHANNEL, OUTCOME
from app.delivery import verdict
from app.delivery.leases import GivenBack
from app.errors import SkyddsnatError
from app.records import audit
from app.records.akt import Kept
from app.records.outbox import State
from app.runner import hours_in_words
from app.runner.contact import WORDS_OF_A_WAY
from app.runner.field import KINDS
from app.runner.letters import REPORTER
from app.runner.municipality import Municipality
from app.runner.role import Role
from app.runner.taken_in import Channel
from app.settings import CHECKOUT
from app.web.shown.frame import TEXT_PAGES
from app.web.shown.said import ANY, OTHER
from app.web.staff.decisions import COLUMNS
from app.web.staff.errors import STATUSES
from app.web.staff.figures_views import SECTIONS
from app.web.staff.work import PLAINLY

ROOMS = ("casework", "web", "delivery", "records", "runner")
"""Where texts are asked for, in `app`."""
NEVER_A_PAGE = {401, 422}
"""Who is signed out is led to the sign-in; what must be put right is said where it stands."""
GAP = "{}"
REASONS = "delivery.reasons"
NAMED_WHOLE = re.compile(rf"(?:{REASONS}|errors\.page\.\d+|staff(?:\.[a-z_]+)+)\.[a-z_]+[a-z]")
"""What is no call of `t` but a path: a reason, or a row of the inbox that another asks for."""
OWN_STEPS = {"note", "reopen", "recuse", "bar", "hold", "emergency_case", "lend"}
LET_IN = {"emergency", "read", "work"}
WRITTEN = ("title", "label", "hint", "button", "missing")
"""What is said of an act of the machine's own where something is written."""
SEARCH_ASKS = {"any", "reference", "year", "reason"}
SEARCH: Mapping[str, Collection[str]] = {
    "staff.search.{}": SEARCH_ASKS | {why.value for why in Why} | {"gone", "slowed"},
    "staff.search.{}_hint": SEARCH_ASKS,
    "staff.search.{}_missing": SEARCH_ASKS - {"year"},
    "staff.search.found_{}": {"none", "one", "many"},
    "staff.search.reasons.{}": {reason.value for reason in Reason},
    "staff.search.ways.{}": {way.value for way in Way},
}
"""What is asked of who searches, and what is said of what they typed and found."""
MESSAGES = {"case.unreadable", "errors.not_yours", "errors.not_allowed", "group.unread"}
"""What staff have words of their own for, when something goes wrong."""
REFUSED = {"again", "away", "cancelled", "clock", "nameless", "no_group", "weak"}
SIGNING_IN = {"needed", "used", "by_provider", "in", "out"} | REFUSED
"""Pages of signing in: the ways in and out, and why the municipality's sign-in lets nobody in."""
OF_A_CASE: Mapping[str, Collection[str]] = {
    "staff.changed.{}": {*PLAINLY.values(), "not_for_each", "not_left"},
    "staff.group.{}": {why.value for why in WhyNot},
    "staff.ledger.{}": {say.value for say in Say},
    "staff.plan.{}": {what.value for what in What},
    "staff.letters.hinders.{}": {why.value for why in Hinder} - {Hinder.UNINVITED},
    "staff.letters.{}": {REPORTER},
    "staff.hands.{}": {"mine", "theirs", "barred", "lift_asked"},
}
"""What keeps something from being done, what is missing before it may be, and who has the case."""
REMOVAL = {"choose", "reference", "form", "received", "closed", "outcome", "said", "removed", "by"}
REMOVAL |= {"propose", "approve", "withdraw", "lift", "why_stays"}
STANDS = {stand.name.lower() for stand in Stand}
OF_REMOVAL: Mapping[str, Collection[str]] = {
    "staff.removal.{}": STANDS | REMOVAL,
    "staff.removal.{}_hint": STANDS,
    "staff.removal.why.{}": {why.value for why in Kept},
    "staff.akt.{}": {"title", "intro", "button", "born", "born_hint", "placed", "others"}
    | {"placed_missing", "others_missing", "yes", "no", "not_known"},
}
"""What the page of removal says: how cases stand, its columns, and what can be done."""
NOT_ASKED_FOR = ("language.", "accessibility.untested.")
"""Whatever stands there is shown as it stands."""


@cache
def needed() -> frozenset[str]:
    """Return the path of every text that some page may show, whatever the municipality."""
    return frozenset(text for path in asked() for text in fillings(path))


def missing(interface: Collection[str]) -> list[str]:
    """Return what is asked for and is not among the paths of the interface."""
    return sorted(needed() - set(interface))


def unused(interface: Collection[str], municipality: Municipality) -> list[str]:
    """Return the paths among the interface's that nobody asks for."""
    ways = {f"ways.{way.id}.{name}" for way in municipality.ways for name in way.unsaid()}
    spare = set(interface) - needed() - of_kinds() - ways
    return sorted(path for path in spare if not path.startswith(NOT_ASKED_FOR))


@cache
def asked() -> frozenset[str]:
    """Return every path that is asked for; with GAP where something is filled in."""
    found = {*asked_in_templates(), *hours_in_words.NEEDED, f"errors.{ANY}.{OTHER}"}
    found |= {f"{REASONS}.{word}" for word in reasons()}
    for file in (file for room in ROOMS for file in (CHECKOUT / "app" / room).rglob("*.py")):
        found.update(asked_in(file.read_text("utf-8")))
    return frozenset(found)


def asked_in(program: str) -> Iterator[str]:
    """Yield the paths that a program asks for, or names whole for another to ask for."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and called(node) == "t" and node.args:
            yield from written(node.args[0])
        elif isinstance(node, ast.Constant) and NAMED_WHOLE.fullmatch(str(node.value)):
            yield str(node.value)


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))


def written(path: ast.expr) -> Iterator[str]:
    if isinstance(path, ast.Constant):
        yield str(path.value)
    elif isinstance(path, ast.JoinedStr):
        parts = path.values
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in parts)
    elif isinstance(path, ast.IfExp):
        yield from (*written(path.body), *written(path.orelse))


def asked_in_templates(folder: Path = CHECKOUT / "templates") -> Iterator[str]:
    for file in sorted(folder.rglob("*.html")):
        tree = Environment(autoescape=True).parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield joined(call.args[0])


def joined(path: nodes.Expr) -> str:
    if isinstance(path, nodes.Const):
        return str(path.value)
    parts = path.nodes if isinstance(path, nodes.Concat) else [path]
    return "".join(str(part.value) if isinstance(part, nodes.Const) else GAP for part in parts)


def of_kinds() -> set[str]:
    """Return where a kind of field may have words: its own, or those for any."""
    return {
        f"{root}.{who}.{key}"
        for name, kind in KINDS.items()
        for root, keys in (("errors", kind.ERRORS), ("read", kind.REMARKS))
        for who in (name, ANY)
        for key in keys
    }


def reasons() -> set[str]:
    """Return why a receiver may be said not to have taken something."""
    given_back = {why.value for why in GivenBack if why.value}
    return {*verdict.LATER.values(), *verdict.CLOSED.values(), *given_back}


def fillings(path: str) -> set[str]:
    """Return every path that a path with a gap can become. KeyError when that is not known."""
    if GAP not in path:
        return {path}
    gap = "{}.{}" if "{}.{}" in path else GAP
    return {path.replace(gap, filling) for filling in gaps()[path]}


def statuses() -> set[str]:
    """Return every status that has a page of its own."""
    ours = {error for error in vars(errors).values() if isinstance(error, type)}
    found = {error.status for error in ours if issubclass(error, SkyddsnatError)}
    return {str(status) for status in (found | {404, 405, 500}) - NEVER_A_PAGE}


OF_STATISTICS: Mapping[str, Collection[str]] = {
    "staff.statistics.{}": {CHANNEL, OUTCOME, *SECTIONS},
    "staff.statistics.{}_lead": {*SECTIONS},
    "staff.statistics.column_{}": {"unit", "form", "period", "table", "answer", "count"},
}


def gaps() -> Mapping[str, Collection[str]]:
    """Return what fills the gap in each path that has one."""
    pages = {f"errors.page.{status}" for status in statuses()}
    pages |= {f"staff.errors.page.{status}" for status in STATUSES}
    ages = {"minute", "minutes", "hour", "hours", "day", "days"}
    marks = {"urgent", "protected"}
    about = {"received", "status", "outcome", "form", "written_in"}
    left_out = {"unanswered", "passed_by", "not_asked", "not_asked_more"}
    columns = {"reference", "flags", "next", "due", "outcome", "closed", "owner", "state"}
    columns |= {"form", "received", "age"}
    tabs = {tab.value for tab in Tab}
    acts = {kind.value for kind in Kind if kind is not Kind.STEP}
    statements = {"accessibility", "staff.accessibility"}
    facts = {"destination", "form", "received", "since", "attempts", "state", "owner", "reference"}
    return {
        "accessibility.status_{}": {"full", "partly"},
        "dates.months.{}": {str(number) for number in range(1, 13)},
        "dates.weekdays.{}": {str(number) for number in range(1, 8)},
        "dates.{}": ages,
        "kinds.date.{}": {"day", "month", "year"},
        "site.footer.{}": set(TEXT_PAGES),
        "staff.channels.{}": {channel.value for channel in Channel},
        "staff.case.{}": marks | about | left_out,
        "staff.decisions.{}": set(COLUMNS),
        "staff.entries.{}": acts | {fault.value for fault in Fault},
        **OF_A_CASE,
        "staff.queue.tab_{}": tabs,
        "staff.queue.empty_{}": tabs,
        "staff.queue.{}": columns | marks | {"to_do", "more_to_do"},
        "staff.same_child.strengths.{}": {strength.name.lower() for strength in Strength},
        **SEARCH,
        "staff.emergency_case.{}": {"at_work", "alone"},
        "staff.let_in.{}": {f"{kind}{own}" for kind in LET_IN for own in ("", "_own")},
        "staff.let_in.{}_link": LET_IN,
        "staff.lend.to_{}": {"read", "work"},
        "staff.lend.said_{}": {"read", "work"},
        "staff.step.{}": {"is", "is_not"},
        **{f"staff.{{}}.{part}": OWN_STEPS for part in WRITTEN},
        **of_the_log(),
        "staff.account.by_{}": {"link", "emergency"},
        "staff.account.way_{}": {"provider", "link", "emergency"},
        "staff.account.column_{}": {"since", "used", "way", "end"},
        "staff.account.{}_qualified": {"is", "is_not"},
        **OF_REMOVAL,
        "staff.roles.{}": {role.value for role in Role},
        "staff.sign_in.{}": SIGNING_IN | {"button", "again_button"},
        "staff.sign_in.{}_title": SIGNING_IN,
        "staff.status.{}": {"new", "acknowledged"},
        **OF_STATISTICS,
        "staff.stuck.states.{}": {
            state.value for state in State if state not in {State.CONFIRMED, State.RELEASED}
        },
        "staff.stuck.{}": facts,
        **{f"ways.{{}}.{name}": () for name in WORDS_OF_A_WAY},  # judged with the municipality
        "{}.text": pages,
        "{}.title": pages | set(TEXT_PAGES),
        **{f"{{}}.{part}": statements for part in ("intro", "without", "report", "outside")},
        "{}_title": {f"staff.{name}" for name in MESSAGES},
    }


def of_the_log() -> Mapping[str, Collection[str]]:
    """Return the same for the pages of whoever reviews the log."""
    refusals = {"not_over", "not_all", "own"}
    readers = {"at", "who", "what", "reference"}
    return {
        "staff.review.{}": {"which", "readings", "chosen", "state", "signed", "left", "not_drawn"}
        | refusals,
        "staff.review.{}_title": refusals,
        "staff.review.tab_{}": {"left", "followed", "all"},
        "staff.review.column_{}": {"who", "at", "reference", "times", "why", "said"},
        "staff.review.said_{}": {verdict.value for verdict in Verdict},
        "staff.review.why.{}": {why.value for why in sampling.Why},
        "staff.audit.{}": {kind.value for kind in audit.Kind},
        "staff.times.{}": {"clock", "in_time", "extended", "late", "waiting", "reference"}
        | {"started", "due", "done", "how_late"},
        "staff.readers.{}": {"case", "person", "from", "to", "all", "last", "older"} | readers,
    }
