"""The planted decoys: rises that have an innocent reason."""

from __future__ import annotations

import random
from datetime import date, timedelta

from cioghub.simulate.days import Clock, bank_holidays
from cioghub.simulate.kinds_partners import FIRE_GROUPS_LIST
from cioghub.simulate.kinds_police import NICL, OFFENCES
from cioghub.simulate.planted import Planted, Scene
from cioghub.simulate.records import variant
from cioghub.simulate.town import Town

NIGHT = (19.0, 23.9)
HOLIDAY_EXTRA = 18.0
"""Extra events a day on a bank-holiday weekend: about a third more of what goes with nights out."""

BONFIRE_EXTRA = {1: 3, 2: 4, 3: 5, 4: 8, 5: 24, 6: 9, 7: 5}
"""Extra fires and firework calls on the days of November (working assumption)."""


def holiday_weekends(clock: Clock) -> list[tuple[int, int]]:
    """Return first and last day of each bank-holiday weekend that lies in the range."""
    years = range(clock.first.year, clock.date(clock.days).year + 1)
    days = sorted(day for year in years for day in bank_holidays(year))
    groups: list[list[date]] = []
    for day in days:
        if groups and (day - groups[-1][-1]).days <= 3:
            groups[-1].append(day)
        else:
            groups.append([day])
    found = []
    for group in groups:
        before = 3 if group[0].weekday() == 0 else 1
        first = (group[0] - timedelta(days=before) - clock.first).days
        last = (group[-1] - clock.first).days
        if last >= 0 and first < clock.days:
            found.append((max(first, 0), min(last, clock.days - 1)))
    return found


def bank_holiday(
    town: Town, clock: Clock, rng: random.Random, first: int, last: int, rate: float
) -> Planted:
    """More disorder, fights and noise in all towns at once, for as long as a weekend lasts."""
    planted = Planted("decoy:bank-holiday", "disorder-nte", None, first, last)
    scene = Scene(town, clock, rng, planted)
    kinds = (
        ("crime", variant("9A", OFFENCES, 2, None, (), "town-centre", "18-24"), 3),
        ("crime", variant("8N", OFFENCES, 3, "body-part", (), "licensed-premises", "18-24"), 2),
        ("crime", variant("105A", OFFENCES, 2, "body-part", (), "town-centre", "25-34"), 2),
        ("incident", variant("202", NICL, 1, None, (), "town-centre"), 7),
        ("incident", variant("209", NICL, 1, None, (), "open-space"), 1),
    )
    weights = town.weights["violence"].tolist()
    for day in range(first, last + 1):
        for _ in range(round(HOLIDAY_EXTRA * rate)):
            feed, what, _share = rng.choices(kinds, [kind[2] for kind in kinds])[0]
            place = rng.choices(range(len(weights)), weights)[0]
            scene.add(feed, what, day, NIGHT, place)
    return planted


def bonfire_night(
    town: Town, clock: Clock, rng: random.Random, year: int, rate: float
) -> Planted | None:
    """Refuse fires and fireworks everywhere in the first week of November."""
    start = (date(year, 11, 1) - clock.first).days
    days = {start + day - 1: extra for day, extra in BONFIRE_EXTRA.items()}
    days = {day: extra for day, extra in days.items() if 0 <= day < clock.days}
    if not 0 <= start + 4 < clock.days:
        return None
    planted = Planted("decoy:bonfire-night", "arson-threat", None, min(days), max(days))
    scene = Scene(town, clock, rng, planted)
    own = (
        ("motive", "deliberate-unknown-owner"),
        ("property_category", "outdoor"),
        ("special_service_type", None),
    )
    bonfire = variant(
        "secondary-fire",
        FIRE_GROUPS_LIST,
        1,
        None,
        ("deliberate-secondary",),
        "open-space",
        None,
        own,
    )
    noise = variant("213", NICL, 1, None, (), "street")
    weights = town.weights["asb"].tolist()
    for day, extra in days.items():
        for n in range(round(extra * rate)):
            place = rng.choices(range(len(weights)), weights)[0]
            feed, what = ("fire", bonfire) if n % 2 else ("incident", noise)
            scene.add(feed, what, day, (17.0, 23.0), place)
    return planted


def weapon_sweep(town: Town, clock: Clock, rng: random.Random, start: int) -> Planted:
    """A week of searches in one town: knives in pockets, found because the police looked."""
    weights = town.weights["violence"]
    busy = sorted(range(len(town.places)), key=lambda n: -float(weights[n]))
    centre = rng.choice(busy[:15])
    ciog = town.place(centre).ciog
    own = [n for n in range(len(town.places)) if town.place(n).ciog == ciog]
    places = town.nearest(centre, own, 4)
    planted = Planted("decoy:weapon-sweep", "knife", ciog, start, start + 6)
    scene = Scene(town, clock, rng, planted)
    for n in range(26):
        weapon = ("lock-folding-knife", "kitchen-knife", "other-sharp")[n % 3]
        found = variant("10D", OFFENCES, 3, weapon, (), "street", rng.choice(("16-17", "18-24")))
        scene.add(
            "crime",
            found,
            start + n % 7,
            (12.0, 20.0),
            rng.choice(places),
            suspect=scene.person(f"searched {n}"),
        )
    return planted
