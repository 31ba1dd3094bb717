"""What another system is given says nothing by its length."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.runner.hand_over import STEP, hand_over

FACTS = {
    "id": UUID(int=7),
    "municipality_code": "9999",
    "unit": "sspf",
    "form_id": "prov",
    "received_at": datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("length", [0, 1, 100, 3000])
def test_a_short_answer_is_as_long_as_a_long_one(length):
    made = hand_over(FACTS, {"svar": "å" * (length // 2) + "a" * (length % 2)})
    assert len(made) == STEP
    assert json.loads(made)["submission"] == str(FACTS["id"])


def test_what_does_not_fit_takes_another_step():
    assert len(hand_over(FACTS, {"svar": "a" * STEP})) == 2 * STEP
