"""Which units are of one board: secrecy stands between boards (8 kap. 1 § OSL).

Within one it stands between branches that are independent of each other (8 kap. 2 §); whether they
are is the municipality's to judge, when it says how far reports are compared.
"""

from collections.abc import Iterator, Mapping

from app.runner.routing import Routing, Unit


def together(units: Mapping[str, Unit]) -> dict[str, tuple[str, ...]]:
    """Return, by unit, the units of its board as the file has them; itself where it names none."""
    return {
        name: tuple(other for other, each in units.items() if each.board == unit.board)
        if unit.board
        else (name,)
        for name, unit in units.items()
    }


def faults(units: Mapping[str, Unit], forms: Mapping[str, Routing]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong where reports are compared within a board: (key, reason)."""
    for name, unit in units.items():
        if not unit.board:
            yield f"units.{name}.board", 'saknas: [match] reach = "board" jämför inom en nämnd'
    for form_id, routing in forms.items():
        for name in sorted({routing.unit, *(way.unit for way in routing.routes)} & units.keys()):
            board = units[name].board
            if board and board != routing.board:
                why = f"är {board!r}, men {form_id!r} tas emot för {routing.board!r}"
                yield f"units.{name}.board", why
