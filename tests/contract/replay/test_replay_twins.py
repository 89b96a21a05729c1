"""Contract 5: lines that come again, near to each other and far from each other."""

from __future__ import annotations

import json
from typing import Any


def test_of_lines_that_are_refused_no_two_are_twins_that_are_written_otherwise(lab: Any) -> None:
    """Read as most programs do they say the same, but one of them holds a key twice."""
    once, twice = '{"a":1000000.0}', '{"a":1,"a":1e6}'
    between = lab.usual("2026-01-05T00:00", 70)
    assert len(between) > 120  # more than are worked on together
    runs = [lab.replay([a, *between, b]) for a, b in ((once, twice), (twice, once))]
    assert runs[0].summary["rejected"] == 2
    assert runs[0].summary["duplicates"] == 0
    assert runs[0].files() == runs[1].files()


def test_an_event_that_comes_again_with_its_keys_in_another_order_is_a_twin(lab: Any) -> None:
    events = lab.usual("2026-01-05T00:00", 70)
    again = [json.dumps(dict(reversed(event.items()))) for event in events]
    alone, both = lab.replay(events), lab.replay([*events, *again])
    assert both.summary["duplicates"] == len(events)
    assert both.summary["accepted"] == alone.summary["accepted"] == len(events)
    for name in ("shared/hub-correlation.jsonl", "withheld.jsonl", "ledger/entries.jsonl"):
        assert both.lines(name) == alone.lines(name)
