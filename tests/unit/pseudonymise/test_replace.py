"""One event on its way through the stages: each type is whole, and nothing goes to another one."""

from copy import deepcopy
from typing import Any

import pytest

from cioghub.journey import Journey, Taken
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.incidents import PseudonymousIncident, SharedIncident, ValidIncident
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.wire.shipped import deploy_folder
from spec import drawn
from spec.crimes import crime
from spec.deciding import loaded

AREAS = deploy_folder() / "areas" / "warwickshire.yaml"


def event(number: int) -> dict[str, Any]:
    return crime(
        number,
        recorded_at=None,
        weapon=None,
        setting=None,
        qualifiers=["604", "606"],
        age_band="18-24",
        suspect_token="a" * 26,
        victim_token="b" * 26,
        place_token=None,
    )


@pytest.fixture(scope="module")
def journey() -> Journey:
    ring = KeyRing((KeyRoot("k1", None, Secret(b"r" * 32)),))
    return Journey(loaded(drawn.shipped_rules(), AREAS).bundle, ring, find_identifiers)


def stages(journey: Journey, number: int) -> tuple[ValidIncident, list[SharedIncident]]:
    valid = journey._validator.validate(event(number))
    assert isinstance(valid, ValidIncident), valid
    decision = journey.table.decide(valid, local_day(valid.time, journey.zone))
    return valid, [plan.apply(valid) for plan in decision.permitted]


def test_every_stage_has_all_that_its_type_says(journey: Journey) -> None:
    for _ in range(2):  # the second takes the short way
        valid, passes = stages(journey, 1)
        received = journey.pseudonymiser.replace(valid, passes)
        taken = journey.take(event(1))
        assert isinstance(taken, Taken)
        assert received == taken.received
        assert "hub-correlation" in [one.recipient for one in received]
        for one in (valid, valid.raw, *passes, *received, taken):
            assert len(one) == len(type(one)._fields)
        assert all(type(one) is PseudonymousIncident for one in received)


def test_what_one_recipient_receives_is_not_touched_by_what_happens_to_another_event(
    journey: Journey,
) -> None:
    first = journey.take(event(1))
    assert isinstance(first, Taken)
    before = deepcopy(first.received)
    journey.take_all([event(2), event(3)])
    assert first.received == before


def test_what_passes_of_another_event_gets_no_id_of_this_one(journey: Journey) -> None:
    valid, passes = stages(journey, 1)
    _, others = stages(journey, 2)
    with pytest.raises(ValueError, match="another event"):
        journey.pseudonymiser.replace(valid, [*passes, *others])
