"""The people of a case that is about several: who they are, and how their consent is written down.

What is said of each is said in steps of the process: one in which somebody is added or put right,
and one in which it is written down what somebody has said yes or no to.
"""

from typing import Annotated

from pydantic import Field as Constraint

from app.runner.field import Bound, Definition, FieldId, Id, Listed, Words

GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"
SAYS = frozenset({GIVEN, REFUSED, WITHDRAWN})
"""What may be said of a purpose: the options of the question that asks for it."""
NOT_PROTECTED = "nej"
"""The answer that says that somebody has no protected identity."""
ALL_KNOWN = "ja"
"""The answer that says that there is no other guardian."""


class People(Definition):
    """One sort of people in a case: the young, their guardians."""

    id: Id
    """What machines know them by."""
    label: Words
    """One of them, when no name is known; a number comes after it."""
    many: Words
    """All of them, as the heading of a list."""
    begins: FieldId = ""
    """The question in the form, one that lists people, whose people they begin as. What is asked of
    each there and in the step that adds them is the same where it has the same id and kind."""
    name: FieldId
    """The question, in the step that adds them, that tells the name."""
    born: Annotated[tuple[FieldId, ...], Listed] = ()
    """Those that tell when they are born, the surest first."""
    guardians: FieldId = ""
    """The one that tells who their guardians are."""
    all_known: FieldId = ""
    """The one that tells, with the option `ja`, that those are all."""
    protected: FieldId = ""
    """The one that tells, with the option `nej`, that they have no protected identity: whoever has,
    or may have, gets no letter and is named in none."""
    address: FieldId = ""
    """The one that tells where they live: it stands first in a letter."""
    language: FieldId = ""
    """The one that tells, by the codes of languages (ISO 639), which they read."""


class Consents(Definition):
    """How it is written down what somebody has said yes or no to, and for how long a yes holds."""

    step: Id
    """The step: about a young person, once for each thing that somebody says."""
    purpose: FieldId
    """Its question for what it is about: the options are the purposes."""
    who: FieldId
    """For who has said it."""
    say: FieldId
    """For what was said: the options are `given`, `refused` and `withdrawn`."""
    on: FieldId
    """For the day when it was said."""
    until: FieldId
    """For the last day that a yes holds, when that is another than usual."""
    months: Annotated[int, Constraint(ge=1, le=60)] = 12
    """How long a yes holds, if nothing is said."""
    speaks_from: Bound = 15
    """The age in years from which the young are asked themselves, beside their guardians."""
    adults: Annotated[tuple[Id, ...], Listed] = ()
    """The purposes that only who is of age is asked about, and that take no word but theirs."""
    own: Annotated[tuple[Id, ...], Listed] = ()
    """The purposes of which everybody says yes or no for themselves alone."""
    authorities: FieldId = ""
    """For which authorities get to know, by a yes: its options that open no line. None chosen is
    nobody."""
    data: Annotated[tuple[FieldId, ...], Listed] = ()
    """For what they get to know: checkboxes. An option with the id of a question about the person
    lets its answer be told; another is something that may be spoken of. None chosen is nothing."""
    told: Id = ""
    """The step, about whose yes no longer holds, by which it is written down that those who have a
    paper where they are named know of it."""


class Invitations(Definition):
    """Who may be asked to come, and to what day: guardians of who is of age on their yes alone."""

    purpose: Id
    """What who is of age says yes to, for their guardians to be asked: one of `adults`."""
    step: Id
    """The step, about nobody, in which the day is said; the last time that it is taken holds."""
    day: FieldId
    """Its question for the day of the meeting."""
