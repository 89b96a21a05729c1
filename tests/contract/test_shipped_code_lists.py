"""The shipped code lists are those that were agreed, and dated codes keep to their dates."""

import csv
from pathlib import Path
from typing import Any

import pytest

from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.incidents import Rejected, ValidIncident
from cioghub.vocabulary.parties import Feed, Parties, Party
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "deploy" / "code-lists"
AGREED = ROOT.parent / "shared" / "codelists"
COMPARED = (
    "label",
    "hub_category",
    "severity",
    "lane",
    "geography_floor",
    "valid_from",
    "valid_to",
    "status",
    "source",
)

agreed = pytest.mark.skipif(not AGREED.is_dir(), reason="the agreed code lists are not here")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@agreed
def test_each_agreed_list_ships_with_its_codes_dates_status_and_floors() -> None:
    names = {path.name for path in AGREED.glob("*.csv")} - {"flags.csv"}
    assert names
    for name in names:
        wanted = [(row["code"], *(row[one] for one in COMPARED)) for row in table(AGREED / name)]
        found = [(row["code"], *(row[one] for one in COMPARED)) for row in table(SHIPPED / name)]
        assert found == wanted, name


@agreed
def test_each_agreed_flag_ships() -> None:
    assert table(SHIPPED / "flags.csv") == table(AGREED / "flags.csv")


def test_both_flags_stand_on_codes() -> None:
    lists = read_code_lists(SHIPPED)
    flags = {flag for name in lists.names() for row in lists.get(name).rows() for flag in row.flags}
    assert flags == {"mixed", "police-generated"}


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.csv")), ids=lambda path: path.stem)
def test_every_row_says_where_it_comes_from_and_whether_that_was_confirmed(path: Path) -> None:
    if path.name == "flags.csv":
        assert all(row["why"] for row in table(path))
        return
    rows = table(path)
    assert rows
    for row in rows:
        assert row["source"], row["code"]
        assert row["status"] in ("confirmed", "unconfirmed"), row["code"]


def suspension(occurred: str, code: str) -> dict[str, Any]:
    """Return a suspension of that day, published long after in any case."""
    return {
        "specversion": "1.0",
        "id": "s-1",
        "source": "/schools/suspension",
        "type": "schools.suspension.v1",
        "time": "2026-09-01T08:00:00+01:00",
        "datacontenttype": "application/json",
        "data": {
            "category": code,
            "category_list": "schools_exclusion_reasons",
            "occurred_from": occurred,
            "occurred_to": occurred,
            "recorded_at": None,
            "area": None,
            "held_for": "education",
            "severity": None,
            "weapon": None,
            "setting": None,
            "qualifiers": None,
            "age_band": None,
            "suspension_category": None,
            "suspect_token": None,
            "victim_token": None,
        },
    }


@pytest.fixture(scope="module")
def validator() -> Validator:
    feed = Feed("/schools/suspension", ("schools.suspension.v1",), ("education",), "daily", 36)
    nobody = (None, None, None, None)
    party = Party(
        "schools", "Schools", "schools", "other", ("education",), "sole", *nobody, (feed,)
    )
    return Validator(
        Parties((party,), (), None, None),
        read_schemas(ROOT / "schemas" / "avro"),
        read_code_lists(SHIPPED),
        read_areas(ROOT / "deploy" / "areas" / "warwickshire.yaml"),
        lambda text: (),
    )


@pytest.mark.parametrize(
    ("occurred", "good"),
    [
        ("2026-04-30T23:59:59+01:00", False),
        ("2026-05-01T00:00:00+01:00", True),
        # The day is the partnership's own: this instant is still 30 April in UTC.
        ("2026-04-30T23:00:00+00:00", True),
    ],
)
def test_a_code_with_dates_is_judged_by_the_day_of_the_event_and_not_of_its_publication(
    validator: Validator, occurred: str, good: bool
) -> None:
    found = validator.validate(suspension(occurred, "BW"))
    if good:
        assert isinstance(found, ValidIncident)
    else:
        assert isinstance(found, Rejected)
        assert [fault.pointer for fault in found.faults] == ["/data/category"]
