"""The templates as the site has them, and a way to render an example."""

import pytest

from app.runner.field import build
from app.web.http.templating import environment as make_environment
from tests.components.examples import TEMPLATES, Example, texts, view


@pytest.fixture(scope="session")
def environment():
    """The templates in Swedish."""
    return make_environment(TEMPLATES, "sv", texts("sv"))


@pytest.fixture(scope="session")
def render(environment):
    """A function that gives the HTML of an example."""

    def show(example: Example) -> str:
        module = environment.get_template(f"components/{example.component}.html").module
        macro = getattr(module, example.component)
        if example.field is None:
            return str(macro(**example.arguments))
        return str(macro(view(build(dict(example.field)), example)))

    return show
