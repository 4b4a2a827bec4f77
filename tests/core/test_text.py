"""Folding keeps its laws for any text, and what databases cannot hold never reaches them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.text import (
    LONGEST_KEY,
    LONGEST_TOKENS,
    LONGEST_WORD,
    fold,
    label_key,
    sort_key,
    tokens,
    words,
)
from relatum_schemas.errors import BadValue

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

FOLDED = {
    "ÄB": "ab",
    "Straße": "strasse",
    "ﬁne  \t line\n": "fine line",
    "Ωμέγας": "ωμεγασ",
    "İstanbul": "istanbul",
    "한국": "한국",
    "\uff21\uff22\uff23\uff11\uff12\uff13": "abc123",
    "हिन्दी": "हिनदी",
    "": "",
}


@pytest.mark.parametrize(("text", "folded"), FOLDED.items())
def test_letters_are_compared_without_case_accents_and_forms(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS)
def test_texts_joined_by_a_space_fold_apart(one: str, other: str) -> None:
    parts = [folded for folded in (fold(one), fold(other)) if folded]
    assert fold(f"{one} {other}") == " ".join(parts)


@given(TEXTS)
def test_ascii_folds_by_the_short_road_as_by_the_long_one(text: str) -> None:
    ascii_text = text.encode("ascii", errors="ignore").decode()
    assert fold(f"{ascii_text} é") == f"{fold(ascii_text)} e".strip()


@given(TEXTS)
def test_words_are_runs_of_letters_digits_and_their_marks(text: str) -> None:
    assert " ".join(words(text)).split() == words(text)
    assert all(word == fold(word) for word in words(text))


def test_words_are_found_between_signs_and_in_every_script() -> None:
    assert words("O'Neill & Söhne (GmbH), हिन्दी_A-1") == [
        "o", "neill", "sohne", "gmbh", "हिनदी", "a", "1",
    ]  # fmt: skip


def test_search_keeps_each_word_once_and_cuts_what_no_index_holds() -> None:
    assert tokens("b a b") == "b a"
    assert tokens("x" * 5000) == "x" * LONGEST_WORD
    many = tokens(" ".join(f"wörd{number}" for number in range(200_000)))
    assert LONGEST_TOKENS - 20 < len(many.encode()) <= LONGEST_TOKENS
    assert many.endswith(f"word{many.count(' ')}")


def test_a_text_that_no_index_holds_is_refused_where_lists_are_sorted_by_it() -> None:
    assert sort_key("Ä" * LONGEST_KEY) == "a" * LONGEST_KEY
    with pytest.raises(BadValue, match="2001 bytes"):
        sort_key("a" * (LONGEST_KEY + 1))
    assert len(label_key("字" * 5000).encode()) <= LONGEST_KEY
