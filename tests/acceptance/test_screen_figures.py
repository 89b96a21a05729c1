"""The figures of docs/identifier-screen.md, measured again on smaller samples."""

import pytest
from tests.benchmarks import screen_figures as figures
from tests.benchmarks import screen_plants as plants
from tests.drilling import deep

from cioghub.steps.validate.screen import find_identifiers

EACH, PLANTED, SIMULATED, SEED = 2_000, 60, deep(5_000, 20_000), 11
READ_AS_DATES = {"uln": 0.04, "cro-number": 0.002, "phone": 0.002}
"""The share of a kind that may be let through because it reads as a date."""


@pytest.mark.parametrize("kind", plants.PLANTS)
def test_planted_identifiers_are_found_in_every_form(kind: str) -> None:
    many = missed = 0
    for form in plants.FORMS:
        planted, not_found = plants.misses(kind, form, PLANTED, SEED)
        many, missed = many + planted, missed + not_found
    assert many > 10 * PLANTED
    assert missed <= many * READ_AS_DATES.get(kind, 0)


def test_simulated_opaque_ids_are_refused_less_than_once_in_ten_thousand() -> None:
    refused = many = 0
    for name in figures.OPAQUE:
        ids, bad, _ = figures.refused(figures.simulated(figures.OPAQUE, name, EACH, SEED))
        many, refused = many + ids, refused + bad
    assert many == EACH * len(figures.OPAQUE)
    assert refused * 10_000 < many


def test_no_event_of_the_simulator_is_refused() -> None:
    events = list(figures.simulated_events(SIMULATED, SEED))
    assert len(events) == SIMULATED
    assert len({source for _, source in events}) > 5
    assert figures.refused(id for id, _ in events)[1] == 0
    assert figures.refused({source for _, source in events})[1] == 0


@pytest.mark.skipif(not figures.SHARED.exists(), reason="the shared data are not here")
def test_no_real_id_is_refused() -> None:
    for name, ids in figures.real_ids():
        many, bad, kinds = figures.refused(ids)
        assert many > 1_000, name
        assert bad == 0, (name, kinds)


def test_an_answer_never_holds_what_was_found() -> None:
    for kind in plants.PLANTS:
        for text in plants.planted(kind, "plain", 20, SEED):
            assert text not in "".join(find_identifiers(text))
