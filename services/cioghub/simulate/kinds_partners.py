"""What the simulated fire service, hospitals and schools record (see `calibration` for sources)."""

from __future__ import annotations

from datetime import date

from cioghub.simulate.calibration import (
    BW_FROM,
    CONCERNS_PER_SCHOOL_DAY,
    EVENING_HOURS,
    FIRES_PER_DAY,
    HOSPITAL_PER_DAY,
    NIGHT_DAYS,
    NIGHT_HOURS,
    OW_FROM,
    SCHOOL_HOURS,
    SUSPENSIONS_PER_SCHOOL_DAY,
)
from cioghub.simulate.groups import Group
from cioghub.simulate.records import UNARMED, Arms, Choice, Kind, Own

FIRE_GROUPS_LIST = "fire_incident_groups"
INTENT = "health_injury_intent"
REASONS = "schools_exclusion_reasons"
CONCERNS = "schools_concern_kinds"

FLAT_DAYS = (1.0,) * 7


def fire_own(motive: str | None, where: str | None, service: str | None = None) -> Own:
    """Return the fire service's own fields."""
    fields = (("motive", motive), ("property_category", where), ("special_service_type", service))
    return ((fields, 1.0),)


def _fire(
    code: str,
    weight: float,
    severity: int,
    own: Own,
    items: tuple[str, ...] = (),
    setting: str = "other",
) -> Kind:
    return Kind(
        code, FIRE_GROUPS_LIST, weight, severity, ((None, items, 1.0),), ((setting, 1.0),), own=own
    )


_DELIBERATE = (
    _fire(
        "secondary-fire",
        48,
        1,
        fire_own("deliberate-unknown-owner", "outdoor"),
        ("deliberate-secondary",),
        "open-space",
    ),
    _fire(
        "secondary-fire",
        20,
        1,
        fire_own("deliberate-others-property", "outdoor-structure"),
        ("deliberate-secondary",),
        "street",
    ),
    _fire(
        "primary-fire",
        18,
        2,
        fire_own("deliberate-others-property", "road-vehicle"),
        ("deliberate-primary-vehicle",),
        "street",
    ),
    _fire(
        "primary-fire",
        8,
        3,
        fire_own("deliberate-others-property", "dwelling"),
        ("deliberate-primary-not-vehicle",),
        "dwelling",
    ),
    _fire(
        "primary-fire",
        6,
        2,
        fire_own("deliberate-own-property", "non-residential"),
        ("deliberate-primary-not-vehicle",),
        "workplace",
    ),
)
_OTHER_CALLS = (
    _fire("primary-fire", 10, 1, fire_own("accidental", "dwelling"), (), "dwelling"),
    _fire("primary-fire", 4, 1, fire_own("not-known", "road-vehicle"), (), "street"),
    _fire("false-alarm-malicious", 4, 1, fire_own(None, "non-residential"), (), "retail"),
    _fire("special-service", 7, 1, fire_own(None, None, "assist-other-agencies")),
    _fire(
        "special-service", 4, 1, fire_own(None, "dwelling", "effecting-entry-exit"), (), "dwelling"
    ),
    _fire(
        "secondary-fire",
        0.4,
        2,
        fire_own("deliberate-unknown-owner", "outdoor"),
        ("violence-against-frs-employees",),
        "street",
    ),
)
_FIRE_PLACES: Choice = (("exact-building", 0.45), ("street", 0.5), ("area", 0.05))
FIRE_GROUPS = (
    Group(
        "deliberate fires",
        "fire",
        FIRES_PER_DAY,
        _DELIBERATE,
        months="asb",
        shares="asb",
        weight="asb",
        hours=EVENING_HOURS,
        intervals=(0.92, 0.08, 0.0),
        confidences=_FIRE_PLACES,
    ),
    Group(
        "other calls of the fire service",
        "fire",
        2.9,
        _OTHER_CALLS,
        months="flat",
        shares="violence",
        intervals=(0.97, 0.03, 0.0),
        confidences=_FIRE_PLACES,
    ),
)

_HURT_WHERE: Choice = (
    ("street", 0.36),
    ("licensed-premises", 0.2),
    ("dwelling", 0.22),
    ("open-space", 0.06),
    ("town-centre", 0.08),
    ("school", 0.02),
    ("unknown", 0.06),
)
_HURT_WHO: Choice = (
    ("10-13", 0.03),
    ("14-15", 0.05),
    ("16-17", 0.08),
    ("18-24", 0.3),
    ("25-34", 0.26),
    ("35-49", 0.18),
    ("50-64", 0.07),
    ("65-plus", 0.03),
)


def health_own(mechanism: str, disposal: str) -> tuple[tuple[str, str | None], ...]:
    """Return the hospital's own fields for an alleged assault."""
    return (
        ("injury_intent", "assault-alleged"),
        ("injury_mechanism", mechanism),
        ("disposal", disposal),
    )


def _hurt(
    mechanism: str, weight: float, severity: int, icd10: str, weapon: Choice, admitted: float
) -> Kind:
    arms: Arms = tuple((code, (icd10,), share) for code, share in weapon)
    own: Own = (
        (health_own(mechanism, "discharged"), 0.9 - admitted),
        (health_own(mechanism, "admitted"), admitted),
        (health_own(mechanism, "left"), 0.1),
    )
    return Kind("assault-alleged", INTENT, weight, severity, arms, _HURT_WHERE, _HURT_WHO, own)


_ASSAULTS = (
    _hurt("blunt-force", 66, 3, "Y04", (("body-part", 1.0),), 0.06),
    _hurt("blunt-force", 9, 3, "Y00", (("blunt-object", 0.6), ("glass-bottle", 0.4)), 0.15),
    _hurt("sharp-force", 4.5, 4, "X99", (("kitchen-knife", 0.4), ("other-sharp", 0.6)), 0.45),
    _hurt("fall-pushed", 9, 3, "Y04", (("body-part", 1.0),), 0.08),
    _hurt("bite", 3, 3, "Y04", (("body-part", 1.0),), 0.02),
    _hurt("strangulation", 1.5, 4, "X91", (("body-part", 1.0),), 0.2),
    _hurt("other", 7, 3, "Y09", (("not-known", 1.0),), 0.05),
)
HEALTH_GROUPS = tuple(
    Group(
        f"assaults seen at {trust}",
        trust,
        rate,
        _ASSAULTS,
        shares=trust,
        days=NIGHT_DAYS,
        hours=NIGHT_HOURS,
        intervals=(0.3, 0.45, 0.2),
        confidences=(("street", 0.4), ("exact-building", 0.24), ("area", 0.3), ("unknown", 0.06)),
    )
    for trust, rate in HOSPITAL_PER_DAY.items()
)

_PUPILS: Choice = (
    ("under-10", 0.07),
    ("10-13", 0.43),
    ("14-15", 0.4),
    ("16-17", 0.1),
)
_AT_SCHOOL: Choice = (("school", 1.0),)
_CATEGORY: Own = (
    ((("suspension_category", "SUSP"),), 0.965),
    ((("suspension_category", "PERM"),), 0.025),
    ((("suspension_category", "LNCH"),), 0.01),
)
_REASON_COUNTS = {
    "PP": 514,
    "VA": 432,
    "PA": 232,
    "DB": 415,
    "VP": 96,
    "DM": 81,
    "DR": 60,
    "DA": 30,
    "VR": 60,
    "MP": 60,
    "OS": 40,
    "BU": 33,
    "RA": 31,
    "MT": 25,
    "TB": 20,
    "SR": 20,
    "TH": 14,
    "SM": 12,
    "LD": 50,
    "CB": 46,
}
_SEVERITIES = {"PP": 3, "PA": 3, "VP": 2, "VA": 2, "OW": 4, "BW": 3, "SM": 3, "DR": 2, "TB": 2}


def suspension_kinds(day: date) -> tuple[Kind, ...]:
    """Return the reasons for suspension in force on a day.

    Until BW came into force, OW also covered carrying a weapon: about two thirds of it.
    """
    counts: dict[str, float] = dict(_REASON_COUNTS)
    if day >= date.fromisoformat(BW_FROM):
        counts |= {"OW": 20, "BW": 38}
    elif day >= date.fromisoformat(OW_FROM):
        counts |= {"OW": 55}
    armed: Arms = (("kitchen-knife", (), 0.4), ("lock-folding-knife", (), 0.3), ("other", (), 0.3))
    return tuple(
        Kind(
            code,
            REASONS,
            count,
            _SEVERITIES.get(code, 1),
            armed if code in ("OW", "BW") else UNARMED,
            _AT_SCHOOL,
            _PUPILS,
            _CATEGORY,
        )
        for code, count in counts.items()
    )


def _concern(code: str, weight: float, severity: int, settings: Choice = _AT_SCHOOL) -> Kind:
    return Kind(code, CONCERNS, weight, severity, UNARMED, settings, _PUPILS)


_AROUND: Choice = (("school", 0.6), ("school-route", 0.3), ("unknown", 0.1))
_CONCERNS = (
    _concern("threat-of-violence", 20, 2),
    _concern("online-threat", 15, 2, (("online", 1.0),)),
    _concern("group-tension", 10, 2, _AROUND),
    _concern("weapon-rumour", 6, 2, _AROUND),
    _concern("missing-from-school", 12, 1),
    _concern("exploitation-signs", 8, 2, _AROUND),
    _concern("county-lines-signs", 5, 2, _AROUND),
    _concern("drug-signs", 8, 1, _AROUND),
    _concern("outside-school-conflict", 10, 1, _AROUND),
    _concern("other-concern", 6, 1),
)
SCHOOL_GROUPS = (
    Group(
        "suspensions",
        "suspension",
        SUSPENSIONS_PER_SCHOOL_DAY,
        suspension_kinds(date(2026, 1, 1)),
        months="flat",
        days=FLAT_DAYS,
        hours=SCHOOL_HOURS,
        intervals=(0.0, 0.0, 0.0),
        confidences=(("exact-building", 1.0),),
        school_days=True,
    ),
    Group(
        "concerns",
        "concern",
        CONCERNS_PER_SCHOOL_DAY,
        _CONCERNS,
        months="flat",
        days=FLAT_DAYS,
        hours=SCHOOL_HOURS,
        intervals=(0.25, 0.35, 0.0),
        confidences=(("exact-building", 0.8), ("area", 0.2)),
        school_days=True,
    ),
)
