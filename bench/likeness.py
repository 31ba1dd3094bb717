"""How well two reports are seen to be about the same child: `python -m bench.likeness`.

Made-up children (`tests/children.py`) are reported one to three times, spelt as people spell, and
every two reports are compared by the tokens that the service keeps. Precision is how many of those
that are said to be the same are; recall, how many of those that are the same, and of which enough
is said, are found. Exits 1 outside a limit.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.casework import likeness
from app.casework.likeness import Keys, Kind, Strength
from app.runner import content
from app.runner.definition import Form
from app.settings import CHECKOUT
from tests import children
from tests.children import Told

SEED = 20261127
SETS = 5
"""So that no figure hangs on one throw of the dice."""
MOST = 12
"""Lines of a table."""
PRECISION = {Strength.CERTAIN: 1.0, Strength.LIKELY: 0.99}
RECALL = {Strength.LIKELY: 0.90, Strength.POSSIBLE: 0.97}
NAMES = {Strength.CERTAIN: "säker", Strength.LIKELY: "trolig", Strength.POSSIBLE: "möjlig"}


@dataclass(frozen=True)
class Outcome:
    """What was said of every two reports, and which are the same child."""

    told: list[Told]
    found: Mapping[tuple[int, int], Strength]
    same: frozenset[tuple[int, int]]

    def precision(self, strength: Strength) -> tuple[int, int]:
        """Return how many said to be this strong are the same child, and how many were said."""
        said = [pair for pair, each in self.found.items() if each is strength]
        return sum(pair in self.same for pair in said), len(said)

    def recall(self, strength: Strength) -> tuple[int, int]:
        """Return how many are found at least this strong, and of how many enough is said."""
        could = [pair for pair in self.same if self.enough(pair, strength)]
        return sum(self.found.get(pair, 0) >= strength for pair in could), len(could)

    def enough(self, pair: tuple[int, int], strength: Strength) -> bool:
        """Tell whether two reports say what a likeness of this strength is made of."""
        one, other = (self.told[at] for at in pair)
        numbers = all(each.number == each.child.number for each in (one, other))
        if strength is Strength.CERTAIN:
            return numbers
        born = bool(one.number and other.number)
        common = one.child.last.lower() in likeness.COMMON and strength is Strength.LIKELY
        named = all(each.whole_name and each.age for each in (one, other))
        return born or (named and not common)


def served() -> Form:
    """Return orosanmälan as the municipality of the exercise serves it."""
    found = content.load(CHECKOUT / "forms", "exempelkommun")
    return found.forms[found.default]["orosanmalan"]


def compare(form: Form, *, sounds: bool, seed: int = SEED) -> Outcome:
    """Make children and reports, and compare every two of them."""
    chance = random.Random(seed)  # noqa: S311 - made-up children, the same every time
    told = list(children.reports(chance, children.population(chance)))
    keys = Keys(bytes(32), "mottagning")
    made = [
        likeness.tokens(
            likeness.children(form, children.transcript(form, each), children.TODAY)[0],
            keys,
            sounds=sounds,
        )
        for each in told
    ]
    holders = defaultdict(set)
    for at, tokens in enumerate(made):
        for token in tokens:
            if token.kind is not Kind.BORN:
                holders[token].add(at)
    pairs = {pair for group in holders.values() for pair in combinations(sorted(group), 2)}
    found = {pair: likeness.strength(made[pair[0]], made[pair[1]]) for pair in pairs}
    by_child = defaultdict(list)
    for at, each in enumerate(told):
        by_child[each.child.id].append(at)
    same = frozenset(pair for group in by_child.values() for pair in combinations(group, 2))
    return Outcome(told, {pair: each for pair, each in found.items() if each}, same)


def figures(outcomes: Sequence[Outcome]) -> list[tuple[str, int, int, float]]:
    """Return what is measured: its name, how many, of how many, and the limit (0: none)."""
    lines = []
    for strength in sorted(Strength, reverse=True):
        for what, limits in (("precision", PRECISION), ("recall", RECALL)):
            counts = [getattr(each, what)(strength) for each in outcomes]
            right, of = map(sum, zip(*counts, strict=True))
            lines.append((f"{NAMES[strength]}, {what}", right, of, limits.get(strength, 0.0)))
    return lines


def missed(outcome: Outcome) -> Counter[str]:
    """Return why those that are the same child were not found at all."""
    why: Counter[str] = Counter()
    for pair in outcome.same - outcome.found.keys():
        one, other = (outcome.told[at] for at in pair)
        if not outcome.enough(pair, Strength.POSSIBLE):
            why["too little is said: no surname, or no age"] += 1
            continue
        names = sorted({one.trouble, other.trouble} - {"as it is"})
        why[" + ".join(names) or "the age is said two years or more apart"] += 1
    return why


def wrong(outcome: Outcome) -> Counter[str]:
    """Return who were taken for the same child and are not."""
    why: Counter[str] = Counter()
    for pair, strength in outcome.found.items():
        if pair not in outcome.same:
            one, other = (outcome.told[at].child for at in pair)
            family = one.last == other.last and one.group == other.group
            kind = one.group if family else "no relation"
            why[f"{NAMES[strength]}: {kind}"] += 1
    return why


def main() -> None:
    """Print the figures and the tables."""
    form, kept = served(), True
    for sounds in (False, True):
        outcomes = [compare(form, sounds=sounds, seed=SEED + more) for more in range(SETS)]
        told, same = (sum(len(getattr(each, of)) for each in outcomes) for of in ("told", "same"))
        print(f"\n{SETS} sets, {told} reports, {same} pairs of the same child,", end=" ")
        print("names by sound too" if sounds else "names as they are spelt (the default)")
        for name, right, of, limit in figures(outcomes):
            # What sounds alike is found only where the municipality lets it be.
            held = right >= limit * of or (name == "möjlig, recall" and not sounds)
            kept = kept and held
            print(f"  {name:18} {right / of:6.4f}  ({right} of {of})  limit {limit or '–'}", end="")
            print("" if held else "  OUTSIDE")
        for title, look in (("missed", missed), ("wrong", wrong)):
            print(f"  {title}:")
            table = sum(map(look, outcomes), Counter[str]())
            for why, count in table.most_common(MOST):
                print(f"    {count:5} {why}")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
