"""One municipality: its name, numbers, hours, ages, boards and wording.

Read from one file in `forms/municipalities`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field as Constraint
from pydantic import ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator, field_validator

from app.runner import boards, colours, districts, routing
from app.runner import contact as contacts_of
from app.runner.casework import Casework, Inbox, Match, Statistics
from app.runner.contact import Contact, Way, is_on_this_machine, is_web_address
from app.runner.disclosure import Disclosure
from app.runner.districts import Districts
from app.runner.field import Definition, Id, Listed
from app.runner.hours import EVES, USUAL_EVES, Calendar, Timetable
from app.runner.hours_in_words import Say, in_words
from app.runner.routing import INBOX, Destination, Routing, Unit
from app.runner.sign_in import SignIn

NEVER_BY_DAYS = 'akten förs här (casework.record = "here"): skriv "keep"'

Age = Annotated[int, Constraint(ge=0, le=130)]
KEEP = "keep"


def _keep(given: object, check: ValidatorFunctionWrapHandler) -> object:
    return None if given == KEEP else check(given)


KEPT = WithJsonSchema({"anyOf": [{"const": KEEP}, {"type": "integer", "minimum": 1}]})
Days = Annotated[Annotated[int, Constraint(ge=1, le=36_500)] | None, WrapValidator(_keep), KEPT]
"""How many days something is kept; None, in the file "keep", as long as nothing is decided."""
AT_LEAST_FIVE = WithJsonSchema({"anyOf": [{"const": KEEP}, {"type": "integer", "minimum": 5}]})
Years = Annotated[
    Annotated[int, Constraint(ge=5, le=100)] | None, WrapValidator(_keep), AT_LEAST_FIVE
]
"""How many years the audit trail is kept, five at least; None as for days."""


FILLED_IN = frozenset(
    [
        "municipality",
        "board",
        "inbox_hours",
        "duty_day_phone",
        "duty_day_hours",
        "duty_night_phone",
        "duty_night_hours",
        "dpo_email",
        "dpo_phone",
        "registrar_email",
        "draft_minutes",
        "receipt_minutes",
        "delegation",
        "child_age_max",
        "stoppmote_age_min",
        "stoppmote_age_max",
    ]
)
"""What `Municipality.words` has, whatever else is wrong."""


class Ages(Definition):
    """The ages, in whole years, that the municipality has decided on."""

    child_age_max: Age
    """An orosanmälan is taken in up to this age."""
    stoppmote_age_min: Age
    """The youngest whom a stoppmöte is for."""
    stoppmote_age_max: Age
    """The oldest."""


class Dpo(Definition):
    """The data protection officer (GDPR art. 37–39)."""

    email: str
    """Their address."""
    phone: str
    """Their number."""


class Registrar(Definition):
    """Those who answer for what is stored."""

    email: str
    """Their address."""


class Supervision(Definition):
    """Who supervises accessibility (lag 2018:1937, 16 §): the task moves between authorities."""

    name: str
    """What the authority is called."""
    link: str
    """Where one turns to it."""


class Municipality(Definition):
    """Everything a municipality decides."""

    code: Annotated[str, Constraint(pattern=r"^\d{4}$")]
    """The municipality code of Statistics Sweden: four digits."""
    name: str
    """What it is called."""
    exercise: bool = False
    """Whether every page says that this is an exercise."""
    languages: Annotated[tuple[Id, ...], Listed, Constraint(min_length=1)]
    """Those a visitor can choose: files in `forms/languages`, the first of them the usual one."""
    timezone: str = "Europe/Stockholm"
    """Its time zone (IANA)."""
    accent: str = "#1d5b79"
    """Its colour on white: at least 4.5:1."""
    accent_dark: str = "#8cc8e8"
    """The same in the dark."""
    logo: str = ""
    """A file beside this one: svg, png or webp, 1,024 octets at most."""
    quick_exit: str
    """Where "Lämna sidan snabbt" leads: https://."""
    draft_minutes: Annotated[int, Constraint(ge=10, le=24 * 60)] = 60
    """How long an unsent draft is kept when nothing happens."""
    receipt_minutes: Annotated[int, Constraint(ge=5, le=120)] = 15
    """How long the receipt can be shown."""
    audit_years: Years = None
    """How many years the audit trail is kept, five at least; `keep`: nothing is decided."""
    ages: Ages
    """The ages it has decided on."""
    eves: Annotated[tuple[str, ...], Listed] = USUAL_EVES
    """The eves on which it is as on a Sunday here."""
    inbox: Inbox
    """When what comes in is read."""
    casework: Casework = Casework()
    """How staff work with it."""
    match: Match = Match()
    """Whether reports that may be about the same child are shown together."""
    statistics: Statistics = Statistics()
    """Whether what comes in is counted."""
    dpo: Dpo
    """Its data protection officer."""
    registrar: Registrar
    """Whom one writes to about one's data."""
    supervision: Supervision
    """Who supervises accessibility."""
    security: Disclosure | None = None
    """Whom to tell of a hole in the service (security.txt)."""
    sign_in: SignIn | None = None
    """Its own sign-in for staff (docs/sign-in.md); without it one-time links let in."""
    contacts: Annotated[tuple[Contact, ...], Listed]
    """Everybody to ring: `112`, `duty_day`, `duty_night` and `bris` must be there."""
    ways: Annotated[tuple[Way, ...], Listed] = ()
    """Other ways to help, on the start page, in this order."""
    districts: Districts = ()
    """Its parts, for forms that ask in which of them; few and large, since they are counted."""
    units: Mapping[Id, Unit]
    """The units that take reports in."""
    forms: Mapping[Id, Routing]
    """The forms that it takes in, in the order of the start page."""
    destinations: Mapping[Id, Destination] = INBOX
    """Other places than the inbox that reports are carried to."""
    retention_days: Mapping[Id, Days] = {}
    """How many days a report is kept here; `keep` as long as nothing is decided."""
    texts: Mapping[str, Mapping[str, Any]] = {}
    """Its own wording, by language and path."""

    @field_validator("destinations")
    @classmethod
    def _inbox_is_always_there(
        cls, destinations: Mapping[str, Destination]
    ) -> Mapping[str, Destination]:
        # It is the way that is left when another is closed.
        return {**INBOX, **destinations}

    @property
    def links_let_in(self) -> bool:
        """Whether one-time links let staff in: in an exercise, without a sign-in of one's own."""
        return self.exercise and self.sign_in is None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.zone, frozenset(self.eves))

    def timetable(self, contact: Contact) -> Timetable | None:
        """Return when a contact answers; None where that is said in words alone."""
        if contact.open is None:
            return None
        other = self.contact(contact.open.outside).open if contact.open.outside else None
        return Timetable(contact.open, self.calendar, other)

    def contact(self, name: str) -> Contact:
        """Return the contact of this id. Raises KeyError when there is none."""
        found = next((contact for contact in self.contacts if contact.id == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        yield from colours.faults(self.accent, self.accent_dark)
        yield from contacts_of.faults(self.contacts, self.ways)
        yield from self.hours_faults()
        yield from districts.faults(self.districts)
        yield from routing.faults(self.forms, units=self.units, destinations=self.destinations)
        yield from self.retention_faults()
        at_work = self.casework.faults(self.destinations)
        yield from ((f"casework.{key}", why) for key, why in at_work)
        yield from ((f"match.{key}", why) for key, why in self.match.faults())
        if self.match.of_board:
            yield from boards.faults(self.units, self.forms)
        if self.security is not None:
            yield from ((f"security.{key}", why) for key, why in self.security.faults())
        if self.sign_in is not None:
            wrong = self.sign_in.faults(self.units, exercise=self.exercise)
            yield from ((f"sign_in.{key}", why) for key, why in wrong)
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

    def retention_faults(self) -> Iterator[tuple[str, str]]:
        known = ", ".join(self.forms)
        for name in (name for name in self.retention_days if name not in self.forms):
            yield f"retention_days.{name}", f"kommunen tar inte emot formuläret; det finns {known}"
        for name in (name for name in self.forms if name not in self.retention_days):
            yield f"retention_days.{name}", 'saknas: ett antal dagar, eller "keep" tills vidare'
        if self.casework.record == "here":
            # 16 kap. SoL: what is the akt itself is never removed by a timer.
            for name in (name for name, days in self.retention_days.items() if days is not None):
                yield f"retention_days.{name}", NEVER_BY_DAYS

    def hours_faults(self) -> Iterator[tuple[str, str]]:
        known = {contact.id: contact for contact in self.contacts}
        for name in self.eves:
            if name not in EVES:
                yield "eves", f"{name!r} är ingen afton; de är {', '.join(EVES)}"
        for contact in self.contacts:
            at = f"contacts.{contact.id}"
            yield from ((f"{at}.{key}", why) for key, why in contact.hours_faults(known))
        yield from ((f"inbox.{key}", why) for key, why in self.inbox.faults(known))

    def saying_hours(self, say: Say) -> Self:
        """Return the municipality with its hours in words, where they are data."""

        def named(contact: Contact) -> str:
            assert contact.open is not None  # noqa: S101 - asked only of those that have hours
            outside = contact.open.outside
            return in_words(contact.open, say, other=outside and self.contact(outside).name)

        contacts = tuple(
            contact.model_copy(update={"hours": contact.hours or named(contact)})
            if contact.open
            else contact
            for contact in self.contacts
        )
        hours = in_words(self.inbox.open, say)
        if self.inbox.otherwise:
            name = self.contact(self.inbox.otherwise).name
            hours = say("hours.otherwise", hours=hours, name=name)
        inbox = self.inbox.model_copy(update={"hours": hours})
        return self.model_copy(update={"contacts": contacts, "inbox": inbox})

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
            "receipt_minutes": str(self.receipt_minutes),
            "delegation": self.casework.delegation,
            "child_age_max": str(self.ages.child_age_max),
            "stoppmote_age_min": str(self.ages.stoppmote_age_min),
            "stoppmote_age_max": str(self.ages.stoppmote_age_max),
        }
