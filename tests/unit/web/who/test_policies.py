"""What a thing's area, owner and state allow: every cell."""

from datetime import date

import pytest
from tests.people import somebody

from cioghub.vocabulary.cases import Action, Case, CaseState, Move, Task
from cioghub.vocabulary.people import Role
from cioghub.web.who.policies import (
    MOVE_ACTIONS,
    NotThere,
    audited_agency,
    looks_up,
    moves_for,
    owns,
    reviews,
    sees,
)

AREAS = (frozenset(), frozenset({"east"}), frozenset({"north"}), frozenset({"east", "north"}))
SEES = {
    # nowhere, east, north, both
    (Role.AGENCY_CONTACT, None): (False, False, False, False),
    (Role.CHAIR, "east"): (False, True, False, True),
    (Role.CHAIR, "north"): (False, False, True, True),
    (Role.CHAIR, None): (False, False, False, False),
    (Role.ANALYST, None): (True, True, True, True),
    (Role.COORDINATOR, None): (True, True, True, True),
    (Role.DPO, None): (False, False, False, False),
    (Role.AUDITOR, None): (True, True, True, True),
    (Role.OPERATOR, None): (False, False, False, False),
}
AREA_CELLS = [
    (role, ciog, areas, seen)
    for (role, ciog), cells in SEES.items()
    for areas, seen in zip(AREAS, cells, strict=True)
]

# Who may make which move in which state, where the alert lies in their area and an action is open
# only in the two states of a case that is acted upon: A an analyst, C its chair, O the coordinator.
STATES = (
    CaseState.NEW,
    CaseState.ASSESSED,
    CaseState.ACKNOWLEDGED,
    CaseState.ACTING,
    CaseState.ESCALATED,
    CaseState.CLOSED,
    CaseState.DISMISSED,
)
MOVES = """
             not-looked-at assessed acknowledged in-action escalated closed dismissed
ASSESS       A             -        -            -         -         -      -
ACKNOWLEDGE  -             C        -            -         -         -      -
ACT          -             -        CO           CO        CO        -      -
END_ACTION   -             -        -            CO        -         -      -
ESCALATE     -             -        CO           CO        CO        -      -
REMARK       -             ACO      ACO          ACO       ACO       -      -
CLOSE        -             -        C            -         C         -      -
DISMISS      A             AC       C            -         C         -      -
REOPEN       -             -        -            -         -         C      C
"""
WHO = {"A": Role.ANALYST, "C": Role.CHAIR, "O": Role.COORDINATOR}
MOVE_CELLS = [
    (Move[name], state, {WHO[letter] for letter in cell if letter in WHO})
    for name, *cells in (line.split() for line in MOVES.strip().splitlines()[1:])
    for state, cell in zip(STATES, cells, strict=True)
]


def somewhere(role: Role, ciog: str = "east"):
    return somebody(role, ciog if role is Role.CHAIR else None)


def case_in(state: CaseState) -> Case:
    """A case in a state; one that is acted upon has an open action."""
    task = Task("warwickshire-fire", None, "place", "secondary", "Look", date(2026, 3, 1))
    action = Action(1, 0, "p-1", "A chair", task)
    return Case("a-1", state, (), (action,) if state is CaseState.ACTING else ())


def test_the_tables_are_whole() -> None:
    assert {role for role, _ in SEES} == set(Role)
    assert set(STATES) == set(CaseState)
    assert {move for move, _, _ in MOVE_CELLS} == set(Move) == set(MOVE_ACTIONS)


@pytest.mark.parametrize(("role", "ciog", "areas", "seen"), AREA_CELLS)
def test_an_area_is_seen_by_its_chair_and_by_those_of_all_areas(role, ciog, areas, seen) -> None:
    assert sees(somebody(role, ciog), areas) is seen


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("party", "owned"), [("geh-nhs", True), ("swft-nhs", False), ("", False)])
def test_an_agency_s_own_is_its_own(role, party, owned) -> None:
    assert owns(somebody(role, party="geh-nhs"), party) is owned


def test_who_has_no_agency_owns_nothing() -> None:
    assert not owns(somebody(Role.ANALYST), "")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("move", "state", "who"), MOVE_CELLS)
def test_a_move_is_open_to_those_whom_the_state_allows(role, move, state, who) -> None:
    assert (move in moves_for(somewhere(role), case_in(state), {"east"})) is (role in who)


@pytest.mark.parametrize("state", CaseState)
def test_a_chair_of_another_area_makes_no_move(state) -> None:
    assert moves_for(somewhere(Role.CHAIR, "north"), case_in(state), {"east"}) == ()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("party", [None, "fire", "police"])
def test_a_contact_reads_agreements_of_their_own_agency_and_others_every_one(
    role: Role, party: str | None
) -> None:
    person = somebody(role, party=party)
    own = role is not Role.AGENCY_CONTACT or party == "fire"
    assert reviews(person, {"fire", "hub-correlation"}) is own


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("party", [None, "fire", "police"])
def test_an_officer_looks_up_decisions_of_their_own_agency_and_others_every_one(
    role: Role, party: str | None
) -> None:
    person = somebody(role, party=party)
    assert looks_up(person, "fire") is (role is not Role.DPO or party == "fire")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("party", [None, "geh-nhs"])
def test_an_auditor_reads_everybody_s_records_and_others_no_other_agency_s(
    role: Role, party: str | None
) -> None:
    person = somebody(role, party=party)
    if role is Role.AUDITOR:
        assert audited_agency(person) is None
    elif party is None:
        with pytest.raises(NotThere):
            audited_agency(person)
    else:
        assert audited_agency(person) == party
