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
        ("a: 1\nb: *x\n", 2, "an alias"),
        ("a: 1\n*x : 2\n", 2, "an alias"),
        ("a: &x 1\nb: &x 2\n", 1, "an anchor"),
        ("a: 1\n&x b: 2\n", 2, "an anchor"),
        ("a:\n  &x\n  - 1\n", 2, "an anchor"),
        ("a: 1\n!!int b: 1\n", 2, "a tag"),
        ("a: {! b: 1}\n", 1, "a tag"),
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


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("a:\tb\n", {"a": "b"}),
        ("a: b\t# c\n", {"a": "b"}),
        ("a: [x,\ty]\n", {"a": ["x", "y"]}),
        ("k\t: 1\n", {"k": "1"}),
        ("a: x\ty\n", {"a": "x\ty"}),
    ],
)
def test_a_tab_may_stand_between_words(content: str, values: object) -> None:
    """PyYAML's parser in Python refuses these: that they are read shows which one reads."""
    assert read_rule_text(content, "x.yaml").values == values


@pytest.mark.parametrize(
    "content",
    [
        "a: {x:}\n",
        "a: [l:, c]\n",
        "%YAML 1.3\n---\na: b\n",
        "%OTHER x\n---\na: b\n",
        "a: 1\n\ufeffb: 2\n",
        'a: "\\ud800"\n',
    ],
)
def test_what_only_the_other_parser_takes_is_refused(content: str) -> None:
    with pytest.raises(RuleTextError, match="not YAML"):
        read_rule_text(content, "x.yaml")


def test_an_empty_file_holds_nothing() -> None:
    assert read_rule_text("# nothing yet\n", "x.yaml").values is None


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(RuleTextError, match="nested too deeply"):
        read_rule_text("a: " + "[" * 5000 + "]" * 5000, "x.yaml")
