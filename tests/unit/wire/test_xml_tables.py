"""XML as a table: what a cell is called, and what is refused before it can do harm."""

from __future__ import annotations

import pytest

from cioghub.errors import WrongUse
from cioghub.vocabulary.mapping import Table
from cioghub.wire.tables import read_content

TABLE = Table(element="Incident")


def rows(xml: str, *columns: str) -> list[dict[str, str] | None]:
    return [row.cells for row in read_content(xml.encode(), TABLE, columns)]


def test_a_cell_is_named_by_its_path() -> None:
    xml = """<Export><Header><When>x</When></Header>
      <Incident ref="1"><When> 2026-01-05 </When><Place kind="street"><Lsoa>E1</Lsoa></Place>
        <Reason>PP</Reason><Reason>OW</Reason></Incident>
      <Incident ref="2"><When>2026-01-06</When></Incident></Export>"""
    first, second = rows(xml, "When", "Place/Lsoa", "Reason[2]")
    assert first == {
        "@ref": "1",
        "When": "2026-01-05",
        "Place/@kind": "street",
        "Place/Lsoa": "E1",
        "Reason": "PP",
        "Reason[2]": "OW",
    }
    assert second == {"@ref": "2", "When": "2026-01-06", "Place/Lsoa": "", "Reason[2]": ""}


def test_namespaces_and_comments_make_no_difference() -> None:
    xml = '<a:E xmlns:a="urn:a"><a:Incident a:n="1"><!-- x --><a:When>y</a:When></a:Incident></a:E>'
    assert rows(xml) == [{"@n": "1", "When": "y"}]


def test_an_element_inside_one_of_its_own_name_is_a_cell() -> None:
    xml = "<E><Incident><Incident>inner</Incident></Incident></E>"
    assert rows(xml) == [{"Incident": "inner"}]


def test_rows_are_numbered_from_one() -> None:
    found = read_content(b"<E><Incident/><Incident/></E>", TABLE, ())
    assert [row.number for row in found] == [1, 2]


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("", "not XML"),
        ("<E><Incident></E>", "not XML"),
        ("<E/>", "no element `Incident`"),
        ("<a>" * 100 + "</a>" * 100, "not XML"),
        ('<?xml version="1.0" encoding="x-nothing"?><E/>', "not XML"),
        ("<!DOCTYPE E><E><Incident/></E>", "document type"),
        ('<!DOCTYPE E [<!ENTITY a SYSTEM "file:///etc/hostname">]><E>&a;</E>', "document type"),
    ],
)
def test_what_is_no_table_is_refused(xml: str, words: str) -> None:
    with pytest.raises(WrongUse, match=words):
        rows(xml)


def test_a_csv_in_memory_is_read_by_the_same_rules_as_a_file() -> None:
    found = list(read_content("a;b\n1;é\n2\n".encode("cp1252"), Table(";", "cp1252"), ["a"]))
    assert [row.cells for row in found] == [{"a": "1", "b": "é"}, None]
    with pytest.raises(WrongUse, match="encoding"):
        list(read_content(b"a\n\xff\n", Table(), ["a"]))
    with pytest.raises(WrongUse, match="no encoding"):
        list(read_content(b"a\n1\n", Table(encoding="x-nothing"), ["a"]))
