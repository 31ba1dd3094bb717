"""A site in one language: all that its pages are made from, whoever looks."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment

from app.clock import Clock
from app.runner.content import Content
from app.runner.definition import Form
from app.runner.municipality import Municipality
from app.runner.texts import Interface
from app.web.http.addresses import Addresses, addresses
from app.web.http.assets import Asset
from app.web.shown.answering import Answering, Switchboard


@dataclass(frozen=True, slots=True)
class Site:
    """Made once for each language, at start-up."""

    content: Content
    language: str
    templates: Environment
    css: Asset
    js: Asset
    switchboard: Switchboard
    clock: Clock

    @property
    def t(self) -> Interface:
        return self.content.interfaces[self.language]

    @property
    def at(self) -> Addresses:
        return addresses(self.language, self.content.default)

    @property
    def municipality(self) -> Municipality:
        return self.content.municipalities[self.language]

    @property
    def forms(self) -> Mapping[str, Form]:
        return self.content.forms[self.language]

    @property
    def answering(self) -> Answering:
        """Who answers at this moment."""
        return self.switchboard.now(self.language, self.clock.now())

    def html(self, template: str, **context: object) -> str:
        """Return a page made from a template."""
        return self.templates.get_template(template).render(context)
