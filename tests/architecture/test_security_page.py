"""The page of security properties names real files and real tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security-properties.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w./-]+(?:/|\.py|\.json|\.importlinter))(?=`)", PAGE)))
TESTS = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))


@pytest.mark.parametrize("name", NAMED)
def test_each_named_file_exists(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "services" / "cioghub" / name).exists()


@pytest.mark.parametrize("name", TESTS)
def test_each_named_test_exists(name: str) -> None:
    assert any(
        f"def {name}(" in path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
    )


def test_the_page_names_files_and_tests() -> None:
    assert len(NAMED) > 30
    assert len(TESTS) >= 10
