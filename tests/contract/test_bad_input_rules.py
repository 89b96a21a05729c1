"""Folders of sharing rules that are broken: an answer of no with file and line, nothing shared."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.drilling import deep

from cioghub.bootstrap import default_rules
from cioghub.steps.share.yaml_text import RuleTextError, read_rule_text

from .conftest import Ciog, Replayed, event, jsonl

Spoil = Callable[[Path], object]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(default_rules(), folder)
    return folder


def an_agreement(rules: Path) -> Path:
    return next(
        path
        for path in sorted(rules.glob("*.yaml"))
        if path.with_name(f"{path.stem}.cases.yaml").exists()
    )


def cases(rules: Path) -> Path:
    path = an_agreement(rules)
    return path.with_name(f"{path.stem}.cases.yaml")


def extra(content: bytes) -> Spoil:
    return lambda rules: (rules / "extra.yaml").write_bytes(content)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "cases missing": (lambda rules: cases(rules).unlink(), "missing-cases"),
    "cases empty": (lambda rules: cases(rules).write_text(""), "not-a-list"),
    "agreement missing": (lambda rules: an_agreement(rules).unlink(), ""),
    "agreement empty": (lambda rules: an_agreement(rules).write_text(""), "not-a-mapping"),
    "all missing": (lambda rules: [path.unlink() for path in rules.iterdir()], "missing-file"),
    "parties missing": (lambda rules: (rules / "parties.yaml").unlink(), "missing-file"),
    "parties misnamed": (
        lambda rules: (rules / "parties.yaml").rename(rules / "parties.yml"),
        "wrong-ending",
    ),
    "not UTF-8": (extra(b"a: \xff"), "not-utf-8"),
    "UTF-16": (extra("a: b".encode("utf-16")), "not-utf-8"),
    "NUL": (extra(b"a: \0"), "not-yaml"),
    "a tab": (extra(b"a:\n\t- b"), "not-yaml"),
    "an alias": (extra(b"a: &a [x]\nb: *a\n"), "not-yaml"),
    "a merge": (extra(b"a: &a {b: c}\nd: {<<: *a}\n"), "not-yaml"),
    "a bomb": (
        extra(b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n"),
        "not-yaml",
    ),
    "two documents": (extra(b"a: b\n---\na: b\n"), "not-yaml"),
    "a key twice": (extra(b"agreement: a\nagreement: b\n"), "not-yaml"),
    "deep": (extra(b"[" * 900_000), "not-yaml"),
    "a list": (extra(b"- a\n"), "missing-cases"),
    "huge": (extra(b"#" * 5_000_000), "not-a-rule-file"),
    "a folder": (lambda rules: (rules / "extra.yaml").mkdir(), "not-a-rule-file"),
    "a pipe": (lambda rules: os.mkfifo(rules / "extra.yaml"), "not-a-rule-file"),
    "a link to nothing": (
        lambda rules: (rules / "extra.yaml").symlink_to(rules / "nothing"),
        "not-a-rule-file",
    ),
    "lists that are nowhere": (
        lambda rules: (rules / "bundle.yaml").write_text("code_lists: nowhere\n"),
        "code-lists",
    ),
    "lists that are none": (
        lambda rules: (rules / "bundle.yaml").write_text("code_lists: [a]\n"),
        "wrong-value",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_folder_is_answered_no_with_its_place(ciog: Ciog, rules: Path, name: str) -> None:
    spoil, code = SPOILT[name]
    spoil(rules)
    done = ciog("rules", "check", rules, "--format", "json")
    assert done.code == 1, done.err
    errors = json.loads(done.out)["errors"]
    assert code == "" or code in {one["code"] for one in errors}
    for one in errors:
        assert list(one) == ["code", "file", "line", "column", "message", "hint"]
        assert one["line"] >= 1
        assert one["column"] >= 1


@pytest.mark.parametrize("name", ["cases missing", "all missing", "a key twice", "a pipe"])
def test_no_replay_runs_under_a_spoilt_folder(
    replay: Callable[..., Replayed], rules: Path, tmp_path: Path, name: str
) -> None:
    SPOILT[name][0](rules)
    done = replay(jsonl(event()), "--rules", rules)
    assert done.done.code == 1
    assert "nothing was written" in done.done.err
    assert not done.out.exists()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_no_folder_is_wrong_use(ciog: Ciog, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("a: b")
    done = ciog("rules", "check", tmp_path / place)
    assert done.code == 2
    assert "There is no folder of sharing rules" in done.err


def test_a_link_to_a_folder_or_a_file_is_followed(ciog: Ciog, rules: Path, tmp_path: Path) -> None:
    agreement = an_agreement(rules)
    agreement.rename(tmp_path / "elsewhere.yaml")
    agreement.symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "link").symlink_to(rules)
    assert ciog("rules", "check", tmp_path / "link").code == 0


def test_bytes_changed_anywhere_are_answered_and_never_a_failure(ciog: Ciog, rules: Path) -> None:
    """Agreements, each with a stretch replaced by something odd: yes or no, no crash."""
    chance = random.Random(7)
    path = an_agreement(rules)
    good = path.read_bytes()
    odd = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[[a]]",
        b"- ",
        b": ",
        b"\n",
        b"'",
        b"1e9",
        b"\xc3\xa9",
        b"~",
    ]
    codes = set()
    for _ in range(deep(5, 12)):
        start = chance.randrange(len(good))
        end = min(len(good), start + chance.randrange(1, 30))
        path.write_bytes(good[:start] + chance.choice(odd) + good[end:])
        codes.add(ciog("rules", "check", rules).code)
    assert codes <= {0, 1}


@pytest.mark.parametrize(
    "text",
    ["[" * 900_000, "{a: " * 200_000, "- " * 400_000, "[a," * 300_000, "'" * 999_999],
)
def test_text_made_to_take_hours_is_refused_in_a_moment(text: str) -> None:
    began = time.process_time()
    with pytest.raises(RuleTextError):
        read_rule_text(text, "x.yaml")
    assert time.process_time() - began < 5
