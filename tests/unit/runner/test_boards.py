"""Units of one board go together, and a unit is of the board that its forms are taken in for."""

from app.runner import boards
from app.runner.routing import Route, Routing, Unit

SOCIAL, SCHOOL = "Socialnämnden", "Utbildningsnämnden"
UNITS = {
    "barn": Unit(name="Barn", board=SOCIAL),
    "skola": Unit(name="Skola", board=SCHOOL),
    "sspf": Unit(name="SSPF", board=SOCIAL),
    "ensam": Unit(name="Ensam"),
}


def form(unit, board, *others):
    routes = tuple(Route.model_construct(when=(), unit=other, destinations=()) for other in others)
    return Routing.model_construct(unit=unit, board=board, routes=routes)


def test_units_of_a_board_go_together_and_one_without_stands_alone():
    assert boards.together(UNITS) == {
        "barn": ("barn", "sspf"),
        "skola": ("skola",),
        "sspf": ("barn", "sspf"),
        "ensam": ("ensam",),
    }


def test_a_unit_of_another_board_than_its_forms_is_a_fault_and_so_is_one_of_none():
    right = {"x": form("barn", SOCIAL, "sspf")}
    assert list(boards.faults(UNITS, right)) == [
        ("units.ensam.board", 'saknas: [match] reach = "board" jämför inom en nämnd')
    ]
    wrong = {"x": form("barn", SOCIAL, "skola")}
    said = "är 'Utbildningsnämnden', men 'x' tas emot för 'Socialnämnden'"
    assert ("units.skola.board", said) in list(boards.faults(UNITS, wrong))
