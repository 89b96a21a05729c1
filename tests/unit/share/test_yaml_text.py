"""Rule files are plain text: nothing in them is guessed, repeated or resolved."""

import pytest

from cioghub.steps.share.yaml_text import RuleTextError, read_rule_text


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


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(RuleTextError, match="nested too deeply"):
        read_rule_text("a: " + "[" * 5000 + "]" * 5000, "x.yaml")
