"""What the simulated police record: crimes that matter to serious violence, and incidents.

Shares within a group are Warwickshire's recorded offences of 2017/18; weapons, settings, ages and
the share of domestic abuse (about a third) are working assumptions.
"""

from __future__ import annotations

import math

from cioghub.simulate.calibration import (
    EVENING_HOURS,
    HOME_DAYS,
    NIGHT_DAYS,
    NIGHT_HOURS,
    PER_DAY,
    WORK_DAYS,
)
from cioghub.simulate.groups import Group
from cioghub.simulate.records import Arms, Choice, Kind

OFFENCES = "police_offence_codes"
NICL = "police_nicl_incident_categories"

ADULTS: Choice = (
    ("14-15", 0.06),
    ("16-17", 0.07),
    ("18-24", 0.26),
    ("25-34", 0.27),
    ("35-49", 0.22),
    ("50-64", 0.09),
    (None, 0.03),
)
YOUNG: Choice = (("14-15", 0.16), ("16-17", 0.22), ("18-24", 0.34), ("25-34", 0.2), (None, 0.08))
CHILDREN: Choice = (("under-10", 0.2), ("10-13", 0.3), ("14-15", 0.35), ("16-17", 0.15))
PUBLIC: Choice = (
    ("street", 0.42),
    ("town-centre", 0.14),
    ("licensed-premises", 0.16),
    ("open-space", 0.07),
    ("retail", 0.08),
    ("transport", 0.04),
    ("school-route", 0.02),
    ("other", 0.07),
)
HOME: Choice = (("dwelling", 0.9), ("street", 0.1))
ONLINE: Choice = (("online", 0.85), ("dwelling", 0.15))
FISTS: Arms = (
    ("body-part", (), 0.8),
    ("blunt-object", ("607",), 0.05),
    ("glass-bottle", ("607",), 0.035),
    ("kitchen-knife", ("633",), 0.01),
    ("lock-folding-knife", ("633",), 0.008),
    ("not-known", (), 0.097),
)
HANDS: Arms = (("body-part", (), 0.75), ("none", (), 0.25))
ARMED: Arms = (
    ("body-part", (), 0.34),
    ("kitchen-knife", ("633",), 0.16),
    ("lock-folding-knife", ("633",), 0.08),
    ("machete-zombie-sword", ("633", "670"), 0.04),
    ("blunt-object", ("607",), 0.2),
    ("vehicle", ("607",), 0.04),
    ("glass-bottle", ("607",), 0.14),
)
THREATS: Arms = (
    (None, ("636",), 0.83),
    ("kitchen-knife", ("636", "633"), 0.08),
    ("machete-zombie-sword", ("633",), 0.03),
    ("imitation-firearm", ("659",), 0.02),
    ("blunt-object", ("607",), 0.04),
)
ROBBERS: Arms = (
    ("none", (), 0.36),
    ("body-part", (), 0.4),
    ("lock-folding-knife", ("633",), 0.1),
    ("kitchen-knife", ("633",), 0.06),
    ("machete-zombie-sword", ("633", "670"), 0.03),
    ("imitation-firearm", ("659", "662"), 0.01),
    ("blunt-object", ("607",), 0.04),
)
AT_HOME: Arms = (
    ("body-part", ("606",), 0.8),
    ("none", ("606", "610"), 0.12),
    ("blunt-object", ("606", "607"), 0.05),
    ("kitchen-knife", ("606", "633"), 0.03),
)
NO_ARMS: Arms = ((None, (), 0.92), (None, ("635",), 0.08))


def _crime(
    code: str,
    weight: float,
    severity: int,
    arms: Arms = NO_ARMS,
    settings: Choice = PUBLIC,
    ages: Choice = ADULTS,
) -> Kind:
    return Kind(code, OFFENCES, weight, severity, arms, settings, ages)


def _call(
    code: str,
    weight: float,
    severity: int,
    settings: Choice,
    arms: Arms = NO_ARMS,
    ages: Choice = ((None, 1.0),),
) -> Kind:
    return Kind(code, NICL, weight, severity, arms, settings, ages)


_PUBLIC_VIOLENCE = (
    _crime("105A", 2480, 2, HANDS),
    _crime("8N", 2390, 3, FISTS),
    _crime("5D", 210, 4, ARMED, ages=YOUNG),
    _crime("3B", 70, 3, THREATS),
    _crime("104", 138, 2, HANDS),
    _crime("8S", 78, 3, FISTS),
    _crime("105B", 50, 2, HANDS),
    _crime("8P", 22, 3, FISTS),
    _crime("36", 38, 4),
    _crime("2", 8, 5, ARMED, ages=YOUNG),
    _crime("5E", 11, 4, ARMED),
    _crime("1", 6, 5, ARMED),
)
_HOME_VIOLENCE = (
    _crime("105A", 2034, 2, AT_HOME, HOME),
    _crime("8N", 1600, 3, AT_HOME, HOME),
    _crime("5D", 68, 4, AT_HOME, HOME),
    _crime("3B", 44, 3, AT_HOME, HOME),
    _crime("8U", 90, 4, ((None, ("606",), 1.0),), HOME),
)
_SEXUAL = tuple(
    _crime(code, weight, 4, NO_ARMS, HOME, CHILDREN if child else ADULTS)
    for code, weight, child in (
        ("19C", 300, False),
        ("20A", 279, False),
        ("22B", 199, True),
        ("11A", 152, True),
        ("21", 129, True),
        ("20B", 90, True),
        ("19D", 83, True),
        ("88E", 75, False),
        ("19E", 69, True),
        ("88A", 48, True),
        ("17A", 45, False),
        ("17B", 44, True),
        ("19H", 24, True),
        ("106", 23, False),
        ("19F", 19, False),
        ("19G", 13, True),
        ("13", 8, True),
        ("71", 6, True),
    )
)


def harassment(changed: bool) -> tuple[Kind, ...]:
    """Return harassment and messages; `changed` once most harassment is recorded as messages."""
    return (
        _crime("8R", 1443 * (1.75 if changed else 1.0), 2, NO_ARMS, ONLINE, YOUNG),
        _crime("8L", 872 * (0.35 if changed else 1.0), 2, NO_ARMS, HOME),
        _crime("8Q", 133, 3, NO_ARMS, HOME),
        _crime("8M", 17, 2, NO_ARMS, PUBLIC),
    )


_ALL_VIOLENCE = (*_PUBLIC_VIOLENCE, *_HOME_VIOLENCE, *_SEXUAL, *harassment(False))


def _weight(kinds: tuple[Kind, ...]) -> float:
    return math.fsum(kind.weight for kind in kinds)


def _violence(kinds: tuple[Kind, ...]) -> float:
    return PER_DAY["violence"] * _weight(kinds) / _weight(_ALL_VIOLENCE)


_FOUND: Arms = (("kitchen-knife", (), 0.25), ("lock-folding-knife", (), 0.6), (None, (), 0.15))
_STREETS: Choice = (("street", 0.7), ("transport", 0.1), ("open-space", 0.1), ("town-centre", 0.1))

CRIME_GROUPS = (
    Group(
        "public violence",
        "crime",
        _violence(_PUBLIC_VIOLENCE),
        _PUBLIC_VIOLENCE,
        days=NIGHT_DAYS,
        hours=NIGHT_HOURS,
        intervals=(0.74, 0.14, 0.09),
        suspect=0.4,
        victim=0.7,
        leaves_county=True,
    ),
    Group(
        "violence at home",
        "crime",
        _violence(_HOME_VIOLENCE),
        _HOME_VIOLENCE,
        days=HOME_DAYS,
        intervals=(0.6, 0.2, 0.1),
        suspect=0.85,
        victim=0.9,
        leaves_county=True,
    ),
    Group(
        "sexual offences and children",
        "crime",
        _violence(_SEXUAL),
        _SEXUAL,
        intervals=(0.2, 0.15, 0.15),
        suspect=0.6,
        victim=0.8,
    ),
    Group(
        "harassment",
        "crime",
        _violence(harassment(False)),
        harassment(False),
        intervals=(0.25, 0.25, 0.1),
        suspect=0.6,
        victim=0.9,
        leaves_county=True,
    ),
    Group(
        "robbery",
        "crime",
        PER_DAY["robbery"],
        (
            _crime("34B", 332, 3, ROBBERS, PUBLIC, YOUNG),
            _crime("34A", 76, 3, ROBBERS, (("retail", 1.0),), YOUNG),
        ),
        months="robbery",
        shares="robbery",
        hours=EVENING_HOURS,
        intervals=(0.85, 0.12, 0.03),
        suspect=0.3,
        victim=0.8,
        leaves_county=True,
    ),
    Group(
        "weapons",
        "crime",
        PER_DAY["weapons"],
        (
            _crime("10D", 166, 3, _FOUND, _STREETS, YOUNG),
            _crime("10C", 132, 3, (("other", (), 1.0),), _STREETS, YOUNG),
            _crime("10B", 21, 3, (("air-weapon-bb", (), 1.0),), HOME),
            _crime("10A", 11, 4, (("imitation-firearm", (), 1.0),), _STREETS),
            _crime("81", 34, 2, ((None, (), 1.0),), HOME),
        ),
        months="weapons",
        shares="weapons",
        intervals=(0.95, 0.03, 0.01),
        suspect=0.9,
        leaves_county=True,
    ),
    Group(
        "public order",
        "crime",
        PER_DAY["public-order"],
        (
            _crime("9A", 1287, 2),
            _crime("66", 406, 2),
            _crime("9B", 350, 2),
            _crime("62A", 22, 4, FISTS, ages=YOUNG),
        ),
        months="public-order",
        shares="public-order",
        days=NIGHT_DAYS,
        hours=NIGHT_HOURS,
        suspect=0.4,
        victim=0.5,
        leaves_county=True,
    ),
    Group(
        "drugs",
        "crime",
        PER_DAY["drugs"],
        (
            _crime("92E", 415, 1, ages=YOUNG),
            _crime("92D", 253, 2),
            _crime("92A", 223, 3, ages=YOUNG),
        ),
        months="drugs",
        shares="drugs",
        intervals=(0.95, 0.03, 0.01),
        suspect=0.9,
        leaves_county=True,
    ),
    Group(
        "arson",
        "crime",
        0.81,
        (
            _crime("56B", 148, 2, (("fire-accelerant", (), 1.0),)),
            _crime("56A", 22, 4, (("fire-accelerant", (), 1.0),), HOME),
            _crime("59", 125, 2),
        ),
        months="flat",
        shares="asb",
        weight="asb",
        hours=EVENING_HOURS,
        intervals=(0.4, 0.2, 0.35),
        suspect=0.2,
    ),
)

_OUTDOORS: Choice = (("street", 0.6), ("open-space", 0.2), ("town-centre", 0.12), ("retail", 0.08))
INCIDENT_GROUPS = (
    Group(
        "anti-social behaviour",
        "incident",
        PER_DAY["asb"],
        (
            _call("202", 58, 1, _OUTDOORS),
            _call("204", 14, 1, (("dwelling", 1.0),)),
            _call("214", 9, 2, _OUTDOORS),
            _call("215", 6, 1, _OUTDOORS),
            _call("209", 3, 1, _OUTDOORS),
            _call("207", 2, 1, _OUTDOORS),
            _call("201", 7, 1, (("street", 1.0),)),
            _call("213", 0.5, 1, _OUTDOORS),
        ),
        months="asb",
        shares="asb",
        weight="asb",
        hours=EVENING_HOURS,
        intervals=(0.96, 0.04, 0.0),
        leaves_county=True,
    ),
    Group(
        "welfare and domestic",
        "incident",
        20.5,
        (
            _call("304", 12, 3, (("dwelling", 1.0),)),
            _call("311", 3.5, 2, (("unknown", 1.0),), NO_ARMS, CHILDREN),
            _call("310", 0.5, 2, (("unknown", 1.0),)),
            _call("309", 4, 1, (("dwelling", 0.8), ("street", 0.2)), ((None, ("609",), 1.0),)),
        ),
        days=HOME_DAYS,
        intervals=(0.9, 0.08, 0.02),
        suspect=0.1,
        victim=0.3,
    ),
    Group(
        "suspicion and disorder",
        "incident",
        6.2,
        (
            _call("314", 4, 1, _OUTDOORS),
            _call("205", 0.7, 1, _OUTDOORS),
            _call("017", 0.8, 2, (("online", 1.0),), NO_ARMS, YOUNG),
            _call("301", 0.3, 1, (("licensed-premises", 1.0),)),
            _call("320", 0.15, 4, _OUTDOORS, ((None, ("663",), 1.0),)),
            _call("001", 0.25, 2, _OUTDOORS, ((None, ("633",), 0.4), (None, ("607",), 0.6))),
        ),
        shares="asb",
        weight="asb",
        days=WORK_DAYS,
        hours=EVENING_HOURS,
        intervals=(0.97, 0.03, 0.0),
        suspect=0.05,
    ),
)
