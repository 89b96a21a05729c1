"""The committed OpenAPI document is the one that the hub serves."""

from tests.openapi_document import COMMITTED, document


def test_it_is_up_to_date() -> None:
    committed = COMMITTED.read_text(encoding="utf-8")
    assert committed == document(), "stale: run `make openapi` and commit docs/openapi.json"
