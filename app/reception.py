"""Who each form's reports are sealed to and carried to, with every public key read beforehand."""

from collections.abc import Callable, Iterable
from pathlib import Path

from app.crypto import seal
from app.errors import NotAKey
from app.intake.submit import Receiver, Reception
from app.runner.municipality import Municipality
from app.runner.routing import Route, Routing

Sealer = Callable[[bytes], bytes]


def receptions(municipality: Municipality, public_keys: Path) -> dict[str, Reception]:
    """Return where the reports of each form go.

    A unit's key is the file `<unit>.pub`, and a destination's, where what is said leaves us,
    `<destination>.jwk`. OSError when one is not there, NotAKey when it is no key.
    """
    sealers = destination_keys(municipality, public_keys)

    def reception(routing: Routing) -> Reception:
        def receiver(unit: str, destinations: tuple[str, ...]) -> Receiver:
            public = public_key(public_keys, unit)
            return Receiver(
                municipality_code=municipality.code,
                unit=unit,
                key_id=seal.key_id(public),
                public_key=public,
                destinations={name: sealers.get(name) for name in destinations},
            )

        whole: list[Route] = [routing.whole(route) for route in routing.routes]
        return Reception(
            usual=receiver(routing.unit, routing.destinations),
            routes=tuple((way.when, receiver(way.unit, way.destinations)) for way in whole),
            timezone=municipality.timezone,
        )

    return {form_id: reception(routing) for form_id, routing in municipality.forms.items()}


def public_key(folder: Path, unit: str) -> bytes:
    """Return what a unit's reports are sealed to. Errors as above."""
    file = folder / f"{unit}.pub"
    try:
        return seal.parse_public(file.read_text("ascii"))
    except (NotAKey, UnicodeDecodeError) as wrong:
        raise NotAKey("it holds no public key", file=str(file)) from wrong


def public_key_ids(units: Iterable[str], folder: Path) -> dict[str, str]:
    """Return the id of each unit's public key. Errors as above."""
    return {unit: seal.key_id(public_key(folder, unit)) for unit in units}


def recipients(units: Iterable[str], folder: Path) -> dict[str, dict[str, bytes]]:
    """Return each unit's public key by its id: whom what is written there is sealed to."""
    publics = {unit: public_key(folder, unit) for unit in units}
    return {unit: {seal.key_id(public): public} for unit, public in publics.items()}


def destination_keys(municipality: Municipality, public_keys: Path) -> dict[str, Sealer]:
    """Return what seals to each destination that reports leave us for. Errors as above."""
    carrying = [name for name, place in municipality.destinations.items() if place.carries]
    if not carrying:
        return {}
    # Read only where it is used: most municipalities begin with the inbox alone.
    from app.crypto import jwe  # noqa: PLC0415 - as above

    found = {}
    for name in carrying:
        file = public_keys / f"{name}.jwk"
        try:
            found[name] = jwe.sealer(file.read_text("utf-8"))
        except NotAKey as wrong:
            raise NotAKey(str(wrong), file=str(file)) from wrong
    return found
