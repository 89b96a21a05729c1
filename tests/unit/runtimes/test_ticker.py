"""How long a live hub rests between two looks at a day."""

from __future__ import annotations

import pytest

from cioghub.runtimes.embedded.ticker import rest_after


@pytest.mark.parametrize(
    ("took", "worked", "rest"),
    [
        (0.1, 0.1, 0.2),  # from one look to the next it is 0.3 s
        (0.2, 0.2, 0.4),  # twice its own work
        (2.0, 0.2, 0.4),  # whatever else the machine did meanwhile
        (2.0, 2.0, 1.0),  # and a second at most
    ],
)
def test_the_rest_is_twice_the_work_within_bounds(took: float, worked: float, rest: float) -> None:
    assert rest_after(took, worked) == pytest.approx(rest)
