"""Who may do what, as one table: roles by act. What does not stand in it nobody may.

The rights are those of the role at the unit in view (SoPuL 10 §: access only for what the task
needs). Who may do a step of a process is said there besides, and SoL 25 kap. 1 § by `qualified`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from app.casework.access import Staff
from app.casework.admission import Kind
from app.errors import NotAllowed
from app.records import audit
from app.runner.role import Role


class Act(StrEnum):
    """Everything that takes a right."""

    SEE_QUEUE = "see_queue"
    OPEN = "open"
    OPEN_OWN = "open_own"
    """What one has entered oneself, until it is handed over."""
    WORK = "work"
    """Take, give back, note, and the steps of the process."""
    ASSIGN = "assign"
    REOPEN = "reopen"
    EXTEND = "extend"
    ENTER = "enter"
    """Write down what came by phone, on paper or in a visit."""
    EXPORT = "export"
    """Print, or take out of the house in any other way."""
    SEE_TO_DELIVERY = "see_to_delivery"
    PROPOSE_REMOVAL = "propose_removal"
    APPROVE_REMOVAL = "approve_removal"
    REVIEW_LOG = "review_log"
    """Ask the log, and draw what is to be reviewed of a month."""
    SIGN_REVIEW = "sign_review"
    """Say something of a reading that is to be reviewed, and that a month is done. Without
    REVIEW_LOG only of what those who review have read themselves."""
    SEE_STATISTICS = "see_statistics"
    SEE_TIMES = "see_times"
    """How the law's times were kept, case by case."""
    SEE_SETTINGS = "see_settings"
    """How the service is set up: nothing of any case."""


DESK = frozenset({Role.HANDLAGGARE, Role.GRUPPLEDARE, Role.SSPF})
LEADS = frozenset({Role.GRUPPLEDARE, Role.SSPF})
REGISTRY = frozenset({Role.REGISTRATOR})

MAY: Mapping[Act, frozenset[Role]] = {
    Act.SEE_QUEUE: DESK | REGISTRY,
    Act.OPEN: DESK,
    Act.OPEN_OWN: DESK | REGISTRY,
    Act.WORK: DESK,
    Act.ASSIGN: LEADS,
    Act.REOPEN: LEADS,
    Act.EXTEND: LEADS,
    Act.ENTER: DESK | REGISTRY,
    Act.EXPORT: DESK,
    Act.SEE_TO_DELIVERY: DESK,
    Act.PROPOSE_REMOVAL: DESK,
    Act.APPROVE_REMOVAL: LEADS,
    Act.REVIEW_LOG: frozenset({Role.LOGGRANSKARE}),
    Act.SIGN_REVIEW: frozenset({Role.LOGGRANSKARE, Role.ANDRA_GRANSKARE}),
    Act.SEE_TIMES: LEADS,
    Act.SEE_STATISTICS: DESK | {Role.ADMINISTRATOR},
    Act.SEE_SETTINGS: frozenset({Role.ADMINISTRATOR}),
}

WHILE_LET_IN: Mapping[Kind, frozenset[Act]] = {
    Kind.EMERGENCY: frozenset({Act.OPEN, Act.OPEN_OWN, Act.WORK}),
    Kind.READ: frozenset({Act.OPEN, Act.OPEN_OWN}),
    Kind.WORK: frozenset({Act.OPEN, Act.OPEN_OWN, Act.WORK}),
}
"""All that somebody may do with a case that they have been let in to, if their roles do."""


def may(staff: Staff, act: Act) -> bool:
    """Tell whether one of somebody's roles lets them do it, and how they were let in too."""
    if staff.admission and act not in WHILE_LET_IN.get(staff.admission.kind, frozenset()):
        return False
    return not staff.roles.isdisjoint(MAY.get(act, frozenset()))


def require(staff: Staff, act: Act) -> None:
    """Raise NotAllowed unless `may`."""
    if not may(staff, act):
        raise NotAllowed(act)


def refused(connection: Connection, staff: Staff, *, now: datetime) -> None:
    """Write down that somebody tried what none of their roles lets them."""
    event = audit.Event(audit.Kind.RIGHT_REFUSED, unit=staff.unit, actor=staff.name)
    audit.record(connection, event, at=now)
