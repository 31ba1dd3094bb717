"""What is kept of question pages, so that nobody waits for what has been made before.

Two things are kept, and neither holds a word that anybody has typed:

- A *blank* is a question page on which nothing is typed yet, with holes for the token and for the
  fields. It is kept by its *look*: all that decides how the page looks before anybody types on it.
  Everybody whose page has that look gets the same blank, and their own words in its holes.
- Where somebody is *met*: a draft just as it lies, and the page that is looked at. What stands
  there is the whole blank, so the draft need not be opened. A draft is known by the head of its
  box, which is new each time that anything is typed; it can be read only from the draft's own row,
  and the row is found only with the browser's cookie. So nobody is met with what is somebody
  else's, and who has typed anything is met no more.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from app.runner.journey import StepNumber
from app.web.http.packed import Cut

BLANKS_MOST, MET_MOST = 256, 4096
T = TypeVar("T")


class Look(NamedTuple):
    """All that decides how a page looks before anybody has typed on it: nothing of an answer."""

    language: str
    form_id: str
    page_id: str
    fields: tuple[str, ...]
    required: frozenset[str]
    notes: tuple[str, ...]
    step: StepNumber
    number: int
    before: str
    to_review: bool
    until: datetime
    """When somebody opens or closes: the page says who answers."""


class Met(NamedTuple):
    """A draft as it lies now, by the head of its box; and the page of it that is looked at."""

    head: bytes
    language: str
    page_id: str
    to_review: bool
    today: date
    until: datetime


@dataclass(frozen=True, slots=True)
class Blank:
    """A question page on which nothing is typed."""

    whole: Cut
    """As it is met, with a hole for the token."""
    open: Cut
    """With a hole for each field as well, by its id."""
    fields: Mapping[str, Cut]
    """Each field, with a hole for what is typed where that is one line or one text."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """What one process keeps. The oldest makes room for the newest."""

    by_look: dict[Look, Blank] = field(default_factory=dict)
    met: dict[Met, Cut] = field(default_factory=dict)

    def of(self, look: Look, make: Callable[[], Blank]) -> Blank:
        """Return the blank of this look, made if it is not kept."""
        return self.by_look.get(look) or keep(self.by_look, look, make(), most=BLANKS_MOST)

    def meet(self, met: Met, look: Look) -> None:
        """Note what stands where somebody is met, if the blank of this look is kept."""
        if blank := self.by_look.get(look):
            keep(self.met, met, blank.whole, most=MET_MOST)


K = TypeVar("K", bound=Hashable)


def keep(kept: dict[K, T], key: K, value: T, *, most: int) -> T:
    if len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value
    return value
