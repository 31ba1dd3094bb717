"""What must be there before a meeting with several families: a list to tick off, that stops nobody.

What is asked for stands in the steps of the process; here it is said which of it is waited for. The
day of the meeting, and who may be asked to come, stand under `invitations`.
"""

from typing import Annotated

from pydantic import Field as Constraint

from app.runner.field import Conditions, Definition, FieldId, Id, Listed


class Plan(Definition):
    """What is looked for in a case before its meeting."""

    of: Id
    """Whose families come: people who have guardians."""
    when: Annotated[tuple[FieldId, ...], Listed, Constraint(min_length=1)]
    """The questions of the step where the meeting is planned that tell when and where it is. With
    another answer to one of them the meeting is moved, and who was asked is asked anew."""
    more: Annotated[tuple[FieldId, ...], Listed] = ()
    """Those that tell what else must be known of it: who leads it."""
    comes: FieldId = ""
    """The one, checkboxes, that tells who has said that they come; all of them should have."""
    purposes: Annotated[tuple[Id, ...], Listed] = ()
    """What must be answered about each, by those whose yes it takes."""
    answered: Conditions = ()
    """What tells, in the step by which somebody is asked to come, that they have answered."""
    declined: Conditions = ()
    """The same: that they do not come."""
    reminded: Conditions = ()
    """The same: that it was a reminder."""
    booked: Conditions = ()
    """The same: that an interpreter is booked, or not needed."""
    interpreter: Conditions = ()
    """What tells, of a guardian, that they need an interpreter."""
