"""A hub in shadow mode leaves word in its home, and takes it back when it runs without."""

from __future__ import annotations

from datetime import date

from tests.live.conftest import LiveHubOfTest

from cioghub.bootstrap import shadow_in
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings

DAYS = (date(2026, 3, 2), date(2026, 3, 29))


def test_the_home_says_until_when_nobody_is_told_anything(live: LiveHubOfTest) -> None:
    assert shadow_in(Settings(home=live.home)) is None
    open_hub(Settings(home=live.home, shadow=DAYS), live.clock)
    assert shadow_in(Settings(home=live.home)) == 1_774_825_200  # 30 March, midnight of summer time
    live.again()
    assert shadow_in(Settings(home=live.home)) is None
