"""Text as it is compared, sorted and searched: the one place where that is decided.

Databases fold letters each in their own way (`lower('ÄB')` is `Äb` on SQLite), so the folded forms
are made here when a record is written, stored beside the text, and only compared there. A change
of these rules, or of Unicode's tables, shows in `FOLD_VERSION`; the stored forms are then rebuilt
by [`rebuild_text`][relatum.migration.rebuild.rebuild_text].
"""

import unicodedata
from typing import Final

from relatum_schemas.errors import BadValue

FOLD_VERSION: Final = f"1/{unicodedata.unidata_version}"
"""Version of the rules below and of the Unicode tables they rest on."""

LONGEST_WORD: Final = 100
"""Characters of a word that search compares. PostgreSQL corrupts lexemes beyond 2,047 bytes."""

LONGEST_TOKENS: Final = 1_000_000
"""Bytes of the distinct words kept of one text. A `tsvector` addresses 2^20 bytes."""

LONGEST_KEY: Final = 2_000
"""Bytes of a key that an index orders by. A PostgreSQL index entry holds 2,704."""


class _WithoutMarks(dict[int, int | None]):
    """Translation that drops combining marks, learnt character by character."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


class _WordsOnly(dict[int, str]):
    """Translation that puts a space for what stands in no word.

    Marks that survive folding (the vowel signs of Indic scripts) belong to their word.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        inside = character.isalnum() or unicodedata.category(character).startswith("M")
        self[code] = character if inside else " "
        return self[code]


class _Words(dict[str, bool]):
    """Whether a character stands in words, learnt character by character."""

    def __missing__(self, character: str) -> bool:
        inside = unicodedata.category(character).startswith("M")
        self[character] = inside or bool(fold(character).translate(_words_only).strip())
        return self[character]


_without_marks = _WithoutMarks()
_words_only = _WordsOnly()
_in_words = _Words()


def fold(text: str) -> str:
    """Return text as it is compared: without case, accents, and differences of white space.

    Compatibility forms are unified (`ﬁ` is `fi`), case is folded (`ß` is `ss`), combining marks
    are dropped, what remains is composed again (Unicode NFKD, default case folding, NFC). For
    texts that do not fold to nothing, `fold(a + " " + b) == fold(a) + " " + fold(b)`.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = unicodedata.normalize("NFC", parted.translate(_without_marks))
    return " ".join(bare.split())


def sort_key(text: str) -> str:
    """Return the folded text of a field that an index orders by (label, indexed).

    Raises:
        BadValue: it is longer than an index of either database holds.
    """
    key = fold(text)
    if len(key) * 4 > LONGEST_KEY and (size := len(key.encode())) > LONGEST_KEY:
        raise BadValue(
            f"The text has {size} bytes; one that sorts lists has at most {LONGEST_KEY}.",
            hint="Shorten it, or keep the rest in a field of its own.",
        )
    return key


def label_key(label: str) -> str:
    """Return the key that orders records of all types: the beginning of the folded label."""
    return fold(label)[: LONGEST_KEY // 4]


def words(text: str) -> list[str]:
    """Return the folded words of a text in their order: runs of letters, digits and their marks."""
    return [word[:LONGEST_WORD] for word in fold(text).translate(_words_only).split()]


def is_word(character: str) -> bool:
    """Return whether a character of a text stands in one of its words."""
    return _in_words[character]


def tokens(text: str) -> str:
    """Return what search keeps of a text: its distinct words in order, joined by one space."""
    distinct = " ".join(dict.fromkeys(words(text)))
    if len(distinct) * 4 <= LONGEST_TOKENS or len(distinct.encode()) <= LONGEST_TOKENS:
        return distinct
    kept = distinct.encode()[:LONGEST_TOKENS].decode(errors="ignore")
    return kept.rpartition(" ")[0]
