"""What the law asks of an akt that is kept here before it may be removed (16 kap. SoL).

The day of birth, and two things that nobody but who works with it knows. What is not known, or is
no whole day, keeps it. How it was answered is sealed to the unit as all that staff write.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.casework import removal
from app.casework.access import Staff
from app.casework.case import Case
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.casework.running import Rules
from app.errors import PageMissing
from app.records.akt import Facts
from app.runner.journey import Asked
from app.runner.process import Step
from app.runner.texts import Interface
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.queue import REMOVAL
from app.web.staff.step_page import Writing
from app.web.staff.work import seen
from app.web.staff.writing import begun, taken

router = APIRouter()
NAME = "gallringsuppgifter"
AT = "/inkorg/arenden/{reference}/" + NAME
BORN, PLACED, OTHERS = "fodd", "placerad", "annat"
SAID = {"ja": True, "nej": False}
"""What is chosen; "vet_inte" is none of them."""


@router.get(AT)
async def show(request: Request, desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """What is asked, with nothing answered yet."""
    item = await seen(desk, staff, reference, Act.PROPOSE_REMOVAL)
    return await begun(request, page_of(desk, staff, item))


@router.post(AT)
async def say(request: Request, desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Keep what was answered."""
    item = await seen(desk, posted.staff, reference, Act.PROPOSE_REMOVAL)
    return await taken(request, page_of(desk, posted.staff, item), posted.inputs)


def page_of(desk: Desk, staff: Staff, item: QueueItem) -> Writing:
    """Return the page. PageMissing where the akt of the form is not here."""
    if item.form_id not in desk.plan.akts:
        raise PageMissing
    return Writing(desk, staff, item, step(desk.t), NAME, keep, then=REMOVAL)


def keep(
    connection: Connection,
    *,
    rules: Rules,
    staff: Staff,
    reference: str,
    version: int,
    asked: Asked,
    now: datetime,
) -> Case | None:
    """Keep what was answered, as `removal.say_facts`."""
    answers = {name: answer.data for name, answer in asked.answers.items()}
    chosen = {name: answer.choices for name, answer in asked.answers.items()}
    facts = Facts(
        born=day(answers.get(BORN)),
        placed=known(chosen.get(PLACED, frozenset())),
        others=known(chosen.get(OTHERS, frozenset())),
    )
    work = partial(removal.say_facts, rules=rules, staff=staff, reference=reference)
    return work(connection, version=version, facts=facts, asked=asked, now=now)


def day(data: Any) -> date | None:  # noqa: ANN401 - as a date field gives it
    """Return a whole day; None when it is none."""
    try:
        return date.fromisoformat(data["date"])
    except (KeyError, TypeError, ValueError):
        return None


def known(chosen: frozenset[str]) -> bool | None:
    return next((SAID[each] for each in chosen if each in SAID), None)


def step(t: Interface) -> Step:
    """Return what is asked, as a step of a process."""

    def said(name: str) -> str:
        return t(f"staff.akt.{name}")

    born: Mapping[str, object] = {
        "kind": "date",
        "id": BORN,
        "label": said("born"),
        "hint": said("born_hint"),
        "past": True,
    }
    options = [
        {"id": name, "label": said(text)}
        for name, text in (("nej", "no"), ("ja", "yes"), ("vet_inte", "not_known"))
    ]
    choices = [
        {
            "kind": "radios",
            "id": name,
            "label": said(text),
            "required": True,
            "options": options,
            "errors": {"missing": said(f"{text}_missing")},
        }
        for name, text in ((PLACED, "placed"), (OTHERS, "others"))
    ]
    page = {"title": said("title"), "button": said("button"), "intro": said("intro")}
    unused = {"roles": ["handlaggare"], "from": ["ny"]}
    return Step.model_validate({"id": "akt", **page, **unused, "fields": [born, *choices]})
