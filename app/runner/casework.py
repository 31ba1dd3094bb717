"""When what comes in is read, and how staff work with it: what a municipality decides."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field as Constraint

from app.runner import own_options
from app.runner.field import Definition, Id, Listed
from app.runner.hours import Hours, Minutes
from app.runner.own_options import Lists, Owns
from app.runner.process import Record
from app.runner.routing import Destination

Reach = Literal["unit", "board"]

NOBODY_READS = (
    "det finns dagar då ingen läser, och ett barns behov av skydd bedöms senast dagen efter;"
    " skriv under otherwise vilken kontakt som gör det då"
)


class Inbox(Definition):
    """When staff read what comes in. `hours` is said of it, in a language, when all is read.

    On a day when nobody does, the contact `otherwise` sees to what has come: protection is judged
    the same day or the day after (20 kap. 1 § SoL; prop. 2012/13:10 s. 60).
    """

    open: Hours
    """When it is read."""
    otherwise: Id = ""
    """The contact who sees to it on days when nobody reads."""
    hours: str = ""
    """Made from the others: never written."""

    def faults(self, contacts: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        yield from ((f"open.{key}", reason) for key, reason in self.open.faults())
        if self.open.outside:
            yield "open.outside", "kan inte stå här"
        if self.otherwise and self.otherwise not in contacts:
            yield "otherwise", f"kontakten {self.otherwise!r} finns inte"
        if not self.otherwise and not self.open.every_day:
            yield "open", NOBODY_READS


def is_mail(there: Destination | None, says: str) -> bool:
    """Tell whether a destination is there and writes mails that say this."""
    return there is not None and there.connector == "mail" and there.options.get("says") == says


class Escalation(Definition):
    """Who is told, by a mail without content, of a case whose time is over or soon is."""

    hours: Annotated[int, Constraint(ge=-336, le=336)] = 0
    """Hours after the last day is over; before it, with a minus sign."""
    to: Id
    """The destination, of the connector mail with `says = "late"`, that tells them."""


class Review(Definition):
    """How whoever reviews the log does so, every month (10 § SoPuL)."""

    share: Annotated[int, Constraint(ge=1, le=100)] = 5
    """How many percent of a month's readings are drawn."""
    least: Annotated[int, Constraint(ge=1, le=1000)] = 20
    """How many are drawn at least."""
    hours: Hours | None = None
    """When staff are at work: who reads at another time is always reviewed. As the inbox is read,
    if not said."""

    emergency: Id = ""
    """The destination, of the connector mail with `says = "emergency"`, that tells those who review
    the log when somebody is let in past the municipality's own sign-in, or opens a case that they
    have jäv in."""

    def faults(self, destinations: Mapping[str, Destination]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        if self.emergency and not is_mail(destinations.get(self.emergency), "emergency"):
            says = 'är ingen mottagare av mail med says = "emergency"'
            yield "emergency", f"{self.emergency!r} {says}"
        if self.hours is None:
            return
        yield from ((f"hours.{key}", reason) for key, reason in self.hours.faults())
        if self.hours.outside:
            yield "hours.outside", "kan inte stå här"


class Emergency(Definition):
    """How whoever has jäv can open a case that nobody else can in time (17 § förvaltningslagen)."""

    hours: Annotated[int, Constraint(ge=1, le=24)] = 4
    """How long it is open to them, if nobody ends it before."""
    to: Id = ""
    """The destination, of the connector mail with `says = "emergency"`, that tells those who lead.
    Those who review the log are told by `review.emergency`."""

    def faults(self, destinations: Mapping[str, Destination]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        if self.to and not is_mail(destinations.get(self.to), "emergency"):
            yield "to", f'{self.to!r} är ingen mottagare av mail med says = "emergency"'


class Casework(Definition):
    """How staff work with what has come in."""

    record: Record = "external"
    """Where the documentation ends up: `external` is another system, and a case ends when that has
    it; `here` is this service (16 kap. SoL says how long it is kept then)."""
    next_weekday: bool = False
    """Whether a last day that is no working day is the next one (lag 1930:173, 2 §)."""
    today_until: Minutes = 16 * 60
    """What comes in before this time of day has its protection assessment shown as due today."""
    stoppmote_read_days: Annotated[int, Constraint(ge=0, le=30)] = 1
    """Working days within which a request for a stoppmöte has been opened."""
    stoppmote_assessed_days: Annotated[int, Constraint(ge=1, le=90)] = 14
    """Days within which it has been assessed."""
    stoppmote_invite_days: Annotated[int, Constraint(ge=1, le=60)] = 7
    """Days before a stoppmöte when the families have been invited at the latest."""
    stoppmote_follow_up_days: Annotated[int, Constraint(ge=1, le=365)] = 42
    """Days after a stoppmöte within which the group has been followed up."""
    stoppmote_second_follow_up_days: Annotated[int, Constraint(ge=1, le=730)] = 183
    """Days after it within which it has been followed up once more."""
    measures: Owns = ()
    """What else than a process says can be done for a young person."""
    purposes: Owns = ()
    """What else somebody can say yes or no to: what is told of them, to whom and why."""
    outcomes_for_one: Owns = ()
    """What else may suit one young person of a group."""
    speaks_from: Annotated[int, Constraint(ge=12, le=18)] = 15
    """The age in years from which the young are asked for their own consent (3 kap. 4 § SoL)."""
    escalation: Annotated[tuple[Escalation, ...], Listed] = ()
    """Who is told when nobody has done what must be done, in the order of the hours; each once."""
    review: Review = Review()
    """How the log of who has read what is reviewed."""
    emergency: Emergency = Emergency()
    """How whoever has jäv acts when nobody else can."""
    lend_days: Annotated[int, Constraint(ge=7, le=365)] = 90
    """How long, in days, a case can be lent to another unit of the board at most."""
    delegation: str = "kommunens delegationsordning"
    """By what staff decide for the board (6 kap. 37 § kommunallagen)."""

    def faults(self, destinations: Mapping[str, Destination]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        for name, part in (("review", self.review), ("emergency", self.emergency)):
            yield from ((f"{name}.{key}", reason) for key, reason in part.faults(destinations))
        yield from own_options.faults(self.lists)
        hours = [each.hours for each in self.escalation]
        if hours != sorted(set(hours)):
            yield "escalation", "hours ska stå i ordning, varje tid en gång"
        for each in self.escalation:
            if not is_mail(destinations.get(each.to), "late"):
                yield "escalation", f'{each.to!r} är ingen mottagare av mail med says = "late"'

    @property
    def lists(self) -> Lists:
        """The options that a process may ask for, by what they are for."""
        return {name: getattr(self, name) for name in own_options.LISTS}

    @property
    def numbers(self) -> Mapping[str, int]:
        """What a process may name instead of a number."""
        return {name: value for name, value in self if type(value) is int}


class Match(Definition):
    """Whether reports that may be about the same child are shown together.

    The service then reads by itself what each says of the child, and keeps tokens of it alone.
    """

    on: bool = False
    """Whether it does. What it keeps goes when it no longer does."""
    basis: str = ""
    """By which law, and whose decision: needed when it is on, and staff read it."""
    reach: Reach = "unit"
    """Which reports are compared: those of one `unit`, or those of all the units of one `board`. Of
    another unit's it is told that it is there and whom to ask; never what it says."""
    months: Annotated[int, Constraint(ge=1, le=240)] = 60
    """How long after a report came in it is compared with others."""
    sound: bool = False
    """Whether names that only sound alike count: further than SoPuF 15 § names, so a decision of
    its own."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason)."""
        if self.on and not self.basis.strip():
            yield "basis", "saknas: lag och beslut som ni jämför anmälningar med stöd av"

    @property
    def of_board(self) -> bool:
        """Whether reports are compared between the units of a board."""
        return self.on and self.reach == "board"


class Statistics(Definition):
    """Whether what comes in is counted, month by month, for whoever leads the work.

    The service then reads by itself what each report says where its form's file says so, and keeps
    numbers alone (12 § SoPuF: uppföljning, kvalitetssäkring och statistik).
    """

    on: bool = False
    """Whether it is."""
    least: Annotated[int, Constraint(ge=3, le=100)] = 5
    """A lower number than this is not shown, nor what would tell it."""
