"""Where a form's reports go: which unit can read them, and which destinations they are carried to.

All of it is data in the municipality's file. A route may depend on what was answered (a district,
for example); the first route whose conditions all hold decides, and where none does, the form's own
lines do.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field as Constraint
from pydantic import StringConstraints

from app.runner.field import Conditions, Definition, Id, Listed, Words

Destinations = Annotated[tuple[Id, ...], Listed]
WITHOUT_CONTENT = frozenset({"inbox", "mail"})
"""Connectors that carry nothing out of the house. For every other, the report is sealed to the
receiver's own key when it is handed in."""
LONGEST_SAID = 400
"""Characters for the names of all the destinations of one report, with a space between."""


class Destination(Definition):
    """A place that reports are carried to, and the connector that takes them there."""

    connector: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    """The way out: `inbox`, `webhook`, `amqp`, `folder`, `sftp`, `mail` or `pull`."""
    name: str = ""
    """What staff call it."""
    attention_hours: Annotated[int, Constraint(ge=1, le=24 * 30)] = 72
    """How long a report may wait for it before a person is asked to look."""
    options: Mapping[str, Any] = {}
    """What the connector needs: see docs/hand-over.md."""

    @property
    def carries(self) -> bool:
        """Whether what the report says leaves the house."""
        return self.connector not in WITHOUT_CONTENT


INBOX = {"inbox": Destination(connector="inbox", name="Inkorgen")}


class Unit(Definition):
    """A receiving unit: what one may not read, it has no key to."""

    name: Words
    """What staff call it."""
    board: str = ""
    """The board that it works for; needed where reports are compared within a board (`match`)."""


class Route(Definition):
    """Another unit, or other destinations, where these answers were given."""

    when: Annotated[Conditions, Constraint(min_length=1)]
    """The answers; all must hold."""
    unit: Id = ""
    """The unit; the form's own when empty."""
    destinations: Destinations = ()
    """Where it is carried; as the form's own when empty."""


class Routing(Definition):
    """Which unit a form goes to, where it is carried, and the board that is answerable for it."""

    unit: Id
    """The unit that can open it."""
    board: Words
    """The board that is answerable: the controller (GDPR art. 4.7)."""
    destinations: Annotated[Destinations, Constraint(min_length=1)] = ("inbox",)
    """Where it is carried."""
    routes: Annotated[tuple[Route, ...], Listed] = ()
    """Other ways, after what was answered; the first that holds."""
    hand_over: Id = ""
    """Where staff hand over the whole case, with what they have written; by hand when empty. No
    report is carried there by itself."""

    def everywhere(self) -> frozenset[str]:
        """Return every destination that a report of the form may be carried to."""
        routed = [route.destinations for route in self.routes]
        return frozenset(name for names in (self.destinations, *routed) for name in names)

    def whole(self, route: Route) -> Route:
        """Return a route with what it does not say taken from the form's own lines."""
        return Route.model_construct(
            when=route.when,
            unit=route.unit or self.unit,
            destinations=route.destinations or self.destinations,
        )


def faults(
    forms: Mapping[str, Routing],
    *,
    units: Collection[str],
    destinations: Mapping[str, Destination],
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with where forms go: (key, reason)."""
    if not forms:
        yield "forms", "minst ett formulär behövs"
    for form_id, routing in forms.items():
        usual = Route.model_construct(when=(), unit=routing.unit, destinations=routing.destinations)
        ways = [("", usual)]
        ways += [(f".routes.{at}", routing.whole(way)) for at, way in enumerate(routing.routes)]
        for at, way in ways:
            here = f"forms.{form_id}{at}"
            if way.unit not in units:
                yield f"{here}.unit", f"enheten {way.unit!r} finns inte"
            for name in way.destinations:
                if name not in destinations:
                    yield f"{here}.destinations", f"destinationen {name!r} finns inte"
            if len(set(way.destinations)) < len(way.destinations):
                yield f"{here}.destinations", "en destination står två gånger"
            if len(" ".join(way.destinations)) > LONGEST_SAID:
                yield f"{here}.destinations", "för många destinationer"
        yield from hand_over_faults(f"forms.{form_id}.hand_over", routing, destinations)
    used = {
        name for routing in forms.values() for name in (*routing.everywhere(), routing.hand_over)
    }
    for name in sorted(destinations.keys() - used - INBOX.keys()):
        yield f"destinations.{name}", "inget formulär skickas dit"


def hand_over_faults(
    key: str, routing: Routing, destinations: Mapping[str, Destination]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with where a form's cases are handed over."""
    if not routing.hand_over:
        return
    place = destinations.get(routing.hand_over)
    if place is None:
        yield key, f"destinationen {routing.hand_over!r} finns inte"
    elif not place.carries:
        yield key, "dit går inget innehåll: välj en destination som tar emot anmälan"
    elif routing.hand_over in routing.everywhere():
        # A receiver knows a report by its id, and takes the case for the same once more.
        yield key, "dit skickas redan anmälan när den kommer in"
