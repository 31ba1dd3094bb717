"""The staff site's own accessibility statement: the law counts an inbox too (lag 2018:1937)."""

from fastapi import APIRouter, Request, Response

from app.errors import DatabaseUnavailable
from app.web.shown.statement import statement
from app.web.staff.desk import AtDesk, staff_of

router = APIRouter()


@router.get("/tillganglighet")
async def show_accessibility(request: Request, desk: AtDesk) -> Response:
    """The statement (13 §), for anybody: one who cannot sign in must be able to say why."""
    try:
        staff = await staff_of(request)
    except DatabaseUnavailable:
        staff = None
    view = statement(
        desk.accessibility, desk.municipality.supervision, desk.t, of="staff.accessibility"
    )
    title = desk.t("accessibility.title")
    return desk.page("staff/accessibility.html", title=title, staff=staff, statement=view)
