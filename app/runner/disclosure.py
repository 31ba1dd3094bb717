"""Where whoever has found a hole in the service tells of it: `security.txt` (RFC 9116)."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field as Constraint

from app.runner.contact import is_web_address
from app.runner.field import Definition, Listed

PATH = "/.well-known/security.txt"
SOON, A_YEAR = 30, 366
"""Days. Whoever is to renew it is told so long before; for longer it should not be (2.5.5)."""


class Standing(Enum):
    """What there is to say of how long it is good for, if anything."""

    GOOD = ""
    ABSENT = "saknas: den som hittar en säkerhetsbrist får inte veta vart den vänder sig"
    LONG = "gäller mer än ett år: sätt en dag som är närmare"
    ENDING = "går snart ut: pröva att kontakten svarar, och sätt en ny dag"
    OVER = "har gått ut: ingen litar på kontakten längre. Pröva att den svarar, och sätt en ny dag"


class Disclosure(Definition):
    """How a hole is told of. What stands here is believed until `expires`, and no longer."""

    contact: Annotated[tuple[str, ...], Listed, Constraint(min_length=1)]
    """Addresses of the schemes mailto, https and tel; the one liked best first."""
    expires: str
    """The day, as 2027-09-30, at whose end in UTC nobody should believe it any more."""
    policy: str = ""
    """Where it says what may be tried, and what happens then."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, whatever day it is: (key, reason)."""
        for address in self.contact:
            if not is_contact(address):
                yield "contact", "ska vara adresser som börjar med mailto:, https:// eller tel:"
        if self.policy and not is_web_address(self.policy):
            yield "policy", "ska vara en adress som börjar med https://"
        try:
            date.fromisoformat(self.expires)
        except ValueError:
            yield "expires", "skriv dagen som 2027-09-30"

    def on(self, today: date) -> Standing:
        """Return whether it can be believed this day, and for how long."""
        left = (date.fromisoformat(self.expires) - today).days
        if left < 0:
            return Standing.OVER
        return Standing.ENDING if left < SOON else Standing.LONG if left > A_YEAR else Standing.GOOD

    def text(self, origin: str, languages: Sequence[str]) -> str:
        """Return the file as it is served at this origin, for those who write these languages.

        Over http it does not say where it belongs: such an address must be https (2.5.2).
        """
        lines = [f"Contact: {address}" for address in self.contact]
        lines += [f"Expires: {self.expires}T23:59:59Z"]
        lines += [f"Preferred-Languages: {', '.join(languages)}"]
        if is_web_address(origin):
            lines += [f"Canonical: {origin}{PATH}"]
        if self.policy:
            lines += [f"Policy: {self.policy}"]
        return "\n".join(lines) + "\n"


def is_contact(address: str) -> bool:
    """Tell whether an address can be a contact (RFC 9116 2.5.3), without a sign that ends it."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return False
    scheme, _, rest = address.partition(":")
    if scheme == "mailto":
        before, at, after = rest.partition("@")
        return bool(before and at and "." in after)
    return is_web_address(address) or (scheme == "tel" and urlsplit(address).path.startswith("+"))
