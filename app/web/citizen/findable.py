"""What may be found by searching: the start page and the pages of text, in every language.

Nobody should come to a form past the start page, which says whom to call, nor to an exercise.
"""

from app.runner.content import Content
from app.web.http.addresses import addresses
from app.web.http.conventions import NOTHING
from app.web.shown.frame import TEXT_PAGES


def robots(content: Content) -> str:
    """Return robots.txt. The longest rule that fits counts, or the first: both read it alike."""
    if content.municipality.exercise:
        return NOTHING
    may, may_not = [], []
    for language in content.languages:
        at = addresses(language, content.default)
        may += [at.text(name) for name in TEXT_PAGES.values()]
        abouts = (form.id for form in content.forms[language].values() if form.about)
        may += [at.about(form_id) for form_id in abouts]
        may_not += [at.leave(), *(at.form(form_id) for form_id in content.municipality.forms)]
    rules = [f"Allow: {path}" for path in may] + [f"Disallow: {path}" for path in may_not]
    return "\n".join(["User-agent: *", *rules]) + "\n"
