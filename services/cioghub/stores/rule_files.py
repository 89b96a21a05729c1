"""Reads the rule files of a folder as text, bounded; what they say is for `steps.share`."""

from __future__ import annotations

from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.rules import Finding

MAX_BYTES = 4_000_000
"""More than any rule file needs; a larger one is refused before it is read."""


def read_rule_files(rules: Path) -> tuple[dict[str, str], list[Finding]]:
    """Return the text of each rule file by its name, and a finding for each that is not one.

    Raises:
        WrongUse: there is no such folder.
        EnvironmentFailed: a file cannot be read.
    """
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
