"""Let a colleague have a case: chosen among those who are known at the unit, or by a name."""

from functools import partial

from fastapi import APIRouter, Response

from app.casework import cases, colleagues, rights
from app.casework.access import Staff
from app.casework.cases import LONGEST_NAME
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.runner.fields.text import TextField
from app.runner.typed import clean
from app.web.http.posted import Inputs, first
from app.web.shown.views import FieldView
from app.web.staff import case
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.views import ActionView, AssignPageView
from app.web.staff.work import pressed, seen, version_of

router = APIRouter()
AT = "/inkorg/arenden/{reference}/tilldela"
CHOSEN, WRITTEN = "till", "namn"


@router.get(AT)
async def show(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Who can have the case."""
    item = await seen(desk, staff, reference, Act.ASSIGN)
    return await page(desk, staff, item, item.version)


@router.post(AT)
async def assign(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Let somebody have the case; a name that is written goes before one that is chosen."""
    rights.require(posted.staff, Act.ASSIGN)
    version, to = version_of(posted.inputs), named(posted.inputs)
    if not to:
        item = await seen(desk, posted.staff, reference, Act.ASSIGN)
        return await page(desk, posted.staff, item, version, wrong=True)
    return await pressed(desk, posted, reference, partial(cases.assign, version=version, to=to))


def named(inputs: Inputs) -> str:
    names = (" ".join(clean(first(inputs, name)).split()) for name in (WRITTEN, CHOSEN))
    return next(filter(None, names), "")[:LONGEST_NAME]


async def page(
    desk: Desk, staff: Staff, item: QueueItem, version: int, *, wrong: bool = False
) -> Response:
    known = await desk.database.read(lambda c: colleagues.of_unit(c, unit=staff.unit))
    barred = {bar.name for bar in item.barred}
    t, errors = desk.t, {WRITTEN: desk.t("staff.assign.missing")} if wrong else {}
    name = TextField(kind="text", id=WRITTEN, label=t("staff.assign.other"))
    view = AssignPageView(
        reference=item.reference,
        colleagues=tuple(each for each in known if each not in {*barred, item.owner}),
        name=FieldView(
            name, required=True, heading=False, values={}, errors=errors, optional_text=""
        ),
        errors=tuple((f"#{place}", text) for place, text in errors.items()),
        act=ActionView(f"{case.AT}/{item.reference}/tilldela", desk.token(staff), version),
        back=f"{case.AT}/{item.reference}",
    )
    title = t("staff.assign.title", reference=item.reference)
    shown = t("site.title_error", title=title) if wrong else title
    status = 422 if wrong else 200
    return desk.page("staff/assign.html", title=shown, staff=staff, status=status, assign=view)
