"""How the municipality's own sign-in (OpenID Connect) is trusted, and which roles its groups give.

Nobody is let in who belongs to no group that stands here, nor who has not been known by more than a
password: what proves that is what the provider says in `acr` or `amr` (OpenID Connect Core 1.0, 2).
"""

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import Field as Constraint

from app.runner.contact import is_on_this_machine, is_web_address
from app.runner.field import Definition, Id, Listed

Named = Literal[
    "handlaggare",
    "gruppledare",
    "sspf",
    "registrator",
    "loggranskare",
    "andra_granskare",
    "administrator",
]
"""Every `Role`, as the file has it."""
Said = Annotated[str, Constraint(min_length=1, max_length=200)]
"""Something that the provider says, as it says it."""


class Group(Definition):
    """What those in one of the provider's groups are here."""

    group: Said
    """The group, as the provider names it (in Entra ID its object id)."""
    units: Annotated[tuple[Id, ...], Listed] = ()
    """The units where it gives roles."""
    roles: Annotated[tuple[Named, ...], Listed] = ()
    """What they are there; none where the group only says what holds wherever they are."""
    qualified: bool = False
    """Whether they have the degree that 25 kap. 1 § SoL (2025:400) asks for (docs/sign-in.md)."""
    second_reader: bool = False
    """Whether they have too little experience to decide alone: somebody else reads along."""


class SignIn(Definition):
    """The municipality's OpenID provider, and what it must say of somebody."""

    issuer: Said
    """Its address, exactly as it says itself (`issuer` in its metadata)."""
    client: Said
    """What it calls this service (`client_id`)."""
    acr: Annotated[tuple[Said, ...], Listed] = ()
    """How somebody must have been known: one of these; asked for, and demanded."""
    amr: Annotated[tuple[Said, ...], Listed] = ()
    """What they must have been known by: one of these at least, for example `mfa`."""
    scope: Said = "openid profile"
    """What is asked for; the provider may want more to tell the groups."""
    groups_claim: Said = "groups"
    """Under which name it tells the groups."""
    name_claim: Said = "name"
    """Under which name it tells what staff are called: what the audit trail knows them by."""
    groups: Annotated[tuple[Group, ...], Listed, Constraint(min_length=1)]
    """Which groups give what. Who is in none is not let in."""

    def faults(self, units: Collection[str], *, exercise: bool) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: (key, reason). In an exercise it may be on loopback."""
        if not (is_web_address(self.issuer) or (exercise and is_on_this_machine(self.issuer))):
            yield "issuer", "ska vara en adress som börjar med https://"
        if not (self.acr or self.amr):
            yield (
                "amr",
                "saknas, och acr med: en av dem ska visa att mer än ett lösenord krävs",
            )
        if "openid" not in self.scope.split():
            yield "scope", "ska ha openid i sig"
        for number, group in enumerate(self.groups):
            at = f"groups.{number}"
            for unit in (unit for unit in group.units if unit not in units):
                yield f"{at}.units", f"enheten {unit!r} finns inte"
            if bool(group.roles) != bool(group.units):
                yield at, "har roles utan units, eller units utan roles: de hör ihop"
            if not (group.roles or group.qualified or group.second_reader):
                nothing = "ger ingenting: sätt roles, qualified eller second_reader"
                yield at, f"gruppen {group.group!r} {nothing}"
