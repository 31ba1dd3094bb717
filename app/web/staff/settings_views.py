"""What the municipality has decided, as parts of the page of settings: nothing of how it goes.

Of a key its id stands here, of a destination its name, of the municipality's sign-in what it must
prove and what its groups give: no address, no option, no secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.runner import boards
from app.runner.routing import Routing
from app.runner.texts import Interface
from app.web.shown.views import RowView
from app.web.staff.desk import Desk


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of the page: facts in lines, or a table. The first cell of a row heads it."""

    id: str
    title: str
    facts: tuple[RowView, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


HIDDEN: Mapping[str, str] = {
    "accent": "seen on every page",
    "accent_dark": "seen on every page",
    "logo": "seen on every page",
    "quick_exit": "seen by whoever presses it on a page of a form",
    "dpo": "stands in the citizens' own pages",
    "registrar": "stands in the citizens' own pages",
    "supervision": "stands in the accessibility statement",
    "security": "stands in /.well-known/security.txt",
    "contacts": "stand on the start page, with when they answer",
    "ways": "stand on the start page",
    "texts": "seen where they stand; `check-content` names what is wrong with one",
}
"""What of the municipality's file is not on the page, and why: everybody can read it elsewhere."""


def units(desk: Desk) -> PartView:
    t, here = desk.t, desk.municipality

    def row(unit: str, name: str) -> tuple[str, ...]:
        ids = desk.rules.recipients.get(unit, {})
        theirs = [title(desk, each) for each, way in here.forms.items() if unit in receiving(way)]
        opens = yes_or_no(t, desk.keys.keys() >= ids.keys())
        return name, listed(t, theirs), listed(t, ids), opens

    return PartView(
        "units",
        t("staff.settings.units"),
        heads=(
            t("staff.settings.unit"),
            t("staff.settings.forms"),
            t("staff.settings.key"),
            t("staff.settings.key_here"),
        ),
        rows=tuple(row(unit, each.name) for unit, each in here.units.items()),
    )


def forms(desk: Desk) -> PartView:
    t, here = desk.t, desk.municipality

    def row(form_id: str, way: Routing) -> tuple[str, ...]:
        days = here.retention_days.get(form_id)
        kept = t("dates.days", count=days) if days else t("staff.settings.undecided")
        to = [place_name(desk, each) for each in here.destinations if each in way.everywhere()]
        over = place_name(desk, way.hand_over) if way.hand_over else t("staff.settings.by_hand")
        return title(desk, form_id), way.board, listed(t, to), over, kept

    return PartView(
        "forms",
        t("staff.settings.forms"),
        heads=(
            t("staff.settings.form"),
            t("staff.settings.board"),
            t("staff.settings.carried"),
            t("staff.settings.hand_over"),
            t("staff.settings.kept"),
        ),
        rows=tuple(row(form_id, way) for form_id, way in here.forms.items()),
    )


def sign_in(desk: Desk) -> PartView:
    t, own = desk.t, desk.municipality.sign_in
    if own:
        way, proofs = t("staff.settings.by_provider"), {"acr": own.acr, "amr": own.amr}
    else:
        links = desk.municipality.links_let_in
        way, proofs = t("staff.settings.by_link" if links else "staff.settings.no_way"), {}
    proven = tuple(f"{claim}: {listed(t, asked)}" for claim, asked in proofs.items() if asked)
    return PartView(
        "sign-in",
        t("staff.settings.sign_in"),
        facts=(
            fact(t("staff.settings.way"), way),
            fact(t("staff.settings.mfa"), yes_or_no(t, bool(proven)), *proven),
        ),
    )


def groups(desk: Desk) -> Iterable[PartView]:
    """Return who gets which role where, as the municipality's file says; nothing without it."""
    t, here = desk.t, desk.municipality
    if here.sign_in is None:
        return ()
    rows = tuple(
        (
            each.group,
            listed(t, [t(f"staff.roles.{role}") for role in each.roles]),
            listed(t, [here.units[unit].name for unit in each.units]),
            yes_or_no(t, each.qualified),
            yes_or_no(t, each.second_reader),
        )
        for each in here.sign_in.groups
    )
    heads = (
        t("staff.settings.group"),
        t("staff.settings.roles"),
        t("staff.settings.units"),
        t("staff.settings.qualified"),
        t("staff.settings.second_reader"),
    )
    return (PartView("groups", t("staff.settings.groups"), heads=heads, rows=rows),)


def reporters(desk: Desk) -> PartView:
    """Return what whoever reports or asks meets, as far as the municipality sets it in numbers."""
    t, here = desk.t, desk.municipality
    ages = here.ages
    older, oldest = ages.stoppmote_age_min, ages.stoppmote_age_max
    return PartView(
        "reporters",
        t("staff.settings.reporters"),
        facts=(
            fact(t("staff.settings.languages"), listed(t, here.languages)),
            fact(t("staff.settings.timezone"), here.timezone),
            fact(t("staff.settings.draft"), t("dates.minutes", count=here.draft_minutes)),
            fact(t("staff.settings.receipt"), t("dates.minutes", count=here.receipt_minutes)),
            fact(
                t("staff.settings.child_age"), t("staff.settings.years", count=ages.child_age_max)
            ),
            fact(
                t("staff.settings.stoppmote_age"),
                t("staff.statistics.band", first=older, last=oldest),
            ),
            fact(t("staff.settings.districts"), listed(t, [each.label for each in here.districts])),
        ),
    )


def statistics(desk: Desk) -> PartView:
    t, ours = desk.t, desk.municipality.statistics
    counted = fact(t("staff.settings.counts"), yes_or_no(t, ours.on))
    least = fact(t("staff.settings.least"), str(ours.least))
    facts = (counted, least) if ours.on else (counted,)
    return PartView("statistics", t("staff.statistics.title"), facts=facts)


def same_child(desk: Desk) -> PartView:
    t, match = desk.t, desk.municipality.match
    compared = fact(t("staff.settings.compared"), yes_or_no(t, match.on))
    rest = (
        fact(t("staff.settings.basis"), match.basis),
        *(fact(t("staff.settings.reach"), within) for within in reach(desk)),
        fact(t("staff.settings.months"), str(match.months)),
        fact(t("staff.settings.sound"), yes_or_no(t, match.sound)),
    )
    facts = (compared, *rest) if match.on else (compared,)
    return PartView("same-child", t("staff.settings.same_child"), facts=facts)


def reach(desk: Desk) -> Iterator[str]:
    """Yield within what reports are compared: the units, or each board with its units."""
    t, units = desk.t, desk.municipality.units
    if not desk.municipality.match.of_board:
        yield t("staff.settings.reach_unit")
        return
    for together in dict.fromkeys(boards.together(units).values()):
        names = listed(t, [units[name].name for name in together])
        yield f"{units[together[0]].board}: {names}"


def receiving(way: Routing) -> set[str]:
    """Return every unit that may receive a form."""
    return {way.unit, *(way.whole(route).unit for route in way.routes)}


def title(desk: Desk, form_id: str) -> str:
    return desk.site.forms[form_id].title


def place_name(desk: Desk, name: str) -> str:
    known = desk.municipality.destinations.get(name)
    return (known.name if known else "") or name


def fact(question: str, *answers: str) -> RowView:
    return RowView(question, answers)


def yes_or_no(t: Interface, so: bool) -> str:  # noqa: FBT001 - it is what is said
    return t("staff.settings.yes" if so else "staff.settings.no")


def listed(t: Interface, parts: Iterable[str]) -> str:
    return ", ".join(parts) or t("staff.settings.nothing")
