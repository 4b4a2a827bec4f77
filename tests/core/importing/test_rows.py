"""Files as they come: read exactly, or refused with the reason, never mended."""

import json
from pathlib import Path

import pytest

from relatum_schemas.errors import UnreadableFile
from tests.core.importing.reading import FILES, read

MESSY = FILES / "messy"
SPECTRUM = sorted((FILES / "spectrum" / "csvs").glob("*.csv"))

PLAIN = [{"a": "1", "b": "2", "c": "3"}]
TYPED = [
    {"number": "1", "text": "a", "boolean": "True", "date": "2015-11-04",
     "datetime": "2015-11-04T12:22:00", "timedelta": "0:04:15"},
    {"number": "2", "text": "👍", "boolean": "False", "date": "2015-11-05",
     "datetime": "2015-11-04T12:45:00", "timedelta": "0:06:18"},
    {"number": "", "text": "b", "boolean": "", "date": "", "datetime": "", "timedelta": ""},
]  # fmt: skip
ACCENTED = [{"foo": "1", "bar": "2", "baz": "3"}, {"foo": "4", "bar": "5", "baz": "ʤ"}]
WIDE = [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "ʤ"}]

READ_EXACTLY = {
    "agate_test_cr.csv": TYPED,
    "agate_test_crlf.csv": TYPED,
    "agate_test_csv_sniff.csv": TYPED,
    "agate_test_quote_nonnumeric.csv": TYPED,
    "blanks.csv": [{"a": "", "b": "NA", "c": "N/A", "d": "NONE", "e": "NULL", "f": "."}],
    "date_like_number.csv": [{"a": "4.5"}],
    "dummy.tsv": PLAIN,
    "dummy_col_shuffled_ragged.csv": [{"b": "2", "c": "3", "a": "1", "d": "4"}],
    "mac_newlines.csv": [*PLAIN, {"a": "Once upon\ra time", "b": "5", "c": "6"}],
    "optional_quote_characters.csv": PLAIN,
    "test_date_format.csv": [{"a": "02/01/2014"}, {"a": "31/12/2012"}],
    "test_header_newline.csv": [{"start end": "d", "b": "e", "c": "f"}],
    "test_locale.csv": [{"a": "1,7", "b": "200.000.000", "c": ""}],
    "test_locale_converted.csv": [{"a": "1.7", "b": "200000000", "c": ""}],
    "test_no_leading_zeroes.csv": [{"a": "01", "b": "00.11", "c": "0.1"}],
    "test_numeric_date_format.csv": [{"a": "20140102"}, {"a": "20121231"}],
    "test_skip_lines.csv": PLAIN,
    "test_utf16_big.csv": WIDE,
    "test_utf16_little.csv": WIDE,
    "test_utf8.csv": ACCENTED,
    "test_utf8_bom.csv": ACCENTED,
}

SET_ASIDE = {
    "bad.csv": [(2, "4 fields where the header has 3"), (3, "2 fields where the header has 3")],
    "bad_skip_lines.csv": [(5, "4 fields"), (6, "2 fields")],
    "null_byte.csv": [(2, "NUL character")],
    "test_empty_columns.csv": [(3, "4 fields where the header has 5")],
    "test_empty_columns_long_row.csv": [(2, "4 fields where the header has 3")],
    "test_empty_columns_short_row.csv": [(2, "2 fields where the header has 3")],
    "test_extra_header.csv": [(2, "3 fields where the header has 4")],
}

REFUSED = {
    "empty.csv": "holds no table",
    "test_latin1.csv": "line 3: the byte A9 is no text in utf-8",
    "no_header_row.csv": "has no column 'a'",
    "test.xlsx": "is a spreadsheet or ZIP archive",
}


def test_every_messy_file_has_an_expected_outcome() -> None:
    expected = READ_EXACTLY.keys() | SET_ASIDE.keys() | REFUSED.keys()
    assert {path.name for path in MESSY.iterdir()} == expected


@pytest.mark.parametrize("name", READ_EXACTLY)
def test_a_file_is_read_exactly(name: str) -> None:
    rows, unreadable = read(MESSY / name)
    assert rows == READ_EXACTLY[name]
    assert unreadable == []


@pytest.mark.parametrize("name", SET_ASIDE)
def test_a_row_that_does_not_fit_is_set_aside_with_its_text(name: str) -> None:
    _, unreadable = read(MESSY / name)
    assert [each.line for each in unreadable] == [line for line, _ in SET_ASIDE[name]]
    lines = (MESSY / name).read_bytes().decode().splitlines(keepends=True)
    for each, (line, reason) in zip(unreadable, SET_ASIDE[name], strict=True):
        assert reason in each.reason
        assert each.text == lines[line - 1]


def test_good_rows_beside_bad_ones_are_read() -> None:
    rows, _ = read(MESSY / "bad.csv")
    assert rows == [{"column_a": "0", "column_b": "mixed types.... uh oh", "column_c": "17"}]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(UnreadableFile, match=REFUSED[name]):
        read(MESSY / name, ["a"], format="csv")


def test_the_columns_of_a_file_without_a_header_can_be_stated() -> None:
    assert read(MESSY / "no_header_row.csv", ["a"], columns=("a", "b", "c"))[0] == PLAIN


def test_a_stated_encoding_is_obeyed() -> None:
    rows, _ = read(MESSY / "test_latin1.csv", encoding="latin-1")
    assert rows == [*PLAIN, {"a": "4", "b": "5", "c": "©"}]


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_the_spectrum_is_read_as_published(path: Path) -> None:
    expected = json.loads((FILES / "spectrum/json" / f"{path.stem}.json").read_text())
    if path.stem == "location_coordinates":
        expected = [{**expected, "Contact Phone Number": "2095257564"}]
    assert read(path) == (expected, [])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def test_text_behind_a_closing_quote_sets_the_row_aside(table: Path) -> None:
    table.write_text('a,b\n1,"x"y\n2,z\n')
    rows, (bad,) = read(table)
    assert rows == [{"a": "2", "b": "z"}]
    assert bad.line == 2
    assert "After a closing" in bad.reason


def test_a_quote_that_is_never_closed_takes_nothing_with_it_silently(table: Path) -> None:
    table.write_text('a,b\n1,x\n2,"y\n3,z\n4,w\n')
    rows, (bad,) = read(table, delimiter=",")
    assert rows == [{"a": "1", "b": "x"}]
    assert bad.text == '2,"y\n3,z\n4,w\n'
    assert "opened in line 3 is not closed" in bad.reason


def test_a_column_named_twice_cannot_be_meant(table: Path) -> None:
    table.write_text("a,b,a\n1,2,3\n")
    with pytest.raises(UnreadableFile, match="names 'a' more than once"):
        read(table, ["a"])
    assert read(table, ["b"])[1] == []


def test_lines_above_the_header_are_pointed_out(table: Path) -> None:
    table.write_text("Report of May,\n,\nname,city\nAda,London\n")
    with pytest.raises(UnreadableFile, match="skip_lines = 2"):
        read(table, ["name", "city"])
    assert read(table, ["name", "city"], skip_lines=2)[0] == [{"name": "Ada", "city": "London"}]


def test_utf16_without_a_mark_is_told_from_text(table: Path) -> None:
    table.write_bytes("a,b\n1,2\n".encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="UTF-16 without a byte order mark"):
        read(table, ["a"])
    assert read(table, ["a"], encoding="utf-16-le")[0] == [{"a": "1", "b": "2"}]


def test_a_missing_file_is_said_to_be_missing(table: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read(table)


def test_a_file_of_unknown_format_must_state_it(tmp_path: Path) -> None:
    path = tmp_path / "table.dat"
    path.write_text("a\n1\n")
    with pytest.raises(UnreadableFile, match="does not tell the format"):
        read(path)
    assert read(path, format="csv")[0] == [{"a": "1"}]


def test_json_lines_are_read_by_dotted_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text('{"id": 1, "address": {"city": "Köln"}}\n\n{"id": 2, "extra": true}\n')
    rows, unreadable = read(path, ["id", "address.city"])
    assert rows == [{"id": 1, "address.city": "Köln"}, {"id": 2, "address.city": None}]
    assert unreadable == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": 1', "no JSON"),
        ("[1]", "no JSON object"),
        ('{"a": 1, "a": 2}', "names 'a' twice"),
        ('{"a": "x\\u0000"}', "NUL"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_bad_json_line_is_set_aside(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(f'{line}\n{{"a": 3}}\n')
    rows, (bad,) = read(path, ["a"])
    assert rows == [{"a": 3}]
    assert reason in bad.reason


def test_json_numbers_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "prices.jsonl"
    path.write_text('{"price": 0.1000000000000000055}\n')
    ((row,), _) = read(path, ["price"])
    assert str(row["price"]) == "0.1000000000000000055"
