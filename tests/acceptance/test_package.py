"""An installed package brings its schemas and default deploy folder, and works from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: object, folder: Path) -> str:
    """Run a command in a folder, with nothing of this checkout on its path; return what it says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder,
        env={**kept, "CIOG_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment into which the built wheel alone is installed.

    What the package depends on it finds where this environment keeps it: nothing is fetched.
    """
    work = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work / "dist", folder=ROOT)
    (wheel,) = (work / "dist").glob("cioghub-*.whl")
    made = work / "fresh"
    run(sys.executable, "-m", "venv", "--without-pip", made, folder=work)
    # pip of this environment works for the fresh one, so that none has to be unpacked there.
    pip = (sys.executable, "-m", "pip", "--python", made / "bin" / "python", "--no-cache-dir")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, folder=work)
    site = made / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return site


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


def test_the_installed_command_says_what_it_can_do(installed: Path, tmp_path: Path) -> None:
    command = installed.parents[2] / "bin" / "ciog"
    said = run(command, "--help", folder=tmp_path)
    assert "replay" in said
    where = "import cioghub; print(cioghub.__file__)"
    found = run(command.with_name("python"), "-c", where, folder=tmp_path)
    assert found.startswith(str(installed))


def test_the_shipped_rules_pass_their_check_from_the_installed_package(
    installed: Path, tmp_path: Path
) -> None:
    command = installed.parents[2] / "bin" / "ciog"
    shipped = installed / "cioghub" / "shipped" / "deploy" / "sharing-rules"
    run(command, "rules", "check", shipped, folder=tmp_path)
