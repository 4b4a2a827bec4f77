"""Bytes become text by a mark, as UTF-8 throughout, or as stated; nothing else is guessed."""

from pathlib import Path

import pytest

from relatum.importing.encoding import encoding_of
from relatum_schemas.errors import UnreadableFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize(
    ("written", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_unicode_needs_no_word(path: Path, written: str, found: str) -> None:
    path.write_text("name\nŁukasz\n", encoding=written)
    assert encoding_of(path) == found


def test_other_encodings_are_named_with_what_they_would_read(path: Path) -> None:
    path.write_bytes("Name,Ort\nJörg Müller,Köln an der Straße\n".encode("cp1252"))
    with pytest.raises(UnreadableFile) as refused:
        encoding_of(path)
    assert "line 2" in refused.value.message
    assert "Müller" in (refused.value.hint or "")
    assert encoding_of(path, "cp1252") == "cp1252"


def test_a_wrong_byte_far_into_the_file_is_found_before_anything_is_read(path: Path) -> None:
    path.write_bytes(b"name\n" + b"Ada\n" * 400_000 + b"M\xfcller\n" + b"Ada\n" * 10)
    with pytest.raises(UnreadableFile, match="line 400002: the byte FC"):
        encoding_of(path)


def test_a_character_cut_by_the_end_of_the_file_is_no_text(path: Path) -> None:
    path.write_bytes("a\nü".encode()[:-1])
    with pytest.raises(UnreadableFile, match="line 2"):
        encoding_of(path)


def test_a_stated_encoding_must_fit_the_whole_file(path: Path) -> None:
    path.write_bytes(b"name\nM\xfcller\n")
    with pytest.raises(UnreadableFile, match="line 2: the byte FC is no text in utf-8"):
        encoding_of(path, "utf-8")


def test_a_stated_encoding_must_exist_and_agree_with_the_mark(path: Path) -> None:
    path.write_text("a\n", encoding="utf-16")
    with pytest.raises(UnreadableFile, match="there is no encoding 'utf-99'"):
        encoding_of(path, "utf-99")
    with pytest.raises(UnreadableFile, match="byte order mark of utf-16"):
        encoding_of(path, "cp1252")
    assert encoding_of(path, "UTF-16") == "utf-16"
