"""`ciog ledger`: the verdict in words and as JSON, proofs that travel alone, exit codes."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cioghub.cli.ledger import ledger
from cioghub.errors import AnswerIsNo, WrongUse
from cioghub.stores.ledger_folder import LedgerWriter
from cioghub.vocabulary.keys import Secret

CONTENT = {"outcomes": [{"recipient": "hub-correlation", "outcome": "shared"}]}
SIZE = 300


def ref(n: int) -> str:
    return sha256(b"%d" % n).hexdigest()[:32]


def write(folder: Path, size: int = SIZE, secret: bytes = b"secret") -> Path:
    with LedgerWriter(folder, Secret(secret), "ab" * 32) as written:
        name = written.add_class(CONTENT)
        for n in range(size):
            written.append(ref(n), name)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "ledger")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(ledger, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def change(folder: Path, n: int) -> None:
    path = folder / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(ref(n).encode(), ref(-n - 1).encode()))


def kept(folder: Path, path: Path) -> Path:
    path.write_bytes((folder / "checkpoints.jsonl").read_bytes().splitlines(keepends=True)[-1])
    return path


def test_a_good_ledger_exits_0_and_says_how_many_entries(folder) -> None:
    result = run("verify", folder)
    assert result.exit_code == 0
    assert result.stdout.startswith("Good: 300 entries")


def test_a_bad_ledger_exits_1_and_names_the_first_bad_entry(folder) -> None:
    change(folder, 123)
    change(folder, 200)
    result = run("verify", folder)
    assert result.exit_code == 1
    assert result.stdout == "Bad: first bad entry 123: it was changed.\n"


def test_the_verdict_as_json(folder) -> None:
    good = json.loads(run("verify", folder, "--format", "json").stdout)
    assert (good["good"], good["entries"], good["bundle"]) == (True, SIZE, "ab" * 32)
    assert "first_bad" not in good
    change(folder, 7)
    result = run("verify", folder, "--format", "json")
    bad = json.loads(result.stdout)
    assert (result.exit_code, bad["good"], bad["first_bad"], bad["code"]) == (
        1,
        False,
        7,
        "changed",
    )


def test_no_value_of_an_entry_is_shown(folder) -> None:
    change(folder, 7)
    said = run("verify", folder).output
    assert ref(7) not in said
    assert ref(-8) not in said


def test_a_range_is_said_as_a_range(folder) -> None:
    change(folder, 270)
    (folder / "leaves.bin").unlink()
    result = run("verify", folder)
    assert result.exit_code == 1
    assert "first bad entry 256 or after, up to 299" in result.stdout


def test_damage_beside_the_entries_exits_1_and_clears_them(folder) -> None:
    (folder / "leaves.bin").unlink()
    result = run("verify", folder)
    assert result.exit_code == 1
    assert "All 300 entries are as signed" in result.stdout


def test_a_kept_checkpoint_is_held_against_a_ledger_that_was_signed_anew(tmp_path) -> None:
    file = kept(write(tmp_path / "then"), tmp_path / "kept.jsonl")
    shorter = write(tmp_path / "now", 290)
    assert run("verify", shorter).exit_code == 0
    result = run("verify", shorter, "--checkpoint", file)
    assert result.exit_code == 1
    assert "290" in result.stdout


def test_a_held_key_is_compared(folder, tmp_path) -> None:
    mine = tmp_path / "key.hex"
    mine.write_text((folder / "verifying-key.hex").read_text().strip())
    assert run("verify", folder, "--key", mine).exit_code == 0
    other = write(tmp_path / "other", secret=b"other")
    result = run("verify", other, "--key", mine)
    assert result.exit_code == 1
    assert "not the one you hold" in result.stdout


@pytest.mark.parametrize("asked", [("--entry", "0"), ("--entry", "299"), ("--ref", ref(256))])
def test_a_proof_of_an_entry_holds_and_says_what_was_decided(folder, tmp_path, asked) -> None:
    printed = run("prove", folder, *asked)
    proof = json.loads(printed.stdout)
    assert proof["decision"] == CONTENT
    assert asked[1] in (str(proof["entry"]["n"]), proof["entry"]["ref"])
    file = tmp_path / "proof.json"
    file.write_text(printed.stdout)
    assert run("verify", folder, "--proof", file).exit_code == 0


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("entry", "n"), 4),
        (("entry", "ref"), "0" * 32),
        (("entry", "class"), "0" * 16),
        (("decision",), {"outcomes": []}),
        (("path",), []),
        (("path", 0), "00" * 32),
        (("path",), None),
        (("path",), ["zz"]),
        (("checkpoint", "size"), 299),
        (("checkpoint", "signature"), "00" * 64),
        (("checkpoint",), None),
        (("kind",), "consistency"),
        (("kind",), None),
        (("entry",), []),
    ],
)
def test_a_proof_with_one_thing_changed_does_not_hold(folder, tmp_path, pointer, value) -> None:
    proof = json.loads(run("prove", folder, "--entry", "5").stdout)
    at = proof
    for one in pointer[:-1]:
        at = at[one]
    at[pointer[-1]] = value
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))
    result = run("verify", folder, "--proof", file, "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["good"] is False


def test_a_proof_of_another_hub_does_not_hold(folder, tmp_path) -> None:
    other = write(tmp_path / "other", secret=b"other")
    file = tmp_path / "proof.json"
    file.write_text(run("prove", other, "--entry", "5").stdout)
    assert run("verify", folder, "--proof", file).exit_code == 1


def test_it_is_proved_that_nothing_changed_since_a_checkpoint(tmp_path) -> None:
    since = kept(write(tmp_path / "then", 100), tmp_path / "kept.jsonl")
    now = write(tmp_path / "now", 300)
    file = tmp_path / "proof.json"
    file.write_text(run("prove", now, "--since", since).stdout)
    assert run("verify", now, "--proof", file).exit_code == 0
    proof = json.loads(file.read_text())
    proof["path"][0] = "00" * 32
    file.write_text(json.dumps(proof))
    assert run("verify", now, "--proof", file).exit_code == 1


def test_nothing_is_proved_from_a_ledger_that_was_changed(folder) -> None:
    change(folder, 9)
    with pytest.raises(AnswerIsNo, match="ciog ledger verify"):
        run("prove", folder, "--entry", "5")


@pytest.mark.parametrize(
    "arguments",
    [
        ("prove", "ledger"),
        ("prove", "ledger", "--entry", "1", "--ref", "x"),
        ("prove", "ledger", "--entry", "300"),
        ("prove", "nowhere", "--entry", "1"),
        ("verify", "nowhere"),
        ("verify", "ledger", "--checkpoint", "nothing.json"),
        ("verify", "ledger", "--key", "ledger/entries.jsonl"),
        ("verify", "ledger", "--key", "ledger"),
        ("verify", "ledger", "--proof", "ledger/entries.jsonl"),
        ("verify", "ledger", "--proof", "ledger/leaves.bin"),
    ],
)
def test_wrong_use_is_said_with_exit_code_2(folder, monkeypatch, arguments) -> None:
    monkeypatch.chdir(folder.parent)
    with pytest.raises(WrongUse) as error:
        run(*arguments)
    assert error.value.exit_code == 2


def test_a_reference_that_no_entry_bears_is_a_no(folder) -> None:
    with pytest.raises(AnswerIsNo):
        run("prove", folder, "--ref", "0" * 32)
