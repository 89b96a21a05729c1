"""Rule files are plain text: nothing in them is guessed, repeated or resolved."""

from pathlib import Path

import pytest
import yaml

from cioghub.steps.share import yaml_text
from cioghub.steps.share.yaml_text import RuleTextError, read_rule_text

SHIPPED = sorted((Path(__file__).parents[3] / "deploy" / "sharing-rules").glob("*.yaml"))


@pytest.fixture(params=["C", "Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever parser a machine has, the same text is read, and refused."""
    if request.param == "Python":
        monkeypatch.setattr(yaml_text, "PARSER", yaml.SafeLoader)


def test_scalars_are_text_and_only_plain_null_is_none() -> None:
    text = read_rule_text("a: 604\nb: no\nc: null\nd: 'null'\ne: 2025-01-31\nf:\n", "x.yaml")
    assert text.values == {
        "a": "604",
        "b": "no",
        "c": None,
        "d": "null",
        "e": "2025-01-31",
        "f": None,
    }


def test_every_value_knows_its_place() -> None:
    text = read_rule_text("a: 1\nb:\n  - c: 2\n    d: 3\n", "x.yaml")
    assert text.place(("b", 0, "d")) == (4, 5)
    assert text.place(("b", 0, "d", "missing")) == (4, 5)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice"),
        ("a: &x 1\nb: *x\n", 2, "alias"),
        ("a: 1\n*x : 2\n", 2, "one word"),
        ("a: !!int 1\n", 1, "a tag"),
        ("a: ! 1\n", 1, "a tag"),
        ("a: 1\n--- \nb: 2\n", 2, "second document"),
        ("\ud800", 1, "not YAML"),
        ("a: [1\n", 2, "not YAML"),
        ("? [a]\n: 1\n", 1, "one word"),
        ("\x00", 1, "not YAML"),
    ],
)
def test_what_is_no_rule_file_is_refused_where_it_stands(
    content: str, line: int, words: str
) -> None:
    with pytest.raises(RuleTextError, match=words) as caught:
        read_rule_text(content, "x.yaml")
    assert caught.value.line == line


def test_an_empty_file_holds_nothing() -> None:
    assert read_rule_text("# nothing yet\n", "x.yaml").values is None


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(RuleTextError, match="nested too deeply"):
        read_rule_text("a: " + "[" * 5000 + "]" * 5000, "x.yaml")


def test_both_parsers_read_the_shipped_rules_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [(path.read_text(encoding="utf-8"), path.name) for path in SHIPPED]
    found = [read_rule_text(*text) for text in texts]
    monkeypatch.setattr(yaml_text, "PARSER", yaml.SafeLoader)
    assert len(found) > 40
    assert [read_rule_text(*text) for text in texts] == found
