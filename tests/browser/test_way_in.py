"""The way in stays short: what must be pressed is on the first screen, and few pages are passed."""

import pytest

from bench import personas


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("persona", personas.PERSONAS.values(), ids=personas.PERSONAS)
def test_the_way_in_is_short(chromium, service, persona, language):
    context = chromium.new_context(viewport=personas.TELEPHONE, is_mobile=True)
    try:
        found = personas.walked(context.new_page(), service.citizen, persona, language)
    finally:
        context.close()
    assert found.wrong == []
