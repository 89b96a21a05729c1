"""The table of roles in docs/people.md is the one that decides.

`python tests/contract/test_people_page.py` writes it anew.
"""

from pathlib import Path

from cioghub.vocabulary.people import Role
from cioghub.web.who.permissions import PERMISSIONS

PAGE = Path(__file__).parents[2] / "docs" / "people.md"
LEADER = "|---|---|---|---|---|---|---|---|\n"


def table() -> str:
    """Return the rows of the table: one for each action, with a mark for who may."""
    return "".join(
        f"| {action} | {' | '.join('yes' if role in roles else '' for role in Role)} |\n"
        for action, roles in PERMISSIONS.items()
    )


def split() -> tuple[str, str, str]:
    """Return the page before, in and after the rows of the table."""
    before, leader, rest = PAGE.read_text(encoding="utf-8").partition(LEADER)
    rows, blank, after = rest.partition("\n\n")
    return before + leader, rows + "\n", blank[1:] + after


def test_the_table_on_the_page_is_the_one_that_decides() -> None:
    assert split()[1] == table()


def test_its_columns_are_the_roles_in_order() -> None:
    assert f"| {' | '.join(Role)} |\n" in split()[0]


if __name__ == "__main__":
    before, _, after = split()
    PAGE.write_text(before + table() + after, encoding="utf-8")
