import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.csv.records import (
    MAX_RECORD_LINES,
    Record,
    detect_delimiter,
    detect_encoding,
    read_records,
)


def read(text: str, delimiter: str = ",") -> list[Record]:
    return list(read_records(io.StringIO(text, newline=""), delimiter))


def test_records__quoted_line_breaks__line_is_where_the_record_starts() -> None:
    records = read('a,b\n1,"x\ny\nz"\n\n2,w\n')

    assert [(r.line, r.cells) for r in records] == [(1, ["a", "b"]), (2, ["1", "x\ny\nz"]), (6, ["2", "w"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_records__line_ends__counted_alike(end: str) -> None:
    records = read(end.join(["a,b", "1,2", "3,4"]))

    assert [(r.line, r.cells[0]) for r in records] == [(1, "a"), (2, "1"), (3, "3")]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param('2,"open', id="never closed"),
        pytest.param('"open,2', id="never closed in the first column"),
        pytest.param('2,"open" x', id="text after the closing mark"),
        pytest.param("2", id="too few columns"),
        pytest.param("2,3,4", id="too many columns"),
    ],
)
@pytest.mark.parametrize("following", ["3,c\n", '3,"c"\n', "3,c\n" * 200, '3,"c"\n' * 200])
def test_records__one_broken__costs_that_one_alone(broken: str, following: str) -> None:
    records = read(f"a,b\n1,x\n{broken}\n{following}")

    problems = [record for record in records if record.problem]
    assert [record.line for record in problems] == [3]
    assert len(records) == 3 + following.count("\n")
    assert records[-1].line == len(records)


def test_records__too_long_a_record__given_up_after_some_lines() -> None:
    lines = 'a,b\n1,"' + "x\n" * (MAX_RECORD_LINES + 5) + '"\n2,y\n'

    records = read(lines)

    assert records[1].line == 2
    assert records[1].problem
    assert records[-1].cells == ["2", "y"]


def test_records__delimiters_at_the_end__dropped() -> None:
    assert [r.cells for r in read("a,b\n1,2,,\n")] == [["a", "b"], ["1", "2"]]


def test_records__empty_file__none() -> None:
    assert read("") == []
    assert read("\n\n") == []


@given(
    st.lists(
        st.lists(st.text("ab ,;\"\n'é", max_size=8).map(lambda t: f"x{t}"), min_size=2, max_size=2),
        max_size=6,
    )
)
def test_records__anything_quoted_properly__read_back(rows: list[list[str]]) -> None:
    quoted = ",".join(["h1", "h2"]) + "\n"
    quoted += "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)

    assert [r.cells for r in read(quoted)][1:] == rows


@given(st.text('ab,"\n', max_size=300))
def test_records__any_text__every_line_is_accounted_for(text: str) -> None:
    records = read(text)

    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    assert all(record.cells or record.problem for record in records)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("a,b\né,ü\n".encode(), "utf-8-sig", id="UTF-8"),
        pytest.param("a,b\né\n".encode("utf-8-sig"), "utf-8-sig", id="with a byte order mark"),
        pytest.param("a,b\né,ü\n".encode("cp1252"), "cp1252", id="Windows-1252"),
        pytest.param("a,b\n".encode("utf-16"), "utf-16", id="UTF-16"),
        pytest.param(b"a" * (1 << 20) + "é".encode(), "utf-8-sig", id="a character across two reads"),
        pytest.param(b"a" * (1 << 20) + b"\xe9", "cp1252", id="a late byte decides"),
        pytest.param("é".encode()[:1], "cp1252", id="cut short"),
        pytest.param(b"", "utf-8-sig", id="empty"),
    ],
)
def test_encoding__bytes__named_and_rewound(content: bytes, expected: str) -> None:
    file = io.BytesIO(content)

    assert detect_encoding(file) == expected
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["a,b,c", "1,2,3"], ",", id="comma"),
        pytest.param(["a;b;c", "1,5;2;3,7"], ";", id="semicolon beside decimal commas"),
        pytest.param(["a\tb", "1\t2, 3"], "\t", id="tab"),
        pytest.param(["a|b", "1|2"], "|", id="bar"),
        pytest.param(["a,b", '"x;y;z",1', '"x;y;z",2'], ",", id="quoted semicolons do not count"),
        pytest.param(["amount"], ",", id="one column"),
        pytest.param([], ",", id="nothing"),
    ],
)
def test_delimiter__first_lines__decide(lines: list[str], expected: str) -> None:
    assert detect_delimiter(lines) == expected
