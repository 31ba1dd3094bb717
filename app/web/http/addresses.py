"""Where everything is: every address of the citizen site is made here, in the visitor's language.

The municipality's first language has bare addresses; the others begin with their
code (`/en/orosanmalan`). An address never holds an answer, a name or a key.
"""

from dataclasses import dataclass

from fastapi.responses import RedirectResponse

from app.runner.definition import ABOUT


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses in one language; `prefix` is "" or "/en"."""

    prefix: str

    def start(self) -> str:
        return f"{self.prefix}/"

    def text(self, name: str) -> str:
        return f"{self.prefix}/{name}"

    def about(self, form_id: str) -> str:
        return self.text(f"{ABOUT}{form_id}")

    def form(self, form_id: str) -> str:
        return f"{self.prefix}/{form_id}"

    def page(self, form_id: str, page_id: str, *, to_review: bool = False) -> str:
        return f"{self.prefix}/{form_id}/{page_id}" + ("?till=granska" if to_review else "")

    def of(self, form_id: str) -> "FormAddresses":
        return FormAddresses(self.form(form_id))

    def leave(self) -> str:
        return f"{self.prefix}/lamna"


@dataclass(frozen=True, slots=True)
class FormAddresses:
    """Where the pages of one form are; `start` is the address of the form."""

    start: str

    @property
    def review(self) -> str:
        return f"{self.start}/granska"

    def page(self, page_id: str, *, to_review: bool = False) -> str:
        return f"{self.start}/{page_id}" + ("?till=granska" if to_review else "")

    def move(self, form_id: str) -> str:
        return f"{self.start}/vidare/{form_id}"


def see(address: str) -> RedirectResponse:
    """Return 303: go and look there."""
    return RedirectResponse(address, 303)


def addresses(language: str, default: str) -> Addresses:
    """Return the addresses in a language, given which language has the bare ones."""
    return Addresses("" if language == default else f"/{language}")
