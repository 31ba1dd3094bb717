"""A first visit is light enough for a slow telephone: page, style sheet, script in 8 192 octets."""

import pytest

from bench import weight


@pytest.mark.untraced
def test_every_page_is_within_its_weight_on_a_first_visit(site):
    heavy = [
        (visit.path, visit.octets) for visit in weight.measure(site) if visit.octets > weight.LIMIT
    ]
    assert heavy == []


@pytest.mark.untraced
def test_every_page_comes_in_three_requests_and_every_page_of_questions_is_weighed(site):
    visits = weight.measure(site)
    assert {visit.requests for visit in visits} == {weight.REQUESTS_MOST}
    forms = site.state.parts.content.forms
    pages = {
        f"{'' if language == 'sv' else '/en'}/{form.id}/{page.id}"
        for language, those in forms.items()
        for form in those.values()
        for page in form.pages
    }
    assert pages <= {visit.path for visit in visits}
