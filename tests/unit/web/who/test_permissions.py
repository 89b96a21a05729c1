"""Who may do what: every cell of the table, through both twins."""

import pytest
from tests.people import somebody

from cioghub.vocabulary.people import Role
from cioghub.web.who.permissions import PERMISSIONS, Action, Forbidden, may, require

ROLES = (
    Role.AGENCY_CONTACT,
    Role.CHAIR,
    Role.ANALYST,
    Role.COORDINATOR,
    Role.DPO,
    Role.AUDITOR,
    Role.OPERATOR,
)
TABLE = """
                  contact chair analyst coordinator dpo auditor operator
UPLOAD_FILE       yes     -     -       -           -   -       -
TRY_EVENT         yes     -     -       -           yes -       -
SEE_OWN_FEEDS     yes     -     -       -           yes -       -
SEE_RECEIPTS      yes     -     -       -           -   -       -
READ_ALERTS       -       yes   yes     yes         -   yes     -
READ_PICTURES     -       yes   yes     yes         -   yes     -
SEE_FEED_BOARD    -       yes   yes     yes         -   yes     yes
ASSESS            -       -     yes     -           -   -       -
ACKNOWLEDGE       -       yes   -       -           -   -       -
ADD_ACTION        -       yes   -       yes         -   -       -
END_ACTION        -       yes   -       yes         -   -       -
ESCALATE          -       yes   -       yes         -   -       -
REMARK            -       yes   yes     yes         -   -       -
CLOSE             -       yes   -       -           -   -       -
DISMISS           -       yes   yes     -           -   -       -
REOPEN            -       yes   -       -           -   -       -
DRILL_DOWN        -       yes   yes     -           -   -       -
EXPORT            -       yes   yes     yes         -   -       -
NOTE_ERRATUM      -       -     yes     -           -   -       -
SEE_SHADOW        -       -     yes     yes         -   -       -
READ_RULES        yes     -     -       -           yes yes     yes
READ_DECISIONS    -       -     -       -           yes yes     -
READ_LEDGER       -       -     -       -           yes yes     yes
READ_AUDIT        -       -     -       -           yes yes     -
MANAGE_PEOPLE     -       -     -       -           -   -       yes
MANAGE_TOKENS     -       -     -       -           -   -       yes
"""
CELLS = [
    (Action[name], role, cell == "yes")
    for name, *cells in (line.split() for line in TABLE.strip().splitlines()[1:])
    for role, cell in zip(ROLES, cells, strict=True)
]


def test_the_table_has_every_action_and_every_role() -> None:
    assert {action for action, _, _ in CELLS} == set(Action) == set(PERMISSIONS)
    assert set(ROLES) == set(Role)
    assert len(CELLS) == len(Action) * len(Role)


@pytest.mark.parametrize(("action", "role", "allowed"), CELLS)
def test_may_answers_by_the_table(action, role, allowed) -> None:
    assert may(somebody(role), action) is allowed


@pytest.mark.parametrize(("action", "role", "allowed"), CELLS)
def test_require_raises_where_may_says_no(action, role, allowed) -> None:
    if allowed:
        require(somebody(role), action)
        return
    with pytest.raises(Forbidden) as caught:
        require(somebody(role), action)
    assert (caught.value.status_code, caught.value.action) == (403, action)
