"""The page on casework shows the very table that the hub goes by.

Run as a program, this writes the table anew.
"""

from __future__ import annotations

from pathlib import Path

from cioghub.vocabulary.cases import MOVE_WORDS, MOVES, STATE_WORDS, CaseState, Move

PAGE = Path(__file__).parents[2] / "docs" / "cases.md"
BEGIN, END = "<!-- the table of moves -->", "<!-- the end of the table -->"


def table() -> str:
    """Return the moves as a table: a row for each move, a column for each state."""
    head = ["from", *(f"`{state}`" for state in CaseState), "must say"]
    lines = [head, ["---"] * len(head)]
    for move in Move:
        rule = MOVES[move]
        says = [*(["one of its reasons"] if rule.codes else []), *(["words"] if rule.words else [])]
        cells = [f"`{rule.ways[state]}`" if state in rule.ways else "" for state in CaseState]
        lines.append([f"`{move}`", *cells, " and ".join(says)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_table(page: str) -> str:
    """Return the page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def test_the_page_shows_the_table_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page


def test_every_state_and_move_has_its_words() -> None:
    assert set(STATE_WORDS) == set(CaseState)
    assert set(MOVE_WORDS) == set(Move) == set(MOVES)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
