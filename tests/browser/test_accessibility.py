"""Every page and every error of the service, in every language, light and dark, has no known fault.

Five programs look. Together they find perhaps a third of what can be wrong; test_layout.py,
test_focus.py and test_forms.py look for what they do not see, and test_planted_faults.py shows it.
"""

from collections import Counter

import pytest

from tests.browser import engines
from tests.browser.results import note
from tests.browser.stage import in_another_light
from tests.content import FORM_IDS, FORMS

LANGUAGES = [file.stem for file in FORMS.glob("languages/*.toml")]
OF_FORMS = [f"{language} {form_id}" for language in LANGUAGES for form_id in FORM_IDS]
OF_STAFF = {"/steg/": "staff, steps", "/arenden/": "staff, cases", "/": "staff"}
PARTS = sorted([*OF_FORMS, *LANGUAGES, *OF_STAFF.values()])

LOOK = {engines.AXE: engines.axe, engines.IBM: engines.ibm, engines.SNIFFER: engines.sniffer}


def part_of(state, content):
    """Which of the parts a state belongs to: a language and a form, a language, or the staff."""
    if state.site == "staff":
        return next(part for where, part in OF_STAFF.items() if where in state.path)
    words = state.path.strip("/").split("/")
    language = words.pop(0) if words[0] in list(content.languages)[1:] else content.default
    form = f" {words[0]}" if words and words[0] in content.forms[language] else ""
    return language + form


@pytest.fixture
def states(request, every_state, content):
    found = [state for state in every_state if part_of(state, content) == request.param]
    assert found, "no such page"
    return found


def test_every_state_belongs_to_a_part(every_state, content):
    assert {part_of(state, content) for state in every_state} == set(PARTS)


@pytest.mark.long(35)
@pytest.mark.timeout(400)
@pytest.mark.parametrize("states", PARTS, indirect=True)
def test_engines_find_nothing_on_any_page_in_any_light(states, stage, request):
    shown = stage()
    engines.attend(shown.page)
    found = {engines.AXE: [], engines.IBM: [], engines.SNIFFER: []}
    looked = Counter()
    for state in states:
        page = shown.show(state)
        at = f"{state.path} ({state.name})"
        for engine, look in LOOK.items():
            # The slowest of them looks at structure, and that is the same in every language.
            if engine == engines.IBM and state.path.startswith("/en"):
                continue
            found[engine] += [(at, fault) for fault in look(page)]
            looked[engine] += 1
        if state.path.startswith("/en"):
            continue  # colours are of the style, and that is the same too
        with in_another_light(page):
            dark = engines.axe(page, engines.COLOURS)
        found[engines.AXE] += [(f"{at}, dark", fault) for fault in dark]
    for engine, faults in found.items():
        note(request.config, engine, pages=looked[engine], faults=len(faults))
    assert [fault for faults in found.values() for fault in faults] == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", [engines.NU, engines.HTML_VALIDATE])
def test_the_html_of_every_page_is_valid(engine, every_state, tmp_path, request):
    look = {engines.NU: engines.nu, engines.HTML_VALIDATE: engines.html_validate}[engine]
    faults = look(every_state, tmp_path)
    note(request.config, engine, pages=len(every_state), faults=len(faults))
    assert faults == []


def test_the_warning_that_time_is_running_out_has_no_fault(every_state, stage):
    shown = stage()
    state = next(state for state in every_state if 'id="expiry"' in state.html)
    page = shown.show(state)
    page.evaluate("document.querySelector('dialog').showModal()")
    assert engines.axe(page) + engines.ibm(page) + engines.sniffer(page) == []
    with in_another_light(page):
        assert engines.axe(page) == []
