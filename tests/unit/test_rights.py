"""Each role may do what the table of the design says, and nothing else."""

import pytest

from app.casework.access import Staff
from app.casework.rights import MAY, Act, Role, may, require
from app.errors import NotAllowed

TABLE = """
                handlaggare gruppledare sspf registrator loggranskare andra_granskare administrator
see_queue       Y           Y           Y    Y           -            -                -
open            Y           Y           Y    -           -            -                -
open_own        Y           Y           Y    Y           -            -                -
work            Y           Y           Y    -           -            -                -
assign          -           Y           Y    -           -            -                -
reopen          -           Y           Y    -           -            -                -
extend          -           Y           Y    -           -            -                -
enter           Y           Y           Y    Y           -            -                -
export          Y           Y           Y    -           -            -                -
see_to_delivery Y           Y           Y    -           -            -                -
propose_removal Y           Y           Y    -           -            -                -
approve_removal -           Y           Y    -           -            -                -
review_log      -           -           -    -           Y            -                -
sign_review     -           -           -    -           Y            Y               -
see_statistics  Y           Y           Y    -           -            -                Y
see_times       -           Y           Y    -           -            -                -
see_settings    -           -           -    -           -            -                Y
"""
"""As the municipality's lawyer reads it: written a second time, so that a slip in one is seen."""

HEAD, *LINES = TABLE.split("\n")[1:-1]
CASES = [
    (Role(role), Act(act), mark == "Y")
    for act, *marks in map(str.split, LINES)
    for role, mark in zip(HEAD.split(), marks, strict=True)
]


def holding(*roles):
    return Staff("5e55", "Ida Ek", "sspf", "csrf", roles=frozenset(roles))


@pytest.mark.parametrize(("role", "act", "allowed"), CASES)
def test_a_role_may_do_what_its_row_says_and_nothing_else(role, act, allowed):
    assert may(holding(role), act) is allowed
    if allowed:
        require(holding(role), act)
    else:
        with pytest.raises(NotAllowed):
            require(holding(role), act)


def test_the_table_speaks_of_every_role_and_every_act():
    assert {(role, act) for role, act, _ in CASES} == {(r, a) for r in Role for a in Act}
    assert set(MAY) == set(Act)


@pytest.mark.parametrize("act", Act)
def test_who_has_no_role_may_do_nothing(act):
    assert not may(holding(), act)


@pytest.mark.parametrize("act", Act)
def test_who_has_two_roles_may_do_what_either_may(act):
    both = holding(Role.LOGGRANSKARE, Role.HANDLAGGARE)
    assert may(both, act) is bool(MAY[act] & both.roles)
