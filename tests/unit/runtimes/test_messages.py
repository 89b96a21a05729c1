"""What workers tell each other comes out as it went in."""

import pytest

from cioghub.ports.workers import Passed
from cioghub.runtimes.kafka_workers.messages import pass_message, read_passed
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import Notes

ONE = Contribution(
    id="0a" * 16,
    accepted=1_767_603_600,
    day=739_621,
    monthly=0,
    place=("lsoa11", "E01031043"),
    publisher="warwickshire-police",
    type="police.crime.v1",
    notes=Notes("police-to-hub", ("knife", "robbery"), ("knife",), "lsoa"),
    tokens=(("suspect_token", "b" * 40),),
    former=(("suspect_token", "c" * 40),),
)


@pytest.mark.parametrize(
    "contribution", [ONE, ONE._replace(place=None, tokens=(), former=()), None]
)
def test_what_the_correlator_is_told_is_read_as_it_was_said(
    contribution: Contribution | None,
) -> None:
    passed = Passed(7, contribution, None if contribution else 3, 1_767_603_601)
    assert read_passed(pass_message(passed).value) == passed
