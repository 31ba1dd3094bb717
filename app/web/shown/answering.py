"""Who answers at this moment. It is worked out once, and holds until somebody opens or closes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.runner.contact import Contact
from app.runner.content import Content
from app.runner.hours import Timetable
from app.runner.texts import Interface
from app.web.shown import words
from app.web.shown.views import ContactView

DUTY = ("duty_day", "duty_night")


@dataclass(frozen=True, slots=True)
class Answering:
    """The contacts, in a language, as they are from a moment until another.

    Nothing that shows a contact may be kept longer than until then.
    """

    since: datetime
    until: datetime
    contacts: Mapping[str, ContactView]

    def holds(self, now: datetime) -> bool:
        return self.since <= now < self.until

    @property
    def duty(self) -> tuple[ContactView, ...]:
        """The municipality's own numbers, that which is answered now first (WCAG 2.2 3.2.6)."""
        both = [self.contacts[name] for name in DUTY]
        return tuple(sorted(both, key=lambda each: not each.answers))

    @property
    def danger(self) -> tuple[ContactView, ...]:
        """112, and after it the municipality's own numbers."""
        return self.contacts["112"], *self.duty

    @property
    def now(self) -> tuple[ContactView, ...]:
        """112, and that of the municipality's own numbers which answers, if any does."""
        return self.contacts["112"], *[each for each in self.duty if each.answers][:1]

    def these(self, names: tuple[str, ...]) -> tuple[ContactView, ...]:
        """Return the contacts of these ids in their order, but for who of those on duty answers."""
        duty = iter(self.duty)
        if not set(DUTY) <= set(names):
            return tuple(self.contacts[name] for name in names)
        return tuple(next(duty) if name in DUTY else self.contacts[name] for name in names)


@dataclass(slots=True)
class Switchboard:
    """Knows who answers, by language: looked up anew only when it may have changed."""

    content: Content
    known: dict[str, Answering] = field(default_factory=dict)

    def now(self, language: str, moment: datetime) -> Answering:
        """Return who answers at a moment."""
        found = self.known.get(language)
        if found is None or not found.holds(moment):
            found = self.known[language] = looked_up(self.content, language, moment)
        return found


def looked_up(content: Content, language: str, moment: datetime) -> Answering:
    """Return who answers at a moment, and until when that can be said in the same words."""
    municipality, t = content.municipalities[language], content.interfaces[language]
    moment = moment.astimezone(UTC)
    until, contacts = municipality.calendar.midnight(moment), {}
    for contact in municipality.contacts:
        table = municipality.timetable(contact)
        contacts[contact.id] = view(contact, table, moment, t)
        changes = table.changes(moment) if table else None
        until = min(until, changes or until)
    return Answering(moment, until, contacts)


def view(contact: Contact, table: Timetable | None, moment: datetime, t: Interface) -> ContactView:
    answers, says = None, ""
    if table is not None:
        answers, changes, zone = table.is_open(moment), table.changes(moment), table.calendar.zone
        if answers:
            says = t("hours.now")
        elif changes is None:
            says = t("hours.closed")
        else:
            says = words.opening(changes.astimezone(zone), moment.astimezone(zone), t)
    return ContactView(
        name=contact.name,
        phone=contact.phone,
        tel=contact.tel,
        hours=contact.hours,
        text=contact.text,
        link=contact.link,
        answers=answers,
        says=says,
    )
