"""Large tables: read row by row, any delimiter and encoding, and refused when they are none."""

import gzip

import pytest

from cioghub.errors import WrongUse
from cioghub.wire.tables import read_table


def rows(path, delimiter=",", encoding="utf-8-sig", columns=("a",)):
    return list(read_table(path, delimiter, encoding, columns))


def test_rows_are_numbered_and_cells_stripped(tmp_path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes('\ufeffa;b\n 1 ;x\n\n2;"y\nz"\n'.encode())
    assert rows(file, ";") == [(1, {"a": "1", "b": "x"}), (2, {"a": "2", "b": "y\nz"})]


def test_a_packed_table_in_another_encoding_is_the_same_table(tmp_path) -> None:
    file = tmp_path / "t.csv.gz"
    file.write_bytes(gzip.compress("a,b\né,£\n".encode("cp1252"), mtime=0))
    assert rows(file, encoding="cp1252") == [(1, {"a": "é", "b": "£"})]


def test_a_row_of_another_length_has_no_cells(tmp_path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1\n1,2,3\n1,2\n")
    assert [row.cells is None for row in rows(file)] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", b"b,c\n1,2\n", "no column `a`"),
        ("t.csv", b"a,a\n1,2\n", "twice"),
        ("t.csv", b"", "no column"),
        ("t.csv", b'a,b\n1,"open\n2,x\n3,"y"\n', "row 1: not CSV"),
        ("t.csv", b'a,b\n1,"open\n2,x\n', "row 1: not CSV"),
        ("t.csv", b"a\n\xff\xfe\n", "encoding"),
        ("t.csv.gz", b"a,b\n1,2\n", "gzip"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n" * 999, mtime=0)[:-20], "gzip"),
        ("t.csv", b"a,b\n" + b"x" * 2_000_000, "line"),
        (
            "t.csv.gz",
            gzip.compress(b"a,b\n" + (b"1" * 1000 + b",2\n") * 120_000, mtime=0),
            "unpacks",
        ),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, words) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(WrongUse) as caught:
        for _ in read_table(file, ",", "utf-8-sig", ["a"]):
            pass
    assert words in caught.value.what


def test_an_unknown_encoding_and_a_missing_file_are_wrong_use(tmp_path) -> None:
    file = tmp_path / "t.csv"
    with pytest.raises(WrongUse):
        rows(file)
    file.write_text("a\n1\n")
    with pytest.raises(WrongUse):
        rows(file, encoding="klingon")


def test_a_table_without_a_header_does_not_show_its_first_row(tmp_path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("Jane Doe,1 High Street\n")
    with pytest.raises(WrongUse) as caught:
        rows(file)
    assert "Jane" not in str(caught.value)
    assert "High Street" not in str(caught.value)
