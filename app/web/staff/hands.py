"""Who has a case, and what somebody may do about that: take it, give it back, hand it on, jäv."""

from collections.abc import Iterator

from app.casework import rights
from app.casework.access import Staff
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.runner import boards
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff.case_views import BarView, HandsView
from app.web.staff.desk import Desk
from app.web.staff.views import ActionView

AT = "/inkorg/arenden"
LEND = "lana-ut"


def hands(desk: Desk, staff: Staff, item: QueueItem) -> HandsView:
    """Return who has the case, and what this member of staff may do about it."""
    t, mine = desk.t, item.owner == staff.name
    if item.owner is None:
        says = t("staff.hands.nobody")
    else:
        since = (
            words.moment(item.taken_at.astimezone(desk.municipality.zone), t)
            if item.taken_at
            else ""
        )
        name = "mine" if mine else "theirs"
        says = t(f"staff.hands.{name}", name=item.owner, time=since)
    works = rights.may(staff, Act.WORK) and item.closed_at is None and staff.admission is None
    leads = works and rights.may(staff, Act.ASSIGN)

    def act(name: str) -> ActionView:
        address = f"{AT}/{item.reference}/{name}"
        return ActionView(address, desk.token(staff), item.version)

    return HandsView(
        says=says,
        take=act("ta") if works and item.owner is None else None,
        give_back=act("lamna-tillbaka") if item.owner and ((works and mine) or leads) else None,
        barred=tuple(
            BarView(
                t(f"staff.hands.{'lift_asked' if bar.lift_by else 'barred'}", name=bar.name),
                bar.name,
                None if bar.lift_by == staff.name else act("hav-jav"),
            )
            for bar in (item.barred if rights.may(staff, Act.ASSIGN) else ())
        ),
        links=tuple(handing_on(desk, staff, item)),
    )


def handing_on(desk: Desk, staff: Staff, item: QueueItem) -> Iterator[LinkView]:
    """Yield where a colleague is given the case, and where one says who has jäv.

    Nothing of it is for who has been let in.
    """
    if staff.admission:
        return
    base = f"{AT}/{item.reference}"
    if rights.may(staff, Act.ASSIGN) and item.closed_at is None:
        yield LinkView(f"{base}/tilldela", desk.t("staff.hands.assign"))
    if rights.may(staff, Act.WORK):
        yield LinkView(f"{base}/jav", desk.t("staff.recuse.title"))
    if rights.may(staff, Act.ASSIGN):
        yield LinkView(f"{base}/sparra", desk.t("staff.bar.title"))
    if other_units(desk, staff):
        yield LinkView(f"{base}/{LEND}", desk.t("staff.lend.title"))
    if rights.may(staff, Act.PROPOSE_REMOVAL):
        yield LinkView(f"{base}/bevara", desk.t("staff.hold.title"))
        if item.closed_at is not None and item.form_id in desk.plan.akts:
            yield LinkView(f"{base}/gallringsuppgifter", desk.t("staff.akt.title"))


def other_units(desk: Desk, staff: Staff) -> tuple[str, ...]:
    """Return the other units of the board, that a case can be lent to by who leads."""
    if not rights.may(staff, Act.ASSIGN):
        return ()
    known = boards.together(desk.municipality.units).get(staff.unit, ())
    return tuple(unit for unit in known if unit != staff.unit)
