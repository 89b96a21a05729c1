"""Mapping files: closed, read as text, and every mistake named with where it stands."""

from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.wire.mapping_file import read_mapping
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[3]
SCHEMAS = read_schemas(ROOT / "schemas" / "avro")
GOOD = """\
title: Crimes
source: /police/crime
type: police.crime.v1
zone: Europe/London
id: {prefix: crime, keyed: [Reference]}
occurred: {column: Day, format: "%Y-%m-%d"}
published: {always: 2025-08-01T00:00:00+01:00}
area: {code: {column: Place}, edition: lsoa11}
fields:
  category: {column: Offence, values: {604: "8N", "no": 8P, 4.10: null}}
  category_list: {always: police_offence_codes}
  held_for: {always: policing}
  qualifiers:
    - {column: Flag, values: {Y: 601}, else: null}
"""


def read(tmp_path: Path, text: str = GOOD, old: str = "", new: str = ""):
    assert old in text
    file = tmp_path / "map.yaml"
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return read_mapping(file, SCHEMAS)


def test_every_scalar_is_text_but_a_plain_null(tmp_path) -> None:
    mapping = read(tmp_path)
    assert mapping.fields["category"].values == {"604": "8N", "no": "8P", "4.10": None}
    assert mapping.fields["qualifiers"][0].otherwise is None
    assert mapping.fields["category"].otherwise == "reject"
    assert mapping.published.always == "2025-08-01T00:00:00+01:00"


def test_all_columns_are_known_before_a_row_is_read(tmp_path) -> None:
    assert read(tmp_path).columns() == ("Day", "Reference", "Place", "Offence", "Flag")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Crimes", "titel: Crimes", "titel"),
        ("{column: Place}", "{colum: Place}", "colum"),
        ('format: "%Y-%m-%d"', 'formt: "%Y-%m-%d"', "formt"),
        ("else: null", "els: null", "els"),
        ("keyed: [Reference]", "keyed: [Reference], row: true", "only one"),
        ("keyed: [Reference]", "raw: Reference", "raw"),
        ("prefix: crime", "prefix: crime 1", "prefix"),
        ("zone: Europe/London", "zone: Europe/Nowhere", "zone"),
        ("type: police.crime.v1", "type: police.crime.v9", "type"),
        ("type: police.crime.v1", "type: feed.heartbeat.v1", "type"),
        ("  held_for: {always: policing}\n", "", "held_for"),
        ("held_for: {always", "held_fro: {always", "held_fro"),
        ("category_list: {always", "recorded_at: {always", "recorded_at"),
        ("{always: policing}", "[{always: policing}]", "held_for"),
        ("{always: policing}", "{always: policing, column: X}", "only one"),
        ("{always: policing}", "{}", "only one"),
        ("always: 2025-08-01T00:00:00+01:00", "always: yesterday", "published"),
        ("always: 2025-08-01T00:00:00+01:00", "column: Day", "formats"),
        ("edition: lsoa11", "edition: lsoa11, lon: X", "area"),
        ("title: Crimes", "title: Crimes\ntitle: Crimes", "stands twice"),
        ("title: Crimes", "title: [", "line"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path, old, new, words) -> None:
    with pytest.raises(WrongUse) as caught:
        read(tmp_path, old=old, new=new)
    assert words in caught.value.what


def test_a_file_that_is_not_there_is_wrong_use(tmp_path) -> None:
    with pytest.raises(WrongUse):
        read_mapping(tmp_path / "none.yaml", SCHEMAS)
