"""The shipped code lists say what the contract says; a list half understood is refused."""

from datetime import date
from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[3]
LISTS = read_code_lists(ROOT / "deploy" / "code-lists")
SCHEMAS = read_schemas(ROOT / "schemas" / "avro")

HEADER = "code,label,hub_category,severity,lane,geography_floor,valid_from,valid_to,status,source\n"


def test_codes_are_text() -> None:
    offences = LISTS.get("police_offence_codes")
    assert offences is not None
    assert "4.1" in offences
    assert "4.10" in offences
    assert "4.100" not in offences


@pytest.mark.parametrize(("on", "severity"), [(date(2026, 4, 30), 3), (date(2026, 5, 1), 4)])
def test_a_dated_code_is_judged_by_the_day_of_the_event(on: date, severity: int) -> None:
    reasons = LISTS.get("schools_exclusion_reasons")
    assert reasons is not None
    row = reasons.valid("OW", on)
    assert row is not None
    assert row.severity == severity
    assert (reasons.valid("BW", on) is not None) == (on >= date(2026, 5, 1))


def test_flags_stand_on_their_codes() -> None:
    violent = LISTS.get("police_data_police_uk_categories").valid("violent-crime", date(2025, 1, 1))
    assert violent.flags == {"mixed"}


def test_every_list_that_a_schema_names_exists() -> None:
    named = {field.code_list for schema in SCHEMAS.values() for field in schema.fields}
    assert named - {None} <= set(LISTS.names())


def test_health_and_fire_have_no_tokens_and_only_health_has_health() -> None:
    for schema in SCHEMAS.values():
        classes = {field.privacy_class for field in schema.fields}
        if schema.kind in ("health", "fire"):
            assert classes.isdisjoint({"person-token", "place-token"})
        if schema.kind != "health":
            assert "health" not in classes


@pytest.mark.parametrize(
    "row",
    [
        "a,A,no-such,,,,,,confirmed,s",
        "a,A,knife,6,,,,,confirmed,s",
        "a,A,knife,,both,,,,confirmed,s",
        "a,A,knife,,,street,,,confirmed,s",
        "a,A,knife,,,,2025-13-01,,confirmed,s",
        "a,A,knife,,,,,,confirmed",
        "a,A,,,,,,,c,s\na,A,,,,,,,c,s",
    ],
)
def test_a_row_that_is_not_understood_is_refused_with_its_line(tmp_path, row: str) -> None:
    (tmp_path / "codes.csv").write_text(HEADER + row + "\n")
    with pytest.raises(WrongUse, match="line"):
        read_code_lists(tmp_path)


def test_a_flag_on_no_code_is_refused(tmp_path) -> None:
    (tmp_path / "codes.csv").write_text(HEADER)
    (tmp_path / "flags.csv").write_text("list,code,flag,why\ncodes,a,mixed,why\n")
    with pytest.raises(WrongUse, match="protect nothing"):
        read_code_lists(tmp_path)


def test_the_hash_changes_with_any_cell(tmp_path) -> None:
    (tmp_path / "codes.csv").write_text(HEADER + "a,A,,,,,,,c,s\n")
    before = read_code_lists(tmp_path).hash
    (tmp_path / "codes.csv").write_text(HEADER + "a,B,,,,,,,c,s\n")
    assert read_code_lists(tmp_path).hash != before


def test_what_a_list_says_in_columns_of_its_own_is_kept_beside(tmp_path) -> None:
    header = HEADER.rstrip("\n") + ",pillar\n"
    (tmp_path / "codes.csv").write_text(header + "a,A,,,,,,,c,s,prevent\n")
    assert read_code_lists(tmp_path).get("codes").rows()[0].more == {"pillar": "prevent"}
