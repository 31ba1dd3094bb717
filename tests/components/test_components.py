"""Every example of every component holds what assistive technology and the runner count on."""

import re

import pytest

from app.runner.field import KINDS, build
from tests.components.examples import TEMPLATES, examples
from tests.components.reader import Page

EXAMPLES = examples()
ALL = [pytest.param(example, id=f"{example.component}: {example.name}") for example in EXAMPLES]
FIELDS = [param for param, example in zip(ALL, EXAMPLES, strict=True) if example.field]
NEVER = {
    "required",
    "maxlength",
    "minlength",
    "placeholder",
    "autofocus",
    "pattern",
    "style",
    "disabled",
    "readonly",
}


def test_every_kind_of_field_has_a_component_with_examples():
    shown = {example.component for example in EXAMPLES if example.field}
    assert {kind.COMPONENT or name for name, kind in KINDS.items()} <= shown
    assert set(KINDS) <= {example.field["kind"] for example in EXAMPLES if example.field}


def test_every_component_has_examples():
    """A component is a template with a macro of its own name; the others are parts of them."""
    components = {
        path.stem
        for path in TEMPLATES.glob("components/*.html")
        if f"macro {path.stem}(" in path.read_text("utf-8")
    }
    assert components == {example.component for example in EXAMPLES}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_shows_an_error_and_is_shown_alone_and_optional(kind):
    mine = [example for example in EXAMPLES if example.field and example.field["kind"] == kind]
    assert any(example.errors for example in mine), "no example with an error"
    assert any(not example.field.get("required") for example in mine) or kind == "confirmation"


@pytest.mark.parametrize("example", ALL)
def test_the_html_is_well_formed_and_names_nothing_twice(example, render):
    page = Page(render(example))
    ids = page.ids()
    assert len(ids) == len(set(ids)), "an id is used twice"
    for element in page.elements:
        assert not NEVER & element.attributes.keys()
        assert not [name for name in element.attributes if name.startswith("on")]
        empty = [name for name, value in element.attributes.items() if not value]
        assert set(empty) <= {"value", "checked", "hidden", "data-print"}, "an empty attribute"


@pytest.mark.parametrize("example", ALL)
def test_what_is_written_is_escaped(example, render):
    html = render(example)
    assert "<b>" not in html
    assert "<i>" not in html
    assert '"<' not in html


@pytest.mark.parametrize("example", FIELDS)
def test_labels_hints_and_errors_reach_assistive_technology(example, render):
    page = Page(render(example))
    ids = set(page.ids())
    labelled = {element.attributes["for"] for element in page.all("label")}
    described = {
        name
        for element in page.elements
        for name in element.attributes.get("aria-describedby", "").split()
    }
    assert labelled <= ids, "a label points at nothing"
    assert described <= ids, "aria-describedby points at nothing"
    for control in page.controls():
        assert control.attributes["id"] in labelled, "an input without a label of its own"
    texts = {name for name in ids if name.endswith(("-hint", "-error", "-limit", "-about"))}
    assert texts <= described, "a hint or an error that nothing points at"


@pytest.mark.parametrize("example", FIELDS)
def test_what_is_wrong_is_marked_and_nothing_else(example, render):
    page = Page(render(example))
    marked = [element for element in page.elements if "aria-invalid" in element.attributes]
    if not example.errors:
        assert not marked
        assert not [
            element for element in page.elements if "error" in element.attributes.get("class", "")
        ]
        return
    whole_list = example.component == "group" and set(example.errors) == {example.field["id"]}
    assert whole_list or marked, "nothing is marked as wrong"
    assert all(element.attributes["aria-invalid"] == "true" for element in marked)
    for at, words in example.errors.items():
        assert at in page.ids(), "the error's link would lead nowhere"
        messages = [
            element for element in page.all("p") if element.attributes.get("class") == "error"
        ]
        mine = next(element for element in messages if words in element.words)
        assert " ".join(mine.words.split()) == f"Fel: {words}"


@pytest.mark.parametrize("example", FIELDS)
def test_question_hint_error_and_input_come_in_that_order(example, render):
    page = Page(render(example))
    for error in (
        element for element in page.elements if element.attributes.get("id", "").endswith("-error")
    ):
        described = [
            element
            for element in page.elements
            if error.attributes["id"] in element.attributes.get("aria-describedby", "").split()
        ]
        assert described
        for element in described:
            inputs = [
                control for control in page.controls() if element in [*control.within, control]
            ]
            assert all(error.order < control.order for control in inputs), (
                "the error comes after the input"
            )
    for hint in (
        element for element in page.elements if element.attributes.get("id", "").endswith("-hint")
    ):
        name = hint.attributes["id"].removesuffix("-hint")
        errors = [
            element for element in page.elements if element.attributes.get("id") == f"{name}-error"
        ]
        assert all(hint.order < error.order for error in errors), "the hint comes after the error"


@pytest.mark.parametrize("example", FIELDS)
def test_the_runner_knows_every_input_and_gets_back_what_was_typed(example, render):
    page = Page(render(example))
    definition = build(dict(example.field))
    for control in page.controls():
        name = control.attributes["name"]
        assert definition.owns(name), f"the field does not own {name}"
        kind = control.attributes.get("type")
        if kind in {"radio", "checkbox"}:
            chosen = control.attributes["value"] in example.typed.get(name, ())
            assert ("checked" in control.attributes) == chosen
        elif control.tag == "textarea":
            # A browser drops the first line break of a textarea: ours must not be the writer's.
            assert control.words == "\n" + "".join(example.typed.get(name, ()))
        else:
            assert control.attributes.get("value", "") == "".join(example.typed.get(name, ()))


@pytest.mark.parametrize("example", FIELDS)
def test_every_input_says_whether_the_browser_may_fill_it(example, render):
    for control in Page(render(example)).controls():
        if control.attributes.get("type") not in {"radio", "checkbox"}:
            assert control.attributes["autocomplete"] in {
                example.field.get("autocomplete", "off"),
                "off",
            }
        assert control.attributes.get("type") not in {"number", "date"}, (
            "a type that loses what is typed"
        )


@pytest.mark.parametrize("example", FIELDS)
def test_the_only_question_of_a_page_is_its_heading(example, render):
    page = Page(render(example))
    headings = page.all("h1")
    if not example.heading:
        assert not headings
        return
    (heading,) = headings
    inside = [element for element in page.all("label") if "h1" in element.inside]
    assert bool(inside) != ("legend" in heading.inside), (
        "the heading is neither in a legend nor around a label"
    )
    assert example.field["label"] in heading.words


@pytest.mark.parametrize("example", FIELDS)
def test_optional_is_said_in_words_where_it_is_so(example, render):
    words = re.sub(
        r"\s+", " ", "".join(element.words for element in Page(render(example)).elements[:1])
    )
    label = example.field["label"]
    assert label in words
    assert (f"{label} (frivilligt)" in words) == (not example.field.get("required", False))


def test_a_person_can_be_removed_by_name(render):
    example = next(
        example for example in EXAMPLES if example.component == "group" and "två" in example.name
    )
    buttons = {
        element.attributes["value"]: element.words
        for element in Page(render(example)).all("button")
    }
    assert buttons == {"unga-1": "Ta bort Ungdom 2"}, "the list is full: nothing more can be added"


def test_nobody_is_shown_an_empty_summary_or_a_way_back_to_nowhere(render):
    empty = [example for example in EXAMPLES if "inget visas" in example.name]
    assert len(empty) == 2
    assert all(not render(example).strip() for example in empty)


@pytest.mark.parametrize("example", FIELDS)
def test_nothing_that_was_typed_disappears_and_every_choice_is_there(example, render):
    page = Page(render(example))
    assert set(example.typed) <= {control.attributes["name"] for control in page.controls()}
    labels = {" ".join(label.words.split()) for label in page.all("label")}
    choices = [option["label"] for option in example.field.get("options", ())]
    assert {*choices, *filter(None, [example.field.get("unknown")])} <= labels


KEYBOARDS = {
    "number": lambda own: {"numeric"} if not own.get("approximate") else {None},
    "date": lambda own: {"numeric", None} if own.get("approximate") else {"numeric"},
    "person_number": lambda own: {None},
}


@pytest.mark.parametrize("example", FIELDS)
def test_a_telephone_shows_the_keyboard_that_fits(example, render):
    """Digits where only digits will do; letters where "ca 8" or an interim number may come."""
    controls = [
        control
        for control in Page(render(example)).controls()
        if control.attributes.get("type") not in {"checkbox", "radio"}
    ]
    if example.component in KEYBOARDS:
        found = {control.attributes.get("inputmode") for control in controls}
        assert found == KEYBOARDS[example.component](example.field)
    types = {"phone": "tel", "email": "email"}
    if example.component in types:
        assert [control.attributes["type"] for control in controls] == [types[example.component]]
