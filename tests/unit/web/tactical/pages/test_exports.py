"""Minutes and the action log leave as CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io

import pytest
from tests.tactical_hub import Visitor

from cioghub.web.shell.csv_file import safe

ACTION = {
    "owner": "rugby-council",
    "response": "street-doctors",
    "due-day": "1",
    "due-month": "12",
    "due-year": "2026",
}


def table(visitor: Visitor, path: str) -> list[dict[str, str]]:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t=1", "' \t=1"),
        ("\n=1", "' =1"),
        ("a\r\nb", "a  b"),
        ("as 1 = 1", "as 1 = 1"),
        (None, ""),
        (7, "7"),
        (-7, "'-7"),
    ],
)
def test_no_cell_is_a_formula(cell: str | int | None, wanted: str) -> None:
    assert safe(cell) == wanted


def test_minutes_name_and_time_every_step(analyst: Visitor, east: Visitor) -> None:
    said = {"code": "likely-real", "words": '=HYPERLINK("x")'}
    analyst.step("al-east", "assess", 0, **said)
    east.step("al-east", "acknowledge", 1)
    first, second = table(east, "/tactical/areas/east/minutes.csv")
    assert first["by"] == "A analyst"
    assert first["time"] == "2026-09-21 15:13"
    assert first["step"] == "Assessed"
    assert first["reason"] == "Likely a real issue"
    assert first["words"] == '\'=HYPERLINK("x")'
    assert first["about"] == "Knife crime"
    assert first["marking"] == "OFFICIAL-SENSITIVE"
    assert second["step"] == "Acknowledged"
    assert second["state after"] == "Acknowledged by the chair"


def test_the_action_log_has_open_actions_first_the_one_due_first_in_front(
    analyst: Visitor, east: Visitor
) -> None:
    analyst.step("al-east", "assess", 0, code="likely-real", words="Real.")
    east.step("al-east", "acknowledge", 1)
    for n, day in enumerate(("3", "1", "2")):
        east.step("al-east", "add-action", 2 + n, **ACTION | {"due-day": day})
    east.step("al-east", "end-action", 5, action="2", code="dropped", words="No one could.")
    rows = table(east, "/tactical/areas/east/actions.csv")
    assert [(row["due"], row["state"]) for row in rows] == [
        ("2026-12-02", "Open"),
        ("2026-12-03", "Open"),
        ("2026-12-01", "Not done, for a reason given in words"),
    ]
    assert rows[0]["owner"] == "Rugby Borough Council"
    assert (rows[0]["pillar"], rows[0]["level"]) == ("Prevent", "primary")
    assert rows[2]["how it ended"] == "No one could."


def test_the_list_leaves_as_it_is_shown(analyst: Visitor) -> None:
    rows = table(analyst, "/tactical/areas/east/alerts.csv?sort=level")
    assert [row["alert"] for row in rows] == ["al-both", "al-east"]
    assert rows[1]["seen"] == "warwickshire-police 14"
    rows = table(analyst, "/tactical/areas/east/alerts.csv?category=county-lines")
    assert [row["areas"] for row in rows] == ["East North"]
