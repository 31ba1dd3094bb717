"""That somebody else reads a case along with who does not decide alone, as its page says it."""

from app.casework import second_reading
from app.casework.access import Staff
from app.casework.opening import ReadItem
from app.web.staff.case_views import SecondReaderView
from app.web.staff.desk import Desk
from app.web.staff.views import ActionView

AT = "/inkorg/arenden"


def view(desk: Desk, staff: Staff, read: ReadItem) -> SecondReaderView | None:
    """Return what is said of it before a decision; None where nobody needs it, or may do it.

    Who may be the second reader is shown a button where the municipality has any who need one, but
    not in a case of their own, nor when they have read it as it is now.
    """
    item, t = read.item, desk.t
    if not second_reading.is_due(desk.rules.processes.get(item.form_id), item.state):
        return None
    by = second_reading.readers(read.entries)
    if staff.second_reader and staff.qualified:
        others = ", ".join(sorted(by - {staff.name}))
        says = t("staff.second_reader.read", name=others) if others else ""
        return SecondReaderView(says or t("staff.second_reader.needed"), None)
    is_used = desk.municipality.sign_in and any(
        group.second_reader for group in desk.municipality.sign_in.groups
    )
    if not is_used or staff.name in {*by, item.owner} or not second_reading.may(staff):
        return None
    act = ActionView(f"{AT}/{item.reference}/medlast", desk.token(staff), item.version)
    return SecondReaderView(t("staff.second_reader.hint"), act)
