"""A rules folder is read whole or not at all, and its hash names all that decides."""

from pathlib import Path

import pytest

from cioghub.bootstrap import read_bundle
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.steps.share import yaml_text
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.wire.areas import read_areas
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "deploy" / "code-lists"
AREAS = read_areas(ROOT / "deploy" / "areas" / "warwickshire.yaml")
SCHEMAS = read_schemas(ROOT / "schemas" / "avro")


def read(folder: Path):
    return read_bundle(folder, AREAS, SCHEMAS, LISTS)


def loaded(folder: Path) -> LoadedBundle:
    found = read(folder)
    assert isinstance(found, LoadedBundle), found
    return found


def codes(folder: Path) -> list[tuple[str, str]]:
    found = read(folder)
    assert isinstance(found, list)
    return [(one.code, one.file) for one in found]


def test_a_good_folder_gives_the_bundle_that_decisions_are_made_from(write_rules) -> None:
    bundle = loaded(write_rules())
    assert [one.name for one in bundle.agreements] == ["police-to-hub"]
    assert bundle.bundle.recipients == ("hub-correlation",)
    assert bundle.bundle.audiences == ("board", "tactical")
    assert [case.name for case in bundle.cases["police-to-hub"]] == ["a stabbing"]
    assert bundle.at("police-to-hub.yaml", "publisher") == (4, 1)
    assert bundle.draft


def test_without_the_one_parser_no_rules_are_read(write_rules, monkeypatch) -> None:
    monkeypatch.setattr(yaml_text, "HAS_PARSER", False)
    with pytest.raises(EnvironmentFailed, match="libyaml") as caught:
        read(write_rules())
    assert caught.value.why
    assert caught.value.next_step


def test_the_hash_is_of_the_content_and_not_of_the_place(write_rules, tmp_path) -> None:
    first = write_rules()
    (first / "README.md").write_text("for readers")
    second = tmp_path / "elsewhere"
    second.mkdir()
    for path in first.glob("*.yaml"):
        (second / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert loaded(first).hash == loaded(second).hash
    assert len(loaded(first).hash) == 64


@pytest.mark.parametrize("file", ["parties.yaml", "police-to-hub.yaml", "police-to-hub.cases.yaml"])
def test_one_byte_more_in_any_file_changes_the_hash(write_rules, file) -> None:
    folder = write_rules()
    before = loaded(folder).hash
    with (folder / file).open("a") as open_file:
        open_file.write("# \n")
    assert loaded(folder).hash != before


def test_other_code_lists_change_the_hash(rules, write_rules, tmp_path) -> None:
    before = loaded(write_rules()).hash
    own = tmp_path / "rules" / "lists"
    own.mkdir()
    for path in LISTS.glob("*.csv"):
        (own / path.name).write_bytes(path.read_bytes())
    rules.settings = {"code_lists": "lists"}
    same = loaded(write_rules())
    with (own / "settings.csv").open("a") as open_file:
        open_file.write("moon,The moon,,,,,,,unconfirmed,Invented\n")
    other = loaded(write_rules())
    assert len({before, same.hash, other.hash}) == 3
    found = other.bundle.lists.get("settings")
    assert found is not None
    assert "moon" in found


def test_code_lists_that_are_not_there_are_a_finding_at_their_line(rules, write_rules) -> None:
    rules.settings = {"papers": [], "code_lists": "nowhere"}
    (finding,) = read(write_rules())
    assert (finding.code, finding.file, finding.line) == ("code-lists", "bundle.yaml", 2)


def test_no_folder_is_wrong_use(tmp_path) -> None:
    with pytest.raises(WrongUse, match="no folder of sharing rules"):
        read(tmp_path / "nothing")


@pytest.mark.parametrize("file", ["parties.yaml", "gateways.yaml"])
def test_a_folder_without_its_parties_or_gateways_is_refused(write_rules, file) -> None:
    folder = write_rules()
    (folder / file).unlink()
    assert codes(folder) == [("missing-file", file)]


def test_cases_and_agreements_stand_beside_each_other(write_rules) -> None:
    folder = write_rules()
    (folder / "police-to-hub.cases.yaml").rename(folder / "other.cases.yaml")
    assert codes(folder) == [
        ("orphan-cases", "other.cases.yaml"),
        ("missing-cases", "police-to-hub.yaml"),
    ]


def test_a_file_that_is_not_utf_8_is_named(write_rules) -> None:
    folder = write_rules()
    (folder / "police-to-hub.yaml").write_bytes(b"title: \xff\xfe\n")
    assert codes(folder) == [("not-utf-8", "police-to-hub.yaml")]


def test_a_rule_file_with_another_ending_is_not_silently_left_out(write_rules) -> None:
    folder = write_rules()
    (folder / "police-to-hub.yaml").rename(folder / "police-to-hub.yml")
    assert ("wrong-ending", "police-to-hub.yml") in codes(folder)


def test_every_fault_of_shape_is_named_at_once_with_its_line(rules, write_rules) -> None:
    agreement = rules.agreements["police-to-hub"]
    agreement["colour"] = "blue"
    agreement["starts"] = "31 January 2025"
    del agreement["purpose"]
    rules.cases["police-to-hub"] = [{"name": "half a case"}]
    found = read(write_rules())
    assert {(one.code, one.file) for one in found} == {
        ("unknown-key", "police-to-hub.yaml"),
        ("wrong-value", "police-to-hub.yaml"),
        ("missing-key", "police-to-hub.yaml"),
        ("missing-key", "police-to-hub.cases.yaml"),
    }
    (unknown,) = [one for one in found if one.code == "unknown-key"]
    written = (write_rules() / "police-to-hub.yaml").read_text().splitlines()
    assert written[unknown.line - 1] == "colour: blue"
    assert found == sorted(found, key=lambda one: (one.file, one.line, one.code))


def test_text_that_is_not_yaml_is_named_with_its_line(write_rules) -> None:
    folder = write_rules()
    (folder / "gateways.yaml").write_text("gateways:\n  - id: [power\n")
    (finding,) = read(folder)
    assert (finding.code, finding.file) == ("not-yaml", "gateways.yaml")
    assert finding.line >= 2
