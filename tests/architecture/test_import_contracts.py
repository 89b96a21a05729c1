"""Who may import whom holds, and each contract is seen to break when it is broken.

A contract on a module that does not exist is reported as kept, and so is one that is spelt wrongly.
So each contract has a planted violation here: a copy of the source with one forbidden import.
"""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / ".importlinter"

PLANTS = [
    ("layers", "steps/alert/issues.py", "from cioghub.ledger import merkle"),
    ("layers", "journey.py", "from cioghub import rule_cases"),
    ("layers", "ports/planted.py", "from cioghub.stores import sorted_lines"),
    ("layers", "stores/rule_files.py", "from cioghub.wire import csv_files"),
    ("layers", "wire/csv_files.py", "from cioghub.stores import whole_folder"),
    ("layers", "settings.py", "from cioghub import bootstrap"),
    ("layers", "bootstrap.py", "from cioghub.web import hub"),
    ("layers", "runtimes/batch/run.py", "from cioghub.cli import progress"),
    ("layers", "runtimes/batch/run.py", "from cioghub.publishing import door"),
    ("layers", "publishing/door.py", "from cioghub.cli import progress"),
    ("layers", "runtimes/batch/run.py", "from cioghub.simulate import town"),
    ("layers", "helpers.py", '"""A module without a layer."""'),
    ("steps-independent", "steps/alert/issues.py", "from cioghub.steps.picture import album"),
    ("steps-independent", "steps/picture/album.py", "from cioghub.steps.disclose import alerts"),
    ("runtimes-independent", "runtimes/other/run.py", "from cioghub.runtimes.batch import run"),
    ("simulate", "simulate/town.py", "from cioghub.steps.correlate import surge"),
    ("simulate", "simulate/town.py", "from cioghub.ledger import merkle"),
    ("stores", "stores/rule_files.py", "from cioghub.steps.share import check_bundle"),
    ("wire", "wire/csv_files.py", "from cioghub.steps.picture import album"),
    ("web", "web/app.py", "from cioghub.stores import key_file"),
    ("web", "web/app.py", "from cioghub.steps.pseudonymise import derive"),
    ("ports", "ports/planted.py", "from cioghub.steps.share import decide"),
    ("outcomes", "steps/validate/accept.py", "from cioghub import errors"),
    ("outcomes", "journey.py", "from cioghub import errors"),
    *(
        ("pure", "steps/correlate/tally.py", f"import {name}")
        for name in ("os", "time", "random", "secrets", "sqlite3", "socket", "asyncio", "pathlib")
    ),
    ("pure", "journey.py", "import logging"),
    ("pure", "rule_cases.py", "import io"),
    ("pure", "table_journey.py", "import io"),
    ("pure", "ledger/merkle.py", "import subprocess"),
    ("pure", "vocabulary/levels.py", "import fastavro"),
    ("seeded", "simulate/town.py", "import time"),
    ("words", "vocabulary/levels.py", "import pydantic"),
    ("keyed", "steps/share/decide.py", "import hmac"),
    ("keyed", "stores/ledger_folder.py", "import hmac"),
    ("kafka", "runtimes/batch/run.py", "import faust"),
    ("kafka", "wire/csv_files.py", "import aiokafka"),
    ("kafka", "stores/rule_files.py", "from kafka import KafkaProducer"),
    ("kafka", "publishing/door.py", "from kafka import KafkaProducer"),
    ("kafka", "web/hub.py", "import kafka"),
]


def contracts() -> dict[str, str]:
    """Return the names of the contracts by their ids."""
    parsed = configparser.ConfigParser()
    parsed.read(CONTRACTS, encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): parsed[section]["name"]
        for section in parsed.sections()
        if section.startswith(prefix)
    }


def broken(folder: Path) -> set[str]:
    """Return the ids of the contracts that the copy in `folder` breaks."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-logo",
            "--cache-dir",
            str(folder / "cache"),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "services"), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    names = contracts()
    found = re.findall(r"^(.*\.) ?(KEPT|BROKEN)", run.stdout, re.MULTILINE)
    assert {name.strip() for name, _ in found} == set(names.values()), run.stdout + run.stderr
    wrong = {name.strip() for name, outcome in found if outcome == "BROKEN"}
    assert run.returncode == (1 if wrong else 0)
    return {id for id, name in names.items() if name in wrong}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "services", folder / "services", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(CONTRACTS, folder)
    return folder


def test_every_contract_is_kept(copy: Path) -> None:
    assert broken(copy) == set()


@pytest.mark.parametrize(("contract", "module", "line"), PLANTS)
def test_a_planted_import_breaks_exactly_its_contract(
    copy: Path, contract: str, module: str, line: str
) -> None:
    path = copy / "services" / "cioghub" / module
    made = not path.parent.exists()
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    if made:
        (path.parent / "__init__.py").touch()
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        assert broken(copy) == {contract}
    finally:
        if made:
            shutil.rmtree(path.parent)
        elif before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, _, _ in PLANTS} == set(contracts())


def test_every_contract_is_named_by_a_whole_sentence() -> None:
    for name in contracts().values():
        assert re.fullmatch(r"[A-Z].{30,}\.", name)


def test_no_contract_has_a_list_of_exceptions() -> None:
    written = CONTRACTS.read_text(encoding="utf-8")
    assert not re.search(
        r"^\s*(exhaustive_ignores|ignore_imports|unmatched)", written, re.MULTILINE
    )
