"""A row of a street file becomes one event or one reason, and says no more than the month."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cioghub.steps.publish.police_uk import StreetEvents, StreetRow, Unfit
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.wire.code_lists import read_code_lists

LONDON = ZoneInfo("Europe/London")
LISTS = read_code_lists(Path(__file__).parents[3] / "deploy" / "code-lists")
LISTED = LISTS.get("police_data_police_uk_categories")
assert LISTED is not None
CODES = {row.label: row.code for row in LISTED.rows()}
PRINTED = {
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
}


def row(**changes: object) -> StreetRow:
    made = StreetRow(
        number=7,
        month="2025-03",
        force="Warwickshire Police",
        location="On or near Leyside",
        lsoa="E01031049",
        crime_type="Robbery",
    )
    return made._replace(**changes)


def events(published: int | None = None, zone: ZoneInfo = LONDON) -> StreetEvents:
    return StreetEvents(zone, "lsoa21", CODES, published)


def made(**changes: object) -> dict:
    event = events().event(row(**changes))
    assert isinstance(event, dict), event
    return event


def test_a_crime_goes_to_the_forces_crime_feed_with_its_month_as_an_interval() -> None:
    event = made()
    assert event["id"] == "2025-03-000007"
    assert event["source"] == "/warwickshire-police/crime"
    assert event["type"] == "police.crime.v1"
    data = event["data"]
    assert data["category"] == "robbery"
    assert data["category_list"] == "police_data_police_uk_categories"
    assert data["occurred_from"] == "2025-03-01T00:00:00+00:00"
    assert data["occurred_to"] == event["time"] == "2025-04-01T00:00:00+01:00"
    assert data["area"] == {"code": "E01031049", "edition": "lsoa21", "confidence": "area"}
    assert data["held_for"] == "policing"


def test_anti_social_behaviour_is_an_incident_and_no_crime() -> None:
    event = made(crime_type="Anti-social behaviour")
    assert (event["source"], event["type"]) == (
        "/warwickshire-police/incident",
        "police.incident.v1",
    )


@pytest.mark.parametrize("printed", sorted(PRINTED))
def test_every_printed_crime_type_has_a_code_of_the_list(printed: str) -> None:
    assert made(crime_type=printed)["data"]["category"] in LISTED


def test_the_year_ends_in_the_next_one() -> None:
    assert made(month="2024-12")["time"] == "2025-01-01T00:00:00+00:00"


def test_the_month_is_the_partnerships_own() -> None:
    event = events(zone=ZoneInfo("America/New_York")).event(row())
    assert isinstance(event, dict)
    assert event["data"]["occurred_from"] == "2025-03-01T00:00:00-05:00"
    assert event["time"] == "2025-04-01T00:00:00-04:00"


@pytest.mark.parametrize(
    "changes", [{"lsoa": ""}, {"location": "No Location"}, {"lsoa": "", "location": "No Location"}]
)
def test_a_row_without_a_place_has_no_area(changes: dict) -> None:
    assert made(**changes)["data"]["area"] is None


def test_location_text_is_written_nowhere() -> None:
    assert "Leyside" not in json.dumps(made())


@pytest.mark.parametrize(
    ("force", "party"),
    [
        ("British Transport Police", "british-transport-police"),
        ("Devon & Cornwall Police", "devon-and-cornwall-police"),
        ("Dyfed-Powys Police", "dyfed-powys-police"),
        ("Avon and Somerset Constabulary", "avon-and-somerset-constabulary"),
        ("Metropolitan Police Service", "metropolitan-police-service"),
        ("Police Service of Northern Ireland", "police-service-of-northern-ireland"),
    ],
)
def test_each_force_has_a_feed_of_its_own(force: str, party: str) -> None:
    assert made(force=force)["source"] == f"/{party}/crime"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"month": "2025-13"}, Unfit.MONTH),
        ({"month": "2025-3"}, Unfit.MONTH),
        ({"month": "2025-03-01"}, Unfit.MONTH),
        ({"month": "9999-12"}, Unfit.MONTH),
        ({"month": "٢٠٢٥-03"}, Unfit.MONTH),
        ({"month": ""}, Unfit.MONTH),
        ({"force": ""}, Unfit.FORCE),
        ({"force": "On or near Police Street 12"}, Unfit.FORCE),
        ({"force": "Jane Doe"}, Unfit.FORCE),
        ({"force": "Police\n07700 900123"}, Unfit.FORCE),
        ({"lsoa": "943 476 5919"}, Unfit.LSOA),
        ({"lsoa": "E0103104"}, Unfit.LSOA),
        ({"crime_type": "Witchcraft"}, Unfit.CRIME_TYPE),
        ({"crime_type": "robbery"}, Unfit.CRIME_TYPE),
        ({"crime_type": ""}, Unfit.CRIME_TYPE),
    ],
)
def test_a_row_that_is_no_event_has_a_reason(changes: dict, why: Unfit) -> None:
    assert events().event(row(**changes)) is why


def test_a_time_of_publication_is_taken_as_given_in_the_partnerships_zone() -> None:
    event = events(parse_rfc3339("2025-05-30T08:00:00Z")).event(row())
    assert isinstance(event, dict)
    assert event["time"] == "2025-05-30T09:00:00+01:00"
    assert event["data"]["occurred_to"] == "2025-04-01T00:00:00+01:00"


def test_a_time_of_publication_more_than_a_day_before_the_months_end_is_refused() -> None:
    end = parse_rfc3339("2025-04-01T00:00:00+01:00")
    assert isinstance(events(end - 86_400).event(row()), dict)
    assert events(end - 86_401).event(row()) is Unfit.TOO_EARLY


def test_rows_of_a_file_never_share_an_id() -> None:
    ids = {made(number=n)["id"] for n in (1, 2, 999_999, 1_000_000)}
    assert len(ids) == 4
    assert all(re.fullmatch(r"2025-03-\d{6,7}", one) for one in ids)
