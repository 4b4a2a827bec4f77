"""How lines are cut is found out, or refused with the candidates when two ways are likely."""

from pathlib import Path

import pytest

from relatum.importing.dialect import Dialect, detect_dialect
from relatum_schemas.errors import UnreadableFile

PATH = Path("table.csv")


def detected(text: str) -> Dialect:
    return detect_dialect(PATH, text.splitlines(keepends=True), whole=True)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("name;price\nx;1,5\ny;2,7\n", ";"),
        ("name|note\nx|a, b\ny|c, d\n", "|"),
        ("a\tb\n1\t2\n", "\t"),
        ("name\nx\n", ","),
        ("name;price,each;number\nx;1,5;3\ny;2,7;4\nz;1,1;5\nw;4,0;6\n", ";"),
    ],
)
def test_the_delimiter_is_found_out(text: str, delimiter: str) -> None:
    assert detected(text) == Dialect(delimiter)


def test_two_likely_delimiters_are_both_named() -> None:
    with pytest.raises(UnreadableFile) as refused:
        detected("a;b,c\n1;2,3\n")
    assert 'delimiter = ";"' in (refused.value.hint or "")
    assert 'delimiter = ","' in (refused.value.hint or "")


def test_single_quotes_that_could_mean_quotes_are_not_guessed() -> None:
    with pytest.raises(UnreadableFile, match="more than one way"):
        detected("a,b\n'x',2\n'y',3\n")


def test_apostrophes_are_no_quotes() -> None:
    assert detected("a,b\nIt's,2\n's-Hertogenbosch,3\n") == Dialect(",")


def test_backslashes_escape_only_where_nothing_else_can_be_read() -> None:
    assert detected('a,b\n"x \\"q\\" y",2\n') == Dialect(",", '"', "\\")
    assert detected('a,b\nC:\\data,2\n"D:\\",3\n') == Dialect(",")


def test_what_is_found_is_stated_as_the_mapping_would() -> None:
    assert (
        Dialect("\t", '"', "\\").described() == 'delimiter = "\\t", quote = \'"\', escape = "\\\\"'
    )
