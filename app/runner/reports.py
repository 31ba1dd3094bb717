"""A report that is made about one of the people of a case: by which form, and what it begins with.

What is known of whom it is about, and what the request said, stands in the form from the beginning.
Nothing of the others in the case does: only what was said of this one, and what is said of all.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field as Constraint

from app.runner.field import Conditions, Definition, FieldId, Id, Listed, Words


class Put(Definition):
    """What a question of the form begins with, and where it is taken from: one of these places.

    Long texts begin with where each part is taken from, and may be put together from several.
    """

    NAMED: ClassVar = "to"

    to: FieldId
    """The question of the form."""
    person: FieldId = ""
    """What is known of whom it is about: the question, in the form's list or the step that adds."""
    guardians: Mapping[FieldId, FieldId] = {}
    """What is known of each of their guardians, in a question that lists people: to a question in
    the list, from one in the step that adds guardians."""
    request: Annotated[tuple[FieldId, ...], Listed] = ()
    """What was answered in the request. No question that lists people: it tells of the others."""
    options: Annotated[tuple[Id, ...], Listed] = ()
    """These options."""
    staff: Literal["name", "unit", "roles"] | None = None
    """Who makes the report: their name, their own unit, or what they are there."""
    contact: Id = ""
    """The number of a contact in the municipality's file; nothing when it has none by that id."""
    if_: Annotated[Conditions, Constraint(alias="if")] = ()
    """When: by the options that questions before it in this list began with."""
    person_if: Conditions = ()
    """When: by what is known of whom it is about."""
    guardian_if: Conditions = ()
    """When: by what is known of any one of their guardians."""

    @property
    def taken_from(self) -> tuple[object, ...]:
        """The places that are named: it should be one."""
        given = (self.person, self.guardians, self.request, self.options, self.staff, self.contact)
        return tuple(each for each in given if each)


class Report(Definition):
    """A report by another form about one of the people, made from the case and handed in there."""

    id: Id
    """What machines know it by, and a part of its address."""
    title: Words
    """What is pressed to begin it, and its heading."""
    made: Words
    """What it is, as the case says that it has been sent."""
    origin: Words
    """What it comes from, as the case that it becomes says; the reference comes after it."""
    intro: Words = ""
    """Said before the form, in paragraphs, `## ` headings and `- ` lists."""
    read: Words
    """The box to tick: that it has been read, and that nothing is in it that should not be."""
    form: Id
    """The form that it is handed in by."""
    of: Id
    """Which people it is made about, one at a time."""
    step: Id
    """The step, with `each_under`, that is taken about them when it is handed in."""
    answer: FieldId
    """The question of that step that is answered then."""
    option: Id
    """With which option; where it asks for a text, that has the reference."""
    answers: Annotated[tuple[Put, ...], Listed] = ()
    """What the form begins with, in order."""
