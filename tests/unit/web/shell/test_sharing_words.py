"""What is shared, in words: what becomes of a field, and who receives it."""

import pytest
from tests.tactical_hub import shipped

from cioghub.web.shell.sharing_words import recipient_name, treatment_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("keep", "as sent"),
        ("drop", "left out"),
        ("generalise:hub", "made coarser: only the hub's own categories"),
        ("generalise:week", "made coarser: to the week"),
        ("generalise:3-hours", "made coarser: to three hours"),
        ("generalise:msoa", "made coarser: to the MSOA"),
        ("generalise:wide", "made coarser: to wide age bands"),
        ("generalise:district", "made coarser: to the district"),
    ],
)
def test_a_treatment_is_said_in_words(code: str, words: str) -> None:
    assert treatment_words(code) == words


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("hub-correlation", "The hub's correlation"),
        ("geh-nhs", "George Eliot Hospital NHS Trust"),
        ("ciog-east", "CIOG East"),
        ("nobody", "nobody"),
    ],
)
def test_a_recipient_is_named_as_it_is_called(id: str, name: str) -> None:
    loaded, _ = shipped()
    assert recipient_name(loaded.bundle.parties, id) == name
