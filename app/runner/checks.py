"""Named rules across fields, for what a definition cannot say.

Each takes the answers so far and the ids of the fields it concerns, and tells
whether the rule is kept.
"""

from collections.abc import Callable, Mapping

from app.runner.field import Answer
from app.runner.line import UNKNOWN

Check = Callable[[Mapping[str, Answer], tuple[str, ...]], bool]


def one_of(answers: Mapping[str, Answer], fields: tuple[str, ...]) -> bool:
    """At least one of the fields is filled in."""
    return any(field in answers for field in fields)


def reachable(answers: Mapping[str, Answer], fields: tuple[str, ...]) -> bool:
    """At least one of the fields holds a way to reach somebody: a number, or an address."""
    return any(field in answers and answers[field].data for field in fields)


def child_can_be_found(answers: Mapping[str, Answer], fields: tuple[str, ...]) -> bool:
    """There is enough to find the child: a name, a number or a place.

    "I do not know" is none of them.
    """
    return any(field in answers and UNKNOWN not in answers[field].choices for field in fields)


CHECKS: Mapping[str, Check] = {
    check.__name__: check for check in (one_of, reachable, child_can_be_found)
}
