"""Rates and profiles of the simulated county, and where each comes from.

Police: counted from the street-level files of data.police.uk for Warwickshire Police, 2024-01 to
2024-04 and 2025-01 to 2025-09, the months October to December from 2018 scaled by January and
February of both periods (Open Government Licence v3.0). Shares of offences: Home Office police
recorded crime, Warwickshire, 2017/18. Hospitals: NHS England A&E attendances 2016-2019, averaged,
times the share of each trust's patients who live in each district (OHID trust catchments).
Schools: DfE exclusions by reason, Warwickshire, 2016/17. No public file has hours, assault
attendances, deliberate fires, school concerns or days of the week for the county: those numbers
are working assumptions, marked so.
"""

from __future__ import annotations

DISTRICTS = ("E07000218", "E07000219", "E07000220", "E07000221", "E07000222")
"""North Warwickshire, Nuneaton and Bedworth, Rugby, Stratford-on-Avon, Warwick."""

PER_DAY = {
    "violence": 48.04,
    "robbery": 1.34,
    "weapons": 1.81,
    "public-order": 9.35,
    "drugs": 2.97,
    "asb": 27.46,
}
"""Recorded a day, all months alike."""

MONTHS = {
    "violence": (0.92, 0.96, 0.91, 0.94, 1.03, 1.07, 1.09, 1.02, 1.03, 0.99, 1.0, 1.05),
    "robbery": (0.69, 0.82, 1.04, 0.87, 0.84, 1.07, 1.08, 1.08, 1.52, 0.94, 1.2, 0.86),
    "weapons": (0.85, 0.97, 0.96, 1.0, 0.8, 1.01, 0.89, 1.0, 0.79, 1.23, 1.4, 1.1),
    "public-order": (0.76, 0.86, 0.88, 1.01, 1.01, 1.22, 1.32, 1.22, 1.03, 1.01, 0.92, 0.75),
    "drugs": (1.06, 1.14, 1.09, 1.06, 1.01, 1.19, 0.87, 1.06, 0.79, 0.81, 0.86, 1.07),
    "asb": (0.65, 0.77, 0.87, 1.01, 1.19, 1.35, 1.31, 1.56, 1.18, 0.73, 0.7, 0.67),
    "flat": (1.0,) * 12,
}
"""January to December, as a multiple of the mean month, by day."""

DISTRICT_SHARES = {
    "violence": (0.104, 0.3, 0.186, 0.187, 0.223),
    "robbery": (0.141, 0.369, 0.157, 0.103, 0.23),
    "weapons": (0.096, 0.273, 0.208, 0.18, 0.242),
    "public-order": (0.111, 0.29, 0.19, 0.193, 0.216),
    "drugs": (0.089, 0.286, 0.237, 0.136, 0.252),
    "asb": (0.109, 0.31, 0.158, 0.185, 0.238),
    "swft": (0.002, 0.005, 0.023, 0.411, 0.559),
    "geh": (0.275, 0.695, 0.026, 0.001, 0.003),
    "uhcw": (0.073, 0.238, 0.501, 0.071, 0.117),
}
"""How each spreads over the districts; the three trusts from attendances times catchment."""

OUTSIDE_SHARE = 0.02
"""Police records that lie in a neighbour's area (street files: 2 to 3 %)."""

UNKNOWN_SHARE = 0.006
"""Records without a place (street files: 0.4 to 1.7 %)."""

OUTSIDE_CODES = (
    "E01009580",
    "E01009541",
    "E01009538",
    "E01009523",
    "E01009539",
    "E01009589",
    "E01009578",
    "E01009590",
    "E01009623",
    "E01009553",
    "E01010166",
    "E01010183",
    "E01029488",
    "E01029858",
    "E01025818",
)
"""Neighbours' places that the street files name most: Coventry (the first ten), Solihull,
Lichfield, Tamworth, Hinckley."""

COVENTRY_CODES = OUTSIDE_CODES[:10]
COVENTRY_CENTRE = (-1.5106, 52.4081)
"""Longitude and latitude of the city that lies between three districts of the county."""

ST_CROSS = (-1.25903, 52.36527)
"""Longitude and latitude of the site of UHCW that lies within the county, Rugby; NHS website."""

HOSPITAL_PER_DAY = {"swft": 2.2, "geh": 2.2, "uhcw": 2.6}
"""Assault attendances from the county: 7 a day (working assumption), split by attendances."""

FIRES_PER_DAY = 3.0
SUSPENSIONS_PER_SCHOOL_DAY = 15.0
CONCERNS_PER_SCHOOL_DAY = 3.0
"""Working assumptions; suspensions from about 2,700 a year and 190 days, risen since 2016/17."""

MIXED_DAYS = (0.97, 0.97, 0.97, 0.98, 1.02, 1.06, 1.03)
NIGHT_DAYS = (0.8, 0.78, 0.82, 0.9, 1.15, 1.4, 1.15)
HOME_DAYS = (0.98, 0.94, 0.94, 0.95, 1.0, 1.1, 1.09)
WORK_DAYS = (1.12, 1.12, 1.1, 1.1, 1.1, 0.8, 0.66)
"""Monday to Sunday, as a multiple of the mean day (working assumptions)."""

STEADY_HOURS = (
    (18, 18, 16, 10, 8, 9, 13, 17, 19, 20, 21, 23, 29, 30, 32, 27, 24, 19, 23, 26, 29, 28, 26, 20),
)
"""Hours of assaults in the San Francisco Police incident file of December 2018 (DataSF, PDDL), the
only real assault times at hand, averaged over three hours."""

_WEEK_NIGHT = (5, 4, 3, 2, 1, 1, 1, 2, 3, 3, 4, 5, 6, 6, 7, 9, 9, 8, 8, 8, 8, 8, 8, 7)
_FRIDAY = (5, 4, 3, 2, 1, 1, 1, 2, 3, 3, 4, 5, 6, 6, 7, 9, 9, 8, 9, 10, 12, 14, 17, 18)
_SATURDAY = (18, 18, 15, 10, 5, 2, 1, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 13, 15, 18, 20)
_SUNDAY = (20, 20, 17, 11, 6, 2, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7, 7, 7, 7, 6, 5, 4)
NIGHT_HOURS = (*(_WEEK_NIGHT,) * 4, _FRIDAY, _SATURDAY, _SUNDAY)
"""Public violence with the night-time economy, Monday to Sunday (working assumption)."""

EVENING_HOURS = ((3, 2, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 5, 5, 6, 8, 10, 11, 12, 12, 11, 10, 8, 5),)
"""Anti-social behaviour and deliberate fires (working assumption)."""

SCHOOL_HOURS = ((0, 0, 0, 0, 0, 0, 0, 1, 8, 8, 10, 12, 14, 10, 8, 7, 2, 1, 0, 0, 0, 0, 0, 0),)

OW_FROM, BW_FROM, ATTENDANCE_FROM = "2020-09-01", "2026-05-01", "2024-08-19"
"""First days of codes that came into force late (Common Basic Data Set; attendance guidance)."""

DUPLICATES = 0.05
LATE = 0.20
OUT_OF_ORDER = 0.03
"""Shares of lines sent twice, published days after they would have been, and held back."""
