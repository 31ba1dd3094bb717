"""How people are reached, and the other ways to help than the forms."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.runner.field import Definition, Id, Words
from app.runner.hours import Hours

NEEDED_CONTACTS = ("112", "duty_day", "duty_night", "bris")
"""Shown on every page, or where somebody is in danger."""
WORDS_OF_A_WAY = ("title", "when", "what")


class Contact(Definition):
    """A way to reach people. `checked` is the day someone last rang or looked.

    `open` is when they answer. `hours` says it in words, where data can not, or where it is
    whenever another does not.
    """

    id: Id
    """Its name, for pages and ways."""
    name: Words
    """Who answers."""
    checked: str
    """The day that somebody last rang or looked: 2026-11-01."""
    phone: str = ""
    """The number, as people read it."""
    open: Hours | None = None
    """When they answer."""
    hours: Words = ""
    """The same in words, only where data cannot say it."""
    text: Words = ""
    """What one can ring about."""
    link: str = ""
    """An address, beginning with https://."""

    def hours_faults(self, contacts: Mapping[str, "Contact"]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with when they answer: (key, reason)."""
        if self.open is None:
            return
        yield from ((f"open.{key}", reason) for key, reason in self.open.faults())
        if self.hours and not self.open.outside:
            yield "hours", "tiderna står redan under open, och sägs som de står där"
        other = contacts.get(self.open.outside)
        if self.open.outside and (other is None or other.open is None or other.open.outside):
            yield "open.outside", "ska vara en kontakt som har egna tider under open"

    @property
    def tel(self) -> str:
        """The number as a `tel:` address has it (RFC 3966)."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


class Way(Definition):
    """Another way to help than the forms.

    What is not said of it here is said in the languages' files, under `ways.<id>`.
    """

    id: Id
    """Its name."""
    contact: Id
    """Whom to turn to."""
    title: Words = ""
    """What it is called."""
    when: Words = ""
    """When it fits."""
    what: Words = ""
    """What happens, folded."""

    def unsaid(self) -> Iterator[str]:
        """Yield the texts that stand elsewhere."""
        return (name for name in WORDS_OF_A_WAY if not getattr(self, name))


def faults(contacts: Collection[Contact], ways: Collection[Way]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a municipality's contacts: (key, reason)."""
    ids = [contact.id for contact in contacts]
    for name in NEEDED_CONTACTS:
        if name not in ids:
            yield "contacts", f"kontakten {name!r} saknas"
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"contacts.{name}", "kontakten finns två gånger"
    for contact in contacts:
        at = f"contacts.{contact.id}"
        try:
            date.fromisoformat(contact.checked)
        except ValueError:
            yield f"{at}.checked", "skriv dagen som 2026-11-01"
        if contact.link and not is_web_address(contact.link):
            yield f"{at}.link", "ska vara en adress som börjar med https://"
        if contact.id in NEEDED_CONTACTS and not contact.tel:
            yield f"{at}.phone", "saknas"
    for way in ways:
        if way.contact not in ids:
            yield f"ways.{way.id}.contact", f"kontakten {way.contact!r} finns inte"


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
