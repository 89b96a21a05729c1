"""Each library of the outside has its owners: the folders that may import it, and nobody else.

The import contracts fence folder from folder; this fences single modules, the commands included.
"""

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"

OWNERS = {
    "aiokafka": ("runtimes/kafka_workers", "cli/kafka"),
    "faust": ("runtimes/kafka_workers", "cli/kafka"),
    "kafka": ("runtimes/kafka_workers", "cli/kafka"),
    "fastavro": ("wire",),
    "argon2": ("stores",),
    "authlib": ("web/who",),
    "joserfc": ("web/who",),
    "jinja2": ("wire", "web"),
    "prometheus_client": ("runtimes", "live", "web"),
    "pydantic": ("settings", "steps/share", "web", "wire"),
    "alembic": ("stores",),
    "sqlalchemy": ("stores",),
    "psycopg": (),
    "sqlmodel": ("stores",),
    "cryptography": ("ledger", "stores", "cli/ledger"),
    "fastapi": ("web", "cli/serving"),
    "starlette": ("web",),
    "uvicorn": ("cli",),
    "click": ("cli",),
    "random": ("simulate",),
    "subprocess": ("cli",),
}


def imports(path: Path) -> set[str]:
    """Return the top names of all that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def strangers(root: Path) -> set[tuple[str, str]]:
    """Return each (module, library) where the module is not among the library's owners."""
    return {
        (place, library)
        for path in root.rglob("*.py")
        for place in [path.relative_to(root).with_suffix("").as_posix()]
        for library in imports(path) & set(OWNERS)
        if not any(
            place == owner or place.startswith((f"{owner}/", f"{owner}_"))
            for owner in OWNERS[library]
        )
    }


def test_only_its_owners_import_a_library() -> None:
    assert strangers(SERVICES / "cioghub") == set()


@pytest.mark.parametrize("library", OWNERS)
def test_a_stranger_is_found(library: str, tmp_path: Path) -> None:
    (tmp_path / "journey.py").write_text(
        f"def late() -> None:\n    from {library}.part import it\n"
    )
    assert strangers(tmp_path) == {("journey", library)}


def test_the_kafka_workers_may_import_faust(tmp_path: Path) -> None:
    folder = tmp_path / "runtimes" / "kafka_workers"
    folder.mkdir(parents=True)
    (folder / "sharer.py").write_text("import faust\n")
    assert strangers(tmp_path) == set()
