"""One municipality: its name, numbers, hours, ages, boards and wording.

Read from one file in `forms/municipalities`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field as Constraint
from pydantic import field_validator

from app.runner import colours, routing
from app.runner.field import Definition, Id, Listed, Words
from app.runner.routing import INBOX, Destination, Routing, Unit

NEEDED_CONTACTS = ("112", "duty_day", "duty_night", "bris")
"""Shown on every page, or where somebody is in danger."""

Age = Annotated[int, Constraint(ge=0, le=130)]


class Ages(Definition):
    """The ages, in whole years, that the municipality has decided on."""

    child_age_max: Age
    stoppmote_age_min: Age
    stoppmote_age_max: Age


class Inbox(Definition):
    """When staff read what comes in, in words: "vardagar klockan 8–16"."""

    hours: Words


class Dpo(Definition):
    """The data protection officer (GDPR art. 37–39)."""

    email: str
    phone: str


class Registrar(Definition):
    email: str


class Supervision(Definition):
    """Who supervises accessibility (lag 2018:1937, 16 §).

    A setting, since the task moves between authorities.
    """

    name: str
    link: str


class Contact(Definition):
    """A way to reach people. `checked` is the day someone last rang or looked."""

    id: Id
    name: Words
    checked: str
    phone: str = ""
    hours: Words = ""
    text: Words = ""
    link: str = ""

    @property
    def tel(self) -> str:
        """The number as a `tel:` address has it (RFC 3966)."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


class Way(Definition):
    """Another way to help than the forms; its texts are `ways.<id>` of the interface."""

    id: Id
    contact: Id


class Municipality(Definition):
    """Everything a municipality decides."""

    code: Annotated[str, Constraint(pattern=r"^\d{4}$")]
    name: str
    exercise: bool = False
    languages: Annotated[tuple[Id, ...], Listed, Constraint(min_length=1)]
    timezone: str = "Europe/Stockholm"
    accent: str = "#1d5b79"
    accent_dark: str = "#8cc8e8"
    logo: str = ""
    quick_exit: str
    draft_minutes: Annotated[int, Constraint(ge=10, le=24 * 60)] = 60
    ages: Ages
    inbox: Inbox
    dpo: Dpo
    registrar: Registrar
    supervision: Supervision
    contacts: Annotated[tuple[Contact, ...], Listed]
    ways: Annotated[tuple[Way, ...], Listed] = ()
    units: Mapping[Id, Unit]
    forms: Mapping[Id, Routing]
    destinations: Mapping[Id, Destination] = INBOX
    retention_days: Mapping[Id, int] = {}
    texts: Mapping[str, Mapping[str, Any]] = {}

    @field_validator("destinations")
    @classmethod
    def _inbox_is_always_there(
        cls, destinations: Mapping[str, Destination]
    ) -> Mapping[str, Destination]:
        # It is the way that is left when another is closed.
        return {**INBOX, **destinations}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def contact(self, name: str) -> Contact:
        """Return the contact of this id. Raises KeyError when there is none."""
        found = next((contact for contact in self.contacts if contact.id == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        yield from colours.faults(self.accent, self.accent_dark)
        yield from self.contact_faults()
        yield from routing.faults(self.forms, units=self.units, destinations=self.destinations)
        if self.ages.stoppmote_age_min > self.ages.stoppmote_age_max:
            yield "ages.stoppmote_age_min", "är högre än stoppmote_age_max"
        neutral_here = self.exercise and is_on_this_machine(self.quick_exit)
        if not neutral_here and not is_web_address(self.quick_exit):
            yield "quick_exit", "ska vara en adress som börjar med https://"
        if not is_web_address(self.supervision.link):
            yield "supervision.link", "ska vara en adress som börjar med https://"
        try:
            _ = self.zone
        except (OSError, LookupError, ValueError):
            yield "timezone", f"tidszonen {self.timezone!r} finns inte"

    def contact_faults(self) -> Iterator[tuple[str, str]]:
        ids = [contact.id for contact in self.contacts]
        for name in NEEDED_CONTACTS:
            if name not in ids:
                yield "contacts", f"kontakten {name!r} saknas"
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield f"contacts.{name}", "kontakten finns två gånger"
        for contact in self.contacts:
            at = f"contacts.{contact.id}"
            try:
                date.fromisoformat(contact.checked)
            except ValueError:
                yield f"{at}.checked", "skriv dagen som 2026-11-01"
            if contact.link and not is_web_address(contact.link):
                yield f"{at}.link", "ska vara en adress som börjar med https://"
            if contact.id in NEEDED_CONTACTS and not contact.tel:
                yield f"{at}.phone", "saknas"
        for way in self.ways:
            if way.contact not in ids:
                yield f"ways.{way.id}.contact", f"kontakten {way.contact!r} finns inte"

    def words(self, form_id: str) -> dict[str, str]:
        """Return what `{name}` stands for in the texts of a form (or, for "", of the interface)."""
        day, night = self.contact("duty_day"), self.contact("duty_night")
        board = self.forms.get(form_id) or next(iter(self.forms.values()))
        return {
            "municipality": self.name,
            "board": board.board,
            "inbox_hours": self.inbox.hours,
            "duty_day_phone": day.phone,
            "duty_day_hours": day.hours,
            "duty_night_phone": night.phone,
            "duty_night_hours": night.hours,
            "dpo_email": self.dpo.email,
            "dpo_phone": self.dpo.phone,
            "registrar_email": self.registrar.email,
            "draft_minutes": str(self.draft_minutes),
            "child_age_max": str(self.ages.child_age_max),
            "stoppmote_age_min": str(self.ages.stoppmote_age_min),
            "stoppmote_age_max": str(self.ages.stoppmote_age_max),
        }


def is_web_address(text: str) -> bool:
    """Tell whether a text is an https address with a host in it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def is_on_this_machine(text: str) -> bool:
    """Tell whether a text is an http address on the loopback (RFC 6890), with a number for a host.

    In an exercise people may be sent there: nothing leaves the machine, and no other can answer.
    """
    try:
        parts = urlsplit(text)
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
