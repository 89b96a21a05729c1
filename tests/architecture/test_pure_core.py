"""The pure core calls nothing that the import contracts cannot see: files, clocks, chance.

`datetime` and `numpy` must be imported there, so ruff bans their clocks by name, and this test bans
what needs no import at all.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "services" / "cioghub"
PURE = (
    *("steps", "vocabulary", "ledger", "simulate"),
    *("journey.py", "rule_cases.py", "table_journey.py"),
)

REACHES_OUT = {"open", "print", "input", "eval", "exec", "breakpoint", "__import__"}
SOURCES = {"Random", "default_rng", "PCG64", "SeedSequence", "Generator", "RandomState"}
"""Sources of random numbers: pure with a seed, chance without one."""


def impure_calls(text: str) -> list[str]:
    """Return the names called that reach outside, and the sources of chance without a seed."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in REACHES_OUT:
            found.append(node.func.id)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SOURCES and not node.args and not node.keywords:
            found.append(name)
        owner = getattr(node.func, "value", None)
        if isinstance(owner, ast.Name) and owner.id == "random" and name != "Random":
            found.append(f"random.{name}")
    return found


def pure_files() -> list[Path]:
    """Return every file of the pure core."""
    named = [PACKAGE / name for name in PURE]
    return [*(path for path in named if path.is_file())] + [
        path for folder in named if folder.is_dir() for path in sorted(folder.rglob("*.py"))
    ]


def test_nothing_in_the_pure_core_reaches_outside_without_an_import() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): calls
        for path in pure_files()
        if (calls := impure_calls(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("open('x')", "open"),
        ("print(event)", "print"),
        ("np.random.default_rng()", "default_rng"),
        ("Random()", "Random"),
        ("random.shuffle(places)", "random.shuffle"),
    ],
)
def test_a_call_that_reaches_outside_is_found(line: str, name: str) -> None:
    assert impure_calls(f"def step():\n    {line}\n") == [name]


@pytest.mark.parametrize(
    "place",
    ["steps/share/new.py", "vocabulary/new.py", "ledger/new.py", "simulate/x.py", "journey.py"],
)
@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("datetime.datetime.now(datetime.UTC)", "TID251"),
        ("datetime.date.today()", "TID251"),
        ("np.random.shuffle([1, 2])", "NPY002"),
        ("__import__('x')\n\nfrom urllib.request import urlopen", "TID251"),
    ],
)
def test_a_clock_in_the_pure_core_is_caught_by_the_linter(place: str, line: str, rule: str) -> None:
    planted = f"import datetime\n\nimport numpy as np\n\nFOUND = {line}\n"
    assert rule in lint(planted, PACKAGE / place)


def test_a_clock_at_the_edge_is_not() -> None:
    planted = (
        '"""Read the clock."""\n\nimport datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n'
    )
    assert lint(planted, PACKAGE / "runtimes" / "batch" / "planted.py") == ""


def lint(text: str, place: Path) -> str:
    """Return what ruff says of a text as if it stood at `place`."""
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("ruff")),
            "check",
            "--no-cache",
            "--quiet",
            "--output-format",
            "concise",
            "--stdin-filename",
            str(place),
            "-",
        ],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.stderr, run.stderr
    return run.stdout
