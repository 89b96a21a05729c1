"""What a reader may count on in every file: short, explained, and about the project alone."""

import re
import subprocess
from pathlib import Path

import pytest

from cioghub.cli.main import COMMANDS, SUMMARIES

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
SOURCES = sorted(path for folder in ("services", "tests") for path in (ROOT / folder).rglob("*.py"))

REGISTRIES = ("artifactory", "nexus", "pypi", "proxy", "mirror")
MACHINES = re.compile(
    rf"/(?:work|home|root|tmp|Users)/\w|https?://[\w.-]*(?:{'|'.join(REGISTRIES)})",
)
"""A path of one machine, or the address of a package registry."""

LOCAL_NAMES = re.compile(r"(?:index-url|trusted-host)\s*[= ]\s*\S*\w+\.\w+", re.IGNORECASE)


def tracked() -> list[Path]:
    """Return every file that git tracks or would add; in a copy without git, every file."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_one_file_answers_one_question() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert lines
    assert {str(path): many for path, many in lines.items() if many > MOST_LINES} == {}


def test_no_file_speaks_of_one_machine_or_of_a_package_registry() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {match.group()}"
            for pattern in (MACHINES, LOCAL_NAMES)
            for match in pattern.finditer(text)
        ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["see /home/somebody/x", *("https:" + f"//a-{one}" for one in REGISTRIES)]
)
def test_a_machine_would_be_found(text: str) -> None:
    assert MACHINES.search(text)


@pytest.mark.parametrize("option", ["index-url", "trusted-host"])
def test_a_package_index_of_ones_own_would_be_found(option: str) -> None:
    assert LOCAL_NAMES.search(f"--{option} " + ".".join(("packages", "example")))


def test_every_command_has_its_summary() -> None:
    assert set(COMMANDS) == set(SUMMARIES)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert any(f"ciog {command}" in page.read_text(encoding="utf-8") for page in pages)


def unexplained(text: str) -> list[str]:
    """Return the lines that leave themselves out of the coverage without a reason."""
    return [
        line.strip()
        for line in text.splitlines()
        if "pragma: no cover" in line and not re.search(r"pragma: no cover - \w+ \w+", line)
    ]


def test_a_line_that_no_test_reaches_says_why() -> None:
    services = (ROOT / "services").rglob("*.py")
    found = {str(path): unexplained(path.read_text(encoding="utf-8")) for path in services}
    assert found
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_an_exemption_without_a_reason_is_found() -> None:
    assert unexplained("x = 1  # pragma: no cover\ny = 2  # pragma: no cover - cannot happen")
