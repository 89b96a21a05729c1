"""An installed package brings its schemas and default deploy folder, and works from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = (work / "dist").glob("cioghub-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(work / "site")
    return work / "site"


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("folder", ["schemas", "deploy"])
def test_the_package_holds_every_shipped_file(installed: Path, folder: str) -> None:
    expected = files_below(ROOT / folder)
    assert expected
    assert expected <= files_below(installed / "cioghub" / "shipped" / folder)


def test_the_package_holds_templates_and_styles(installed: Path) -> None:
    templates = installed / "cioghub" / "wire" / "templates"
    assert files_below(ROOT / "services" / "cioghub" / "wire" / "templates") == files_below(
        templates
    )


def test_rules_check_works_from_the_installed_package(installed: Path, tmp_path: Path) -> None:
    code = "import cioghub, sys; from cioghub.cli.main import main; print(cioghub.__file__); main()"
    shipped = installed / "cioghub" / "shipped" / "deploy" / "sharing-rules"
    done = subprocess.run(
        [sys.executable, "-c", code, "rules", "check", str(shipped)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert str(installed) in done.stdout.splitlines()[0]
    assert done.returncode == 0, done.stdout + done.stderr
