"""A hub that is killed at random points loses nothing, counts nothing twice, and halves nothing."""

from __future__ import annotations

from pathlib import Path

from tests.drilling import deep
from tests.live.kill_drill import drill


def test_a_hub_that_is_killed_again_and_again_ends_as_one_that_was_not(tmp_path: Path) -> None:
    kills = deep(3, 6)
    counts = drill(kills=kills, days=5, seed=3, folder=tmp_path)
    assert counts["kills"] == kills
    assert counts["accepted"] > 300
    assert counts["midnights"] >= 5
