"""What stands in for what is missing or wrong in a definition, while the rest is judged.

It is judged with stand-ins as unlike each other as can be. What is wrong with both is wrong,
whatever is put right; what is wrong with one alone only follows from what stands in. Which name is
meant where none stands is not known: the one that leaves least to complain of is taken for it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.runner.faults import REASONS, Fault
from app.runner.field import Definition
from app.runner.nearest import keys_of

FIRST, SECOND = "forsta", "andra"
"""What names are made of that nothing is sought by."""
QUOTED = re.compile(r"'([a-z0-9][a-z0-9_-]*)'")
UNKNOWN = "extra_forbidden"
LOOKS = 8
"""At most so many names are tried for what has none."""


@dataclass(slots=True)
class StandIns:
    """What stands in for what is wrong, and where it stands.

    At the first look it is as little as can be; at another (`ample`) as much as can be, and what
    has no name is called by one of those that are `named` in what was found first, a new one for
    each `turn`.
    """

    ample: bool = False
    named: Sequence[str] = ()
    turn: int = 0
    holes: set[tuple[str, str]] = field(default_factory=set)
    """Where they stand: file and key."""
    nameless: dict[tuple[str, str], str] = field(default_factory=dict)
    """What parts of lists are called that had no name, by file; the number each is told by."""
    guessed: set[tuple[str, str]] = field(default_factory=set)
    """Fields of which it is not known which keys they should have: file and key."""
    made: int = 0
    used: bool = False

    def name(self) -> str:
        """Return a name for something that is referred to."""
        self.made += 1
        if self.named:
            return self.named[(self.made + self.turn) % len(self.named)]
        return f"{SECOND if self.ample else FIRST}_{self.made}"

    def name_of_its_own(self, file: str, number: int, others: Collection[str]) -> str:
        """Return a name for what has none: a part of a list in a file, beside these others."""
        turned = [*self.named[self.turn :], *self.named[: self.turn]]
        free = (name for name in turned if name not in others)
        self.made += 1
        name = next(free, f"{SECOND if self.ample else FIRST}_{self.made}")
        self.nameless[file, name] = str(number)
        return name

    def own(self, found: Iterable[Fault]) -> Iterator[Fault]:
        """Yield the faults that are at no stand-in; of what has no name, by its number."""
        for fault in found:
            if not any(fault.file == file and within(key, fault.key) for file, key in self.holes):
                parts = fault.key.split(".")
                numbered = (self.nameless.get((fault.file, part), part) for part in parts)
                yield replace(fault, key=".".join(numbered))

    def follows(self, fault: Fault) -> bool:
        """Tell whether a fault is but that a guess does not have a key."""
        return fault.reason.startswith(REASONS[UNKNOWN]) and any(
            fault.file == file and within(key, fault.key) for file, key in self.guessed
        )


def within(hole: str, key: str) -> bool:
    """Tell whether a key is at or under a hole; "" is a whole file.

    A field is named under its form, and not under its page.
    """
    if not hole:
        return True
    short = re.sub(r"^pages\.[^.]*\.(?=fields\.)", "", hole)
    return any(f"{key}.".startswith(f"{place}.") for place in (hole, short))


def other_looks(first: Iterable[Fault], *, nameless: bool) -> Iterator[StandIns]:
    """Yield the stand-ins of other looks, from what was found at the first.

    Where nothing was `nameless` then, one is enough.
    """
    keys = {name for model in models() for name in keys_of(model)} - {"errors"}
    named: Counter[str] = Counter()
    for fault in first:
        parts = fault.key.split(".")
        found = {part for before, part in pairwise(parts) if before in keys and part not in keys}
        named.update(found | {*QUOTED.findall(fault.reason)})
    names = [name for name, _ in named.most_common(LOOKS) if not name.startswith(FIRST)]
    for turn in range(len(names) if nameless and names else 1):
        yield StandIns(ample=True, named=names, turn=turn)


def models(of: type[Definition] = Definition) -> Iterator[type[Definition]]:
    for model in of.__subclasses__():
        yield model
        yield from models(model)
