"""The process of a form that has no file of its own: it is taken, noted in and closed.

So a form can be served the day that it is written, and what comes in by it has an end. No clock
runs; whoever closes a case says what was done, and where that stands.
"""

from collections.abc import Callable

from app.runner.process import NEW, TAKEN, Process
from app.runner.role import Role, Taker

VERSION = 1
CLOSED, CLOSE, DONE = "avslutad", "avsluta", "gjort"
TAKERS: tuple[Taker, ...] = (Role.HANDLAGGARE, Role.GRUPPLEDARE, Role.SSPF)


def plain(form_id: str, t: Callable[[str], str]) -> Process:
    """Return the process of a form without one, in the words of the interface."""
    done = {
        "id": DONE,
        "kind": "long_text",
        "label": t("staff.plain.done"),
        "hint": t("staff.plain.done_hint"),
        "required": True,
        "errors": {"missing": t("staff.plain.missing")},
    }
    close = {
        "id": CLOSE,
        "title": t("staff.plain.title"),
        "button": t("staff.plain.button"),
        "roles": TAKERS,
        "from": (NEW, TAKEN),
        "to": CLOSED,
        "takes": True,
        "fields": (done,),
    }
    states = (
        {"id": NEW, "label": t("staff.plain.new")},
        {"id": TAKEN, "label": t("staff.plain.taken")},
        {"id": CLOSED, "label": t("staff.plain.closed"), "ends": True},
    )
    return Process.model_validate(
        {"id": form_id, "version": VERSION, "states": states, "steps": (close,)}
    )
