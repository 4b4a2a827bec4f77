"""Excerpts: of what a search has found, the words searched within their surroundings.

Texts are folded in Python alone (`relatum.text`), so where a word stands in one is found here: the statement puts the
searched fields that may be read into its answer, between marks that are drawn anew for each call, and `put_in` replaces
them by excerpts. It goes over the answer's bytes once, however many there are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import orjson

from relatum.connections.types import PlainText
from relatum.reading.context import Context, Sought
from relatum.reading.private import new_mark
from relatum.reading.sql import Json
from relatum.text import fold, is_word, words
from relatum_schemas.selection import Members, TextOutput

MARK: Final = "excerpt_mark"
"""The bind that separates the texts of excerpts from all other values."""

BEFORE: Final = 40
"""Characters before the first word found, at most."""

LENGTH: Final = 200
"""Characters of an excerpt of one field, but for a last word."""


class Piece(NamedTuple):
    """A part of an excerpt: of which field, what stands there, and whether it is a word that was searched."""

    field: str
    text: str
    matched: bool


def marked(texts: Json, sought: Sought, *, context: Context) -> Json:
    """Return what an excerpt is made of, as `put_in` finds it in the answer."""
    mark = context.binds.add(MARK, lambda moment: new_mark(), PlainText())
    number = context.dialect.constant(str(len(context.excerpts)))
    context.excerpts.append(sought)
    return context.dialect.object_of([("m", mark), ("n", number), ("v", texts), ("e", mark)])


def put_in(answer: bytes, excerpts: Sequence[Sought], values: Mapping[str, object]) -> bytes:
    """Return an answer with its excerpts.

    Args:
        answer: of the statement.
        excerpts: as the statement counted them.
        values: that it was given.
    """

    def one(found: re.Match[bytes]) -> bytes:
        sought = excerpts[int(found[1])]
        asked = values[sought.words]
        assert isinstance(asked, list)
        texts: dict[str, str | None] = orjson.loads(found[2]) or {}
        pieces = (each for name, text in texts.items() for each in excerpt(name, text or "", asked))
        return orjson.dumps([_shown(each, sought.parts) for each in pieces])

    return _pattern(str(values[MARK])).sub(one, answer)


def _shown(piece: Piece, parts: Members) -> dict[str, object]:
    shown: dict[str, object] = {}
    for each in parts:
        match each:
            case TextOutput(key=key, text=text):
                shown[key] = text
            case (key, name):
                shown[key] = getattr(piece, name)
    return shown


def _pattern(mark: str) -> re.Pattern[bytes]:
    return re.compile(
        (
            rf'\{{\s*"m"\s*:\s*"{mark}"\s*,\s*"n"\s*:\s*"(\d+)"\s*,'
            rf'\s*"v"\s*:\s*(.*?)\s*,\s*"e"\s*:\s*"{mark}"\s*\}}'
        ).encode(),
        re.DOTALL,
    )


def excerpt(field: str, text: str, asked: Sequence[str]) -> Iterator[Piece]:
    """Yield the excerpt of one text; nothing where none of the words begins one of its words.

    Args:
        field: whose text it is.
        text: as it is kept.
        asked: folded words.
    """
    if not any(each in fold(text) for each in asked):
        return
    found = [span for span in _spans(text) if _begins(text[slice(*span)], asked)]
    if not found:
        return
    start, end = _window(text, found[0])
    place, lead = start, "…" if start else ""
    for begin, stop in found:
        if stop > end:
            break
        if lead or begin > place:
            yield Piece(field, lead + text[place:begin], matched=False)
        yield Piece(field, text[begin:stop], matched=True)
        place, lead = stop, ""
    rest = text[place:end] + ("…" if end < len(text) else "")
    if rest:
        yield Piece(field, rest, matched=False)


def _window(text: str, first: tuple[int, int]) -> tuple[int, int]:
    """From where to where a text is shown: whole words, with the first one found among them."""
    start = max(0, first[0] - BEFORE)
    while 0 < start < first[0] and is_word(text[start - 1]):
        start += 1
    end = min(len(text), max(first[1], start + LENGTH))
    while first[1] < end < len(text) and is_word(text[end - 1]) and is_word(text[end]):
        end -= 1
    return start, end


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a text stand."""
    begin = None
    for place, character in enumerate(text):
        if not is_word(character):
            if begin is not None:
                yield begin, place
            begin = None
        elif begin is None:
            begin = place
    if begin is not None:
        yield begin, len(text)


def _begins(word: str, asked: Sequence[str]) -> bool:
    return any(each.startswith(tuple(asked)) for each in words(word))
