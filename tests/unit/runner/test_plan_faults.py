"""What a process may not say must be there before a meeting: each fault is named by its key."""

import pytest

from app.runner import plan_faults
from tests.unit.runner.test_people_faults import made


def test_the_plan_that_ships_has_no_fault_and_a_process_needs_none():
    assert [*plan_faults.faults(made())] == []
    assert [*plan_faults.faults(made().model_copy(update={"plan": None}))] == []


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ('of = "ung"\nwhen', 'of = "vuxen"\nwhen', "plan.of"),
        ('when = ["motesdag"', 'when = ["annat"', "plan.when"),
        ('more = ["leder"]', 'more = ["annat"]', "plan.more"),
        ('comes = "kommer"', 'comes = "leder"', "plan.comes"),
        ('purposes = ["dela_pa_motet"', 'purposes = ["annat"', "plan.purposes"),
        ('answered = [{ field = "svar"', 'answered = [{ field = "annat"', "plan.answered"),
        ('any_of = ["kommer_inte"] }]', 'any_of = ["nej"] }]', "plan.declined"),
        ('any_of = ["paminnelse"]', 'any_of = ["annat"]', "plan.reminded"),
        ('any_of = ["behovs_inte", "bokad"]', 'any_of = ["annat"]', "plan.booked"),
        ('interpreter = [{ field = "tolk"', 'interpreter = [{ field = "x"', "plan.interpreter"),
        ("invites = true", "invites = false", "plan"),
    ],
)
def test_what_does_not_hold_together_is_named_where_it_stands(before, after, at):
    assert at in {key for key, _ in plan_faults.faults(made((before, after)))}
