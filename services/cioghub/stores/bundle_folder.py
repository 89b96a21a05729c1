"""Reads a rules folder from disk: its files, its code lists, and the hash that names the whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cioghub.errors import EnvironmentFailed, HubError, WrongUse
from cioghub.steps.share.check_bundle import (
    SETTINGS,
    LoadedBundle,
    assemble_bundle,
    bundle_hash,
    code_lists_path,
    read_texts,
)
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.rules import Finding
from cioghub.vocabulary.schema import EventSchema
from cioghub.wire.code_lists import read_code_lists

MAX_BYTES = 4_000_000
"""More than any rule file needs; a larger one is refused before it is read."""


def read_bundle(
    rules: Path,
    areas: Areas,
    schemas: Mapping[str, EventSchema],
    shipped_lists: Path,
) -> LoadedBundle | list[Finding]:
    """Return the bundle in the folder `rules`, or every fault of the shape of its files.

    `shipped_lists` is the folder of code lists used when bundle.yaml names none. Whether what the
    bundle says is lawful is for `steps.share.check`.

    Raises:
        WrongUse: there is no such folder, or the shipped code lists are not what they claim.
        EnvironmentFailed: a file cannot be read.
    """
    contents, faults = _contents(rules)
    if faults:
        return faults
    texts = read_texts(contents)
    if isinstance(texts, list):
        return texts
    named = code_lists_path(texts)
    lists = _lists(rules / named, texts[SETTINGS].place(("code_lists",))) if named else None
    if isinstance(lists, Finding):
        return [lists]
    if lists is None:
        lists = read_code_lists(shipped_lists)
    hashed = bundle_hash(contents, lists, areas, schemas)
    return assemble_bundle(texts, lists, areas, schemas, hashed)


def _contents(rules: Path) -> tuple[dict[str, str], list[Finding]]:
    if not rules.is_dir():
        raise WrongUse(
            f"There is no folder of sharing rules at {rules}.",
            "",
            "Name the folder that holds parties.yaml and the agreements.",
        )
    contents: dict[str, str] = {}
    faults: list[Finding] = []
    for path in _listed(rules):
        if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            # Left unread, a never of that file would bind nobody.
            faults.append(_fault("wrong-ending", path, "rule files end in `.yaml`", "Rename it."))
            continue
        if path.suffix != ".yaml" or path.name.startswith("."):
            continue
        try:
            if not path.is_file() or path.stat().st_size > MAX_BYTES:
                faults.append(
                    _fault("not-a-rule-file", path, "not a file, or too large", "Remove it.")
                )
                continue
            contents[path.name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            faults.append(_fault("not-utf-8", path, "not UTF-8 text", "Save it as UTF-8."))
        except OSError as error:
            raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error
    return contents, faults


def _listed(rules: Path) -> list[Path]:
    try:
        return sorted(rules.iterdir())
    except OSError as error:
        raise EnvironmentFailed(f"{rules} cannot be read: {error.strerror}.") from error


def _fault(code: str, path: Path, message: str, hint: str) -> Finding:
    return Finding(code, path.name, 1, 1, message, hint)


def _lists(folder: Path, place: tuple[int, int]) -> CodeLists | Finding:
    try:
        return read_code_lists(folder)
    except HubError as error:
        hint = error.next_step or "Mend the lists, or name another folder."
        return Finding("code-lists", SETTINGS, *place, error.what, hint)
