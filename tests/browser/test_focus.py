"""Where the focus is can be seen, everywhere, by everybody: compared in pixels."""

import pytest

from tests.browser.focus import unseen

KINDS = {
    "start": lambda state: state.path == "/",
    "accessibility": lambda state: state.path == "/tillganglighet",
    "before a form": lambda state: state.name == "begun before",
    "radios": lambda state: state.path == "/orosanmalan/roll" and state.status == 200,
    "boxes, wrong": lambda state: state.name == "slag, wrong",
    "lines, wrong": lambda state: state.name == "barnet, wrong",
    "people": lambda state: state.name == "vuxna, two",
    "check": lambda state: state.name == "granska",
    "receipt": lambda state: state.name == "kvitto",
    "error": lambda state: state.name == "403" and state.site == "citizen",
    "queue": lambda state: state.name == "queue, filled",
    "report": lambda state: state.name == "item",
}
LIGHTS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("kind", KINDS)
def test_where_the_focus_is_can_be_seen(kind, light, every_state, stage, open_browser):
    state = next(state for state in every_state if KINDS[kind](state))
    shown = stage(**LIGHTS[light])
    judge = open_browser().new_page()
    assert unseen(shown.show(state), judge) == []
