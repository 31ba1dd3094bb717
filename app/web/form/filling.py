"""A form that somebody fills in, as its pages need to know it: whoever does it, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass

from app.runner.definition import Form
from app.runner.texts import Interface
from app.web.form.blanks import Blanks
from app.web.http.addresses import FormAddresses
from app.web.shown.site import Site
from app.web.shown.views import SiteView


@dataclass(frozen=True, slots=True)
class Filling:
    """It knows neither draft nor desk, and holds no answer.

    `frame` gives what surrounds a page, by the tab's title and the page's id.
    """

    site: Site
    form: Form
    at: FormAddresses
    token: str
    frame: Callable[[str, str], SiteView]
    blanks: Blanks

    @property
    def t(self) -> Interface:
        return self.site.t

    @property
    def language(self) -> str:
        return self.site.language
