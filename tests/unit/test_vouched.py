"""Who the municipality's sign-in vouches for gets what its groups give, and nobody else gets in.

A file that can not be right is refused before anybody signs in.
"""

from datetime import UTC, datetime
from typing import get_args

import pytest

from app.casework.vouched import let_in, listed
from app.errors import SignInRefused
from app.runner.role import Role
from app.runner.sign_in import Group, Named, SignIn

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
OURS = SignIn(
    issuer="https://login.kommunen.example",
    client="skyddsnat",
    amr=["mfa"],
    groups=[
        Group(group="a", units=["bou"], roles=["handlaggare"]),
        Group(group="b", units=["bou", "sspf"], roles=["gruppledare"]),
        Group(group="c", qualified=True),
        Group(group="d", second_reader=True),
    ],
)
SAID = {"sub": "1", "name": "Ina Ek", "amr": ["pwd", "mfa"], "groups": ["a"], "sid": "s"}


def test_the_roles_of_all_groups_are_put_together_by_unit():
    who = let_in(OURS, {**SAID, "groups": ["b", "a", "c", "något annat"]}, now=NOW)
    assert who.grants == {
        "bou": {Role.HANDLAGGARE, Role.GRUPPLEDARE},
        "sspf": {Role.GRUPPLEDARE},
    }
    assert who.qualified
    assert who.read_at == NOW


def test_who_is_in_one_group_that_needs_a_second_reader_needs_one_whatever_else_they_are_in():
    assert not let_in(OURS, {**SAID, "groups": ["a", "b", "c"]}, now=NOW).second_reader
    assert let_in(OURS, {**SAID, "groups": ["a", "b", "c", "d"]}, now=NOW).second_reader


def test_what_tells_somebody_apart_is_no_name_and_is_the_providers_own():
    here = let_in(OURS, SAID, now=NOW)
    other = OURS.model_copy(update={"issuer": "https://annan.example"})
    there = let_in(other, SAID, now=NOW)
    assert here.subject != there.subject
    assert here.provider_session not in {"", here.subject, there.provider_session}
    assert let_in(OURS, {**SAID, "sid": None}, now=NOW).provider_session == ""


@pytest.mark.parametrize(
    ("otherwise", "why"),
    [
        ({"amr": "pwd"}, "weak"),
        ({"amr": []}, "weak"),
        ({"amr": {"mfa": 1}}, "weak"),
        ({"groups": []}, "no_group"),
        ({"groups": "c"}, "no_group"),
        ({"groups": {"a": 1}}, "no_group"),
        ({"groups": [["a"]]}, "no_group"),
        ({"name": ""}, "nameless"),
        ({"name": " \u202e\x00 "}, "nameless"),
    ],
)
def test_who_is_not_vouched_for_is_refused(otherwise, why):
    with pytest.raises(SignInRefused) as refused:
        let_in(OURS, SAID | otherwise, now=NOW)
    assert refused.value.why == why


def test_one_that_is_said_as_itself_is_one():
    assert let_in(OURS, {**SAID, "groups": "a", "amr": "mfa"}, now=NOW).grants
    assert listed(None) == []


def test_a_long_name_is_cut_where_the_trail_ends():
    assert len(let_in(OURS, {**SAID, "name": "A" * 500}, now=NOW).name) == 60


def test_the_file_can_name_every_role():
    assert set(get_args(Named)) == set(Role)


@pytest.mark.parametrize(
    ("otherwise", "key"),
    [
        ({"issuer": "http://login.kommunen.example"}, "issuer"),
        ({"issuer": "http://127.0.0.1:1"}, "issuer"),
        ({"amr": ()}, "amr"),
        ({"scope": "profile"}, "scope"),
        ({"groups": (Group(group="a", units=("x",), roles=("sspf",)),)}, "groups.0.units"),
        ({"groups": (Group(group="a", units=("bou",)),)}, "groups.0"),
        ({"groups": (Group(group="a", roles=("sspf",)),)}, "groups.0"),
        ({"groups": (Group(group="a"),)}, "groups.0"),
    ],
)
def test_a_setting_that_can_not_be_right_is_named(otherwise, key):
    wrong = OURS.model_copy(update=otherwise)
    assert key in {name for name, _ in wrong.faults({"bou", "sspf"}, exercise=False)}


def test_what_can_be_right_is_let_be():
    assert not [*OURS.faults({"bou", "sspf"}, exercise=False)]
    here = OURS.model_copy(update={"issuer": "http://127.0.0.1:38900"})
    assert not [*here.faults({"bou", "sspf"}, exercise=True)]
