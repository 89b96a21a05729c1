"""One type a stage, and one maker for each: raw data cannot reach the correlator."""

import ast
import inspect
import typing
from pathlib import Path

import pytest

from cioghub.steps.correlate.correlator import Correlator
from cioghub.steps.pseudonymise.replace import Pseudonymiser
from cioghub.steps.share.treat import Plan
from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.incidents import (
    PseudonymousIncident,
    Rejected,
    SharedIncident,
    ValidIncident,
)

ROOT = Path(__file__).parents[2] / "services" / "cioghub"

MAKERS = {
    "ValidIncident": "steps/validate/",
    "SharedIncident": "steps/share/",
    "PseudonymousIncident": "steps/pseudonymise/",
}
_OTHER_MAKERS = ("_make", "_replace", "__new__")
_MAKING_OF_WHAT_IS_GIVEN = ("build", "tuple")


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def made(path: Path) -> set[str]:
    """Return the stage types that a file makes, by a call of the type or of what copies it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in _OTHER_MAKERS:
                called = called.value
            called = [called, *(node.args if _name(called) in _MAKING_OF_WHAT_IS_GIVEN else ())]
            found |= {_name(one) for one in called} & MAKERS.keys()
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Name):
            # A second name for a type would hide a call of it.
            if node.value.id in MAKERS:
                found.add(node.value.id)
        elif isinstance(node, ast.ImportFrom):
            found |= {one.name for one in node.names if one.asname and one.name in MAKERS}
    return found


def test_each_stage_type_is_made_by_its_own_step_alone() -> None:
    makers: dict[str, set[str]] = {name: set() for name in MAKERS}
    for path in ROOT.rglob("*.py"):
        for name in made(path):
            makers[name].add(path.relative_to(ROOT).as_posix())
    for name, folder in MAKERS.items():
        assert makers[name], f"nothing makes {name}"
        assert all(path.startswith(folder) for path in makers[name]), (name, makers[name])


@pytest.mark.parametrize(
    "line",
    [
        "PseudonymousIncident('ciog-north')",
        "incidents.PseudonymousIncident(*raw)",
        "PseudonymousIncident._make(raw)",
        "build(PseudonymousIncident, raw)",
        "incidents.build(incidents.PseudonymousIncident, raw)",
        "tuple.__new__(PseudonymousIncident, raw)",
        "Made = PseudonymousIncident",
        "from cioghub.vocabulary.incidents import PseudonymousIncident as Made",
    ],
)
def test_another_maker_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "batch.py").write_text(line)
    assert made(tmp_path / "batch.py") == {"PseudonymousIncident"}


def test_the_stages_take_and_give_each_others_types() -> None:
    def hints(function: typing.Any) -> dict[str, typing.Any]:
        return typing.get_type_hints(inspect.unwrap(function))

    assert hints(Validator.validate)["return"] == ValidIncident | Rejected
    assert hints(Plan.apply)["valid"] is ValidIncident
    assert hints(Plan.apply)["return"] is SharedIncident
    assert typing.get_args(hints(Pseudonymiser.replace)["passes"]) == (SharedIncident,)
    assert typing.get_args(hints(Pseudonymiser.replace)["return"])[0] is PseudonymousIncident
    taken = list(hints(Correlator.add).values())
    assert taken[0] is PseudonymousIncident
