"""The planted issues: what the partnership would want to hear of.

Each is made of events that agencies really send, in places where its story would play; none knows
how a hub might find it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cioghub.simulate.calibration import BW_FROM, COVENTRY_CENTRE, COVENTRY_CODES, OW_FROM
from cioghub.simulate.days import Clock, is_school_day
from cioghub.simulate.kinds_partners import CONCERNS, FIRE_GROUPS_LIST, INTENT, REASONS, health_own
from cioghub.simulate.kinds_police import NICL, OFFENCES
from cioghub.simulate.planted import Planted, Scene
from cioghub.simulate.records import Variant, variant
from cioghub.simulate.town import Town

EVENING = (16.0, 22.5)
AFTER_SCHOOL = (15.2, 18.5)


@dataclass(frozen=True, slots=True)
class Issue:
    """A planted issue: where in its ninety days it begins, how long it lasts, how it is made."""

    name: str
    begins: float
    days: int
    school_days: int
    make: Callable[[Town, Clock, random.Random, int, list[int]], Planted | None]


def _knife(code: str, severity: int, weapon: str, age: str, setting: str = "street") -> Variant:
    return variant(code, OFFENCES, severity, weapon, ("633",), setting, age)


def _assault(mechanism: str, icd10: str, severity: int, setting: str, age: str) -> Variant:
    weapon = "other-sharp" if mechanism == "sharp-force" else "body-part"
    own = health_own(mechanism, "admitted" if severity > 3 else "discharged")
    return variant("assault-alleged", INTENT, severity, weapon, (icd10,), setting, age, own)


def _suspension(code: str, severity: int, age: str, weapon: str | None = None) -> Variant:
    own = (("suspension_category", "SUSP"),)
    return variant(code, REASONS, severity, weapon, (), "school", age, own)


def _concern(code: str, severity: int, setting: str, age: str = "14-15") -> Variant:
    return variant(code, CONCERNS, severity, None, (), setting, age)


def _hospital(town: Town, place: int) -> str:
    return {"E07000218": "geh", "E07000219": "geh", "E07000220": "uhcw"}.get(
        town.districts[place], "swft"
    )


def _centre(
    town: Town, rng: random.Random, among: list[int], used: list[int], apart: float = 5.0
) -> int:
    """Return a place of the list away from those already used, and note it."""
    free = [n for n in among if all(town.distance(n, other) > apart for other in used)]
    chosen = rng.choice(free or among)
    used.append(chosen)
    return chosen


def _ciog(town: Town, place: int) -> str | None:
    return town.place(place).ciog


def _same_ciog(town: Town, place: int) -> list[int]:
    wanted = _ciog(town, place)
    return [n for n in range(len(town.places)) if _ciog(town, n) == wanted]


def border_knife_cluster(
    town: Town, clock: Clock, rng: random.Random, start: int, used: list[int]
) -> Planted | None:
    """Knives on both sides of the border of two CIOGs, North and East where there are such."""
    by_ciog: dict[str, list[int]] = {}
    for n in range(len(town.places)):
        if name := _ciog(town, n):
            by_ciog.setdefault(name, []).append(n)
    if len(by_ciog) < 2:
        return None
    one, other = ("north", "east") if {"north", "east"} <= set(by_ciog) else sorted(by_ciog)[:2]
    pairs = sorted((town.distance(a, b), a, b) for a in by_ciog[one] for b in by_ciog[other])
    near = [pair for pair in pairs if pair[0] < pairs[0][0] + 2.0][:6]
    if not near or near[0][0] > 50.0:
        return None
    _, a, b = rng.choice(near)
    used += [a, b]
    here, there = town.nearest(a, by_ciog[one], 2), town.nearest(b, by_ciog[other], 2)
    planted = Planted("issue:border-knife-cluster", "knife", one, start, start + 6, also=(other,))
    scene = Scene(town, clock, rng, planted)
    rival, boys = scene.person("rival"), scene.person("boy")
    plan = (
        ("8N", 3, "lock-folding-knife", "16-17"),
        ("34B", 3, "machete-zombie-sword", "16-17"),
        ("5D", 4, "machete-zombie-sword", "18-24"),
        ("3B", 3, "kitchen-knife", "16-17"),
        ("8N", 3, "kitchen-knife", "14-15"),
        ("34B", 3, "lock-folding-knife", "14-15"),
    )
    for n in range(12):
        code, severity, weapon, age = plan[n % len(plan)]
        suspect = (rival, boys, None)[n % 3]
        place = rng.choice(here if n % 2 else there)
        scene.add(
            "crime",
            _knife(code, severity, weapon, age, rng.choice(("street", "open-space"))),
            start + rng.randrange(7),
            EVENING,
            place,
            suspect=suspect,
            victim=scene.person(f"victim {n}"),
        )
    for n in range(3):
        seen = variant("001", NICL, 3, None, ("633",), "street", "16-17")
        scene.add("incident", seen, start + 1 + 2 * n, EVENING, rng.choice(here + there))
    for n in range(4):
        place = rng.choice(here if n % 2 else there)
        hurt = _assault("sharp-force", "X99", 4, "street", "16-17")
        scene.add("geh", hurt, start + 1 + n, EVENING, place, span=3.0)
    return planted


def coventry_border(
    town: Town, clock: Clock, rng: random.Random, start: int, used: list[int]
) -> Planted | None:
    """Robberies along the border of Coventry, some of them beyond it."""
    near = sorted(range(len(town.places)), key=lambda n: town.distance_to(n, COVENTRY_CENTRE))
    edge = [n for n in near[:30] if town.distance_to(n, COVENTRY_CENTRE) < 12.0]
    if not edge:
        return None
    centre = _centre(town, rng, edge, used)
    places = town.nearest(centre, _same_ciog(town, centre), 3)
    planted = Planted("issue:coventry-border", "robbery", _ciog(town, centre), start, start + 8)
    scene = Scene(town, clock, rng, planted)
    weapons = ("lock-folding-knife", "machete-zombie-sword", "body-part", "kitchen-knife")
    group = [scene.person(name) for name in ("one", "two")]
    for n in range(16):
        weapon = weapons[n % 4]
        knife = ("633",) if weapon != "body-part" else ()
        robbed = variant("34B", OFFENCES, 3, weapon, knife, "street", "14-15")
        beyond = n % 4 == 3
        place: int | str = rng.choice(COVENTRY_CODES) if beyond else rng.choice(places)
        scene.add(
            "crime",
            robbed,
            start + rng.randrange(9),
            AFTER_SCHOOL if n % 2 else EVENING,
            place,
            suspect=group[n % 2] if n % 3 == 0 else None,
            victim=scene.person(f"victim {n}"),
        )
    for n in range(3):
        hurt = _assault("blunt-force", "Y04", 3, "street", "14-15")
        trust = _hospital(town, centre)
        scene.add(trust, hurt, start + 2 + 2 * n, EVENING, rng.choice(places), span=3.0)
    return planted


def county_lines(
    town: Town, clock: Clock, rng: random.Random, start: int, used: list[int]
) -> Planted | None:
    """Weak signals of four agencies in one neighbourhood over three weeks, none unusual alone."""
    weights = town.weights["violence"]
    busy = sorted(range(len(town.places)), key=lambda n: -float(weights[n]))
    middle = busy[len(busy) // 12 : len(busy) // 2] or busy
    centre = _centre(town, rng, middle, used)
    places = town.nearest(centre, _same_ciog(town, centre), 3)
    planted = Planted("issue:county-lines", "county-lines", _ciog(town, centre), start, start + 20)
    scene = Scene(town, clock, rng, planted)
    runner, child = scene.person("runner"), scene.person("child")

    def call(code: str, severity: int, setting: str, age: str | None = None) -> Variant:
        return variant(code, NICL, severity, None, (), setting, age)

    def fire(code: str, motive: str | None, service: str | None, items: tuple[str, ...]) -> Variant:
        where = "outdoor" if motive else "dwelling"
        own = (
            ("motive", motive),
            ("property_category", where),
            ("special_service_type", service),
        )
        return variant(code, FIRE_GROUPS_LIST, 1, None, items, "street", None, own)

    def police(
        feed: str, day: int, what: Variant, suspect: str | None, victim: str | None = None
    ) -> None:
        place = rng.choice(places)
        scene.add(feed, what, start + day, EVENING, place, suspect=suspect, victim=victim)

    supply = variant("92A", OFFENCES, 3, None, (), "street", "18-24")
    police("incident", 0, call("205", 1, "street"), None)
    police("incident", 3, call("311", 2, "unknown", "14-15"), None, child)
    police("crime", 6, supply, runner)
    police("incident", 9, call("205", 1, "open-space"), None)
    police("incident", 14, call("311", 2, "unknown", "14-15"), None, child)
    police("crime", 18, supply, runner)
    police("crime", 19, _knife("3B", 3, "kitchen-knife", "18-24"), runner, child)
    refuse = fire("secondary-fire", "deliberate-unknown-owner", None, ("deliberate-secondary",))
    entry = fire("special-service", None, "effecting-entry-exit", ())
    for day, what in ((5, entry), (10, refuse), (17, refuse)):
        scene.add("fire", what, start + day, EVENING, rng.choice(places))
    for day, hurt in (
        (8, _assault("blunt-force", "Y04", 3, "dwelling", "16-17")),
        (16, _assault("sharp-force", "X99", 4, "street", "16-17")),
    ):
        scene.add(_hospital(town, centre), hurt, start + day, EVENING, rng.choice(places), span=3.0)
    days = _school_days(clock, start, 21)
    signs = ("county-lines-signs", "missing-from-school", "exploitation-signs", "drug-signs")
    for n, code in enumerate(signs):
        if days:
            day = days[min(len(days) - 1, n * len(days) // 4 + 1)]
            scene.add("concern", _concern(code, 2, "school"), day, (9.0, 15.0), places[0])
    if days:
        scene.add_day("suspension", _suspension("DR", 2, "14-15"), days[-2:][0], places[0])
    return planted


def school_weapon_online(
    town: Town, clock: Clock, rng: random.Random, start: int, used: list[int]
) -> Planted | None:
    """Threats online, a rumour of a weapon at a school, a weapon found, then one on the way."""
    school = _centre(town, rng, town.schools, used)
    days = _school_days(clock, start, 12)
    if len(days) < 6:
        return None
    places = town.nearest(school, _same_ciog(town, school), 2)
    planted = Planted(
        "issue:school-weapon-online", "school-weapon", _ciog(town, school), start, days[-1]
    )
    scene = Scene(town, clock, rng, planted)
    boy, other = scene.person("boy"), scene.person("other")
    at = (9.0, 15.0)
    for n in range(3):
        scene.add("concern", _concern("online-threat", 2, "online"), days[n // 2], at, school)
    scene.add_day("suspension", _suspension("MT", 1, "14-15"), days[1], school)
    scene.add("concern", _concern("group-tension", 2, "school-route"), days[2], at, school)
    threat = variant("017", NICL, 2, None, (), "online", "14-15")
    scene.add("incident", threat, days[2], EVENING, school, suspect=boy, victim=other)
    for n in (2, 3, 4):
        scene.add("concern", _concern("weapon-rumour", 2, "school"), days[n], at, school)
    scene.add_day("suspension", _suspension("TB", 2, "14-15"), days[3], school)
    for n in (3, 4, 5):
        carried = _carrying(clock.date(days[n]))
        found = _suspension(carried, 3, "14-15", "kitchen-knife")
        scene.add_day("suspension", found, days[n], school)
    armed = variant("10D", OFFENCES, 3, "kitchen-knife", (), "school-route", "14-15")
    scene.add("crime", armed, days[4], AFTER_SCHOOL, places[-1], suspect=boy)
    attack = _knife("8N", 3, "kitchen-knife", "14-15", "school-route")
    scene.add("crime", attack, days[5], AFTER_SCHOOL, places[-1], suspect=boy, victim=other)
    messages = variant("8R", OFFENCES, 2, None, (), "online", "14-15")
    scene.add("crime", messages, days[1], EVENING, school, suspect=boy, victim=other)
    return planted


def _carrying(day: date) -> str:
    """Return the reason under which carrying a weapon into a school is recorded on a day."""
    if day >= date.fromisoformat(BW_FROM):
        return "BW"
    return "OW" if day >= date.fromisoformat(OW_FROM) else "VP"


def health_schools_violence(
    town: Town, clock: Clock, rng: random.Random, start: int, used: list[int]
) -> Planted | None:
    """Fights of young people that only a hospital and a school see; the police hear of none."""
    days = _school_days(clock, start, 10)
    if len(days) < 5:
        return None
    school = _centre(town, rng, town.schools, used)
    places = town.nearest(school, _same_ciog(town, school), 3)
    planted = Planted(
        "issue:health-schools-violence",
        "school-violence",
        _ciog(town, school),
        start,
        days[-1],
    )
    scene = Scene(town, clock, rng, planted)
    for n in range(9):
        age = rng.choice(("14-15", "16-17"))
        setting = rng.choice(("school-route", "open-space", "street"))
        hurt = _assault("blunt-force", "Y04", 3, setting, age)
        day = start + rng.randrange(days[-1] - start + 1)
        scene.add(
            _hospital(town, school), hurt, day, AFTER_SCHOOL, places[n % len(places)], span=3.0
        )
    for n in range(9):
        fight = _suspension("PP" if n % 3 else "VP", 3 if n % 3 else 2, "14-15")
        scene.add_day("suspension", fight, days[n % len(days)], school)
    for n in range(5):
        code = ("threat-of-violence", "outside-school-conflict")[n % 2]
        scene.add("concern", _concern(code, 2, "school"), days[n % len(days)], (9.0, 15.0), school)
    return planted


def _school_days(clock: Clock, start: int, length: int) -> list[int]:
    last = min(start + length, clock.days)
    return [n for n in range(start, last) if is_school_day(clock.date(n))]


ISSUES = (
    Issue("health-schools-violence", 0.40, 10, 6, health_schools_violence),
    Issue("border-knife-cluster", 0.50, 7, 0, border_knife_cluster),
    Issue("county-lines", 0.58, 21, 0, county_lines),
    Issue("school-weapon-online", 0.68, 12, 6, school_weapon_online),
    Issue("coventry-border", 0.80, 9, 0, coventry_border),
)
