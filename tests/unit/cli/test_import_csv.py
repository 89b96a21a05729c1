"""`ciog import csv`: nothing lost, nothing half-written, nothing that identifies."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from cioghub.cli.import_csv import csv_table
from cioghub.cli.replay import replay
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.words import NOT_A_REFERRAL

HEADER = "Incident Number,Call Time,LSOA,Group,Type,Motive\n"
TABLE = HEADER + (
    "F-1,01/10/2025 12:30,E01031043,Fire,Primary Fire,Arson\n"
    "F-2,26/10/2025 01:30,E01031043,Fire,Outdoor Fire,\n"
    "F-3,30/03/2025 01:30,E01031043,Fire,Outdoor Fire,\n"
    "F-4,02/10/2025 12:30,,False Alarm,Other,\n"
    "F-5,02/10/2025 12:30,,Fire,Secret Kind,Arson\n"
    "F-6,02/10/2025\n"
    "F-1,03/10/2025 12:30,E01031043,Fire,Primary Fire,Arson\n"
)


def example() -> str:
    """Return the mapping of the help text, which must work as it stands there."""
    text = CliRunner().invoke(csv_table, ["--help"]).output
    after = text.partition("with fire.yaml:\n")[2].partition("\nOptions:")[0]
    return "\n".join(line[4:] for line in after.splitlines()) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    (tmp_path / "in.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "fire.yaml").write_text(example(), encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, table: str = "in.csv", mapping: str = "fire.yaml"):
    arguments = [folder / table, "--mapping", folder / mapping, *more]
    return CliRunner().invoke(csv_table, [str(one) for one in arguments])


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_row_is_written_rejected_or_left_out(folder) -> None:
    done = run(folder, "--out", str(folder / "out.jsonl"))
    assert done.exit_code == 0, done.output
    assert "7 rows read: 2 mapped, 4 rejected, 1 left out on purpose." in done.output
    assert len(lines(folder / "out.jsonl")) == 2
    assert lines(folder / "out.jsonl.rejected.jsonl") == [
        {"row": 3, "faults": [{"column": "Call Time", "code": "missing-hour"}]},
        {"row": 5, "faults": [{"column": "Type", "code": "unknown-value"}]},
        {"row": 6, "faults": [{"column": "the whole row", "code": "wrong-number-of-cells"}]},
        {"row": 7, "faults": [{"column": "Incident Number", "code": "repeated-id"}]},
    ]


def test_no_value_of_a_rejected_row_and_no_reference_is_told(folder) -> None:
    done = run(folder, "--out", str(folder / "out.jsonl"))
    preview = run(folder, "--preview")
    rejected = (folder / "out.jsonl.rejected.jsonl").read_text()
    for text in (done.output, preview.output, rejected):
        assert "Secret Kind" not in text
        assert "F-5" not in text
        assert "F-1" not in text
    assert "F-1" not in (folder / "out.jsonl").read_text()


def test_a_preview_counts_the_same_and_writes_nothing(folder) -> None:
    before = sorted(folder.rglob("*"))
    done = run(folder, "--preview", "--out", str(folder / "out.jsonl"))
    assert done.exit_code == 0
    assert sorted(folder.rglob("*")) == before
    assert "7 rows read: 2 mapped, 4 rejected, 1 left out on purpose." in done.output
    assert "1 rows  Type: unknown-value" in done.output
    assert "occurred: interval: ambiguous-hour" in done.output
    assert "category: primary-fire" in done.output
    assert "id: fire-(keyed)" in done.output


def test_the_same_table_and_keys_give_the_same_bytes(folder) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        assert run(folder, "--out", str(folder / name)).exit_code == 0
    assert (folder / "one.jsonl").read_bytes() == (folder / "two.jsonl").read_bytes()
    other = run(folder, "--out", str(folder / "three.jsonl"), "--keys", str(folder / "other"))
    assert other.exit_code == 0
    assert (folder / "one.jsonl").read_bytes() != (folder / "three.jsonl").read_bytes()


def test_the_events_pass_through_a_replay(folder) -> None:
    assert run(folder, "--out", str(folder / "out.jsonl.gz")).exit_code == 0
    done = CliRunner().invoke(
        replay, [str(folder / "out.jsonl.gz"), "--out", str(folder / "replayed")]
    )
    assert done.exit_code == 0, done.output
    assert "2 read: 2 accepted" in done.output
    assert NOT_A_REFERRAL not in done.output


def test_rules_say_which_feeds_and_codes_are_good(folder) -> None:
    mapping = example().replace("/warwickshire-fire/incident", "/somebody/else")
    (folder / "other.yaml").write_text(mapping)
    assert "2 mapped" in run(folder, "--preview", mapping="other.yaml").output
    rules = Path(__file__).parents[3] / "deploy" / "sharing-rules"
    done = run(folder, "--preview", "--rules", str(rules), mapping="other.yaml")
    assert isinstance(done.exception, WrongUse)
    assert "/somebody/else" in done.exception.what
    assert "2 mapped" in run(folder, "--preview", "--rules", str(rules)).output


def test_a_list_that_is_nowhere_is_told_before_a_row_is_read(folder) -> None:
    (folder / "other.yaml").write_text(example().replace("fire_incident_groups", "our_own"))
    done = run(folder, "--preview", mapping="other.yaml")
    assert isinstance(done.exception, WrongUse)
    assert "--rules" in done.exception.next_step


def test_a_code_of_the_mapping_that_no_list_has_is_told_before_a_row_is_read(folder) -> None:
    mapping = example().replace("deliberate-unknown-owner", "arson-of-sorts")
    (folder / "other.yaml").write_text(mapping)
    done = run(folder, "--preview", mapping="other.yaml")
    assert isinstance(done.exception, WrongUse)
    assert "`fields.motive` gives `arson-of-sorts`" in done.exception.what


def test_a_code_of_the_table_that_no_list_has_is_named_by_its_column(folder) -> None:
    rule = "{column: Motive, values: {Arson: deliberate-unknown-owner}, else: null}"
    (folder / "other.yaml").write_text(example().replace(rule, "{column: Motive}"))
    done = run(folder, "--preview", mapping="other.yaml")
    assert "2 rows  Motive (for motive): unknown-code" in done.output


def test_the_table_is_never_overwritten(folder) -> None:
    done = run(folder, "--out", str(folder / "in.csv"))
    assert isinstance(done.exception, WrongUse)
    assert (folder / "in.csv").read_text() == TABLE


def test_a_fault_half_way_leaves_what_was_there(folder) -> None:
    (folder / "bad.csv").write_bytes(TABLE.encode() + b"\xff\n")
    (folder / "out.jsonl").write_text("former\n")
    done = run(folder, "--out", str(folder / "out.jsonl"), table="bad.csv")
    assert isinstance(done.exception, WrongUse)
    assert (folder / "out.jsonl").read_text() == "former\n"
    assert not (folder / "out.jsonl.rejected.jsonl").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".out")]


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_folder_that_cannot_be_made_is_a_failed_environment(folder) -> None:
    done = run(folder, "--out", "/proc/nowhere/out.jsonl")
    assert isinstance(done.exception, EnvironmentFailed)


def test_without_out_and_preview_it_is_wrong_use(folder) -> None:
    assert isinstance(run(folder).exception, WrongUse)


def test_an_edition_that_the_areas_lack_is_told_before_a_row_is_read(folder) -> None:
    (folder / "other.yaml").write_text(example().replace("lsoa11", "lsoa21"))
    done = run(folder, "--preview", mapping="other.yaml")
    assert isinstance(done.exception, WrongUse)
    assert "lsoa21" in done.exception.what


CONCERNS = """\
title: Concerns of a school
source: /warwickshire-schools/concern
type: schools.concern.v1
zone: Europe/London
id: {prefix: concern, row: true}
occurred: {column: Day, format: "%d/%m/%Y"}
published: {column: Day, format: "%d/%m/%Y", delay_hours: 12}
fields:
  category_list: {always: schools_concern_kinds}
  category: {column: Kind}
  held_for: {always: education}
"""


def test_who_sends_concerns_is_told_what_this_is_not(folder) -> None:
    codes = Path(__file__).parents[3] / "deploy" / "code-lists" / "schools_concern_kinds.csv"
    kind = codes.read_text().splitlines()[1].partition(",")[0]
    (folder / "c.csv").write_text(f"Day,Kind\n06/10/2025,{kind}\n")
    (folder / "c.yaml").write_text(CONCERNS)
    out = str(folder / "c.jsonl")
    done = run(folder, "--out", out, table="c.csv", mapping="c.yaml")
    assert "1 mapped" in done.output
    assert NOT_A_REFERRAL in done.output
    event = lines(folder / "c.jsonl")[0]
    rules = Path(__file__).parents[3] / "deploy" / "sharing-rules" / "parties.yaml"
    source = next(
        line.split()[-1] for line in rules.read_text().splitlines() if line.endswith("/concern")
    )
    (folder / "c.jsonl").write_text(json.dumps({**event, "source": source}) + "\n")
    replayed = CliRunner().invoke(replay, [out, "--out", str(folder / "replayed")])
    assert "1 accepted" in replayed.output
    assert NOT_A_REFERRAL in replayed.output
