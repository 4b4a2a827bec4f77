"""How a file's lines are cut into fields: as the mapping states, or found out from its beginning.

A delimiter is possible when it cuts the header. When only one is, it is taken; clevercsv judges between several, and
how quotes are meant. Where its judgement is close, or two readings of the sample differ, the file is refused and the
candidates are named, since a wrong guess would change values silently.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from relatum_schemas.errors import UnreadableFile

DELIMITERS = (",", ";", "\t", "|")
_CLOSE = 0.5
"""A second delimiter with this share of the best one's score makes the judgement close."""


@dataclass(frozen=True)
class Dialect:
    """How fields are written. Quotes inside quoted fields are doubled unless there is an escape."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Python's csv reader. Strict: text behind a closing quote is a mistake."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape,
            doublequote=self.escape is None,
            strict=True,
        )

    def described(self) -> str:
        """As the mapping would state it."""
        stated = f"delimiter = {_toml(self.delimiter)}, quote = {_toml(self.quote)}"
        return f"{stated}, escape = {_toml(self.escape)}" if self.escape else stated


def _toml(text: str) -> str:
    return (
        '"\\t"'
        if text == "\t"
        else '"\\\\"'
        if text == "\\"
        else f"'{text}'"
        if text == '"'
        else f'"{text}"'
    )


def detect_dialect(path: Path, sample: Sequence[str], *, whole: bool) -> Dialect:
    """Find out the dialect.

    Args:
        path: for messages.
        sample: the first lines with their line ends, from the header on.
        whole: whether the sample is all there is; otherwise its last record may be cut off.

    Raises:
        UnreadableFile: more than one dialect is likely; the message names them as the mapping would state them.
    """
    lines = [line for line in sample if line.strip()]
    possible = [each for each in DELIMITERS if _header_fields(lines, each) > 1] or [","]
    delimiter = possible[0] if len(possible) == 1 else _judged(path, "".join(lines), possible)
    readings = {
        dialect: _cells(lines, dialect, whole=whole)
        for dialect in (
            Dialect(delimiter),
            Dialect(delimiter, '"', "\\"),
            Dialect(delimiter, "'"),
            Dialect(delimiter, ""),
        )
    }
    return _one_reading(path, readings, matters=any('\\"' in line for line in lines))


def _header_fields(lines: Sequence[str], delimiter: str) -> int:
    try:
        return len(next(csv.reader(lines, delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _judged(path: Path, text: str, delimiters: Sequence[str]) -> str:
    # Loaded where it is needed, since that takes a third of all loading and most files need no judgement.
    from clevercsv.consistency import ConsistencyDetector
    from clevercsv.potential_dialects import get_dialects

    clean = text.replace("\x00", " ")
    scores = ConsistencyDetector(skip=False).compute_consistency_scores(
        clean, get_dialects(clean, delimiters=list(delimiters))
    )
    best = dict.fromkeys(delimiters, 0.0)
    for dialect, score in scores.items():
        if dialect.delimiter in best:
            best[dialect.delimiter] = max(best[dialect.delimiter], score.Q or 0.0)
    first, second = sorted(best, key=lambda each: best[each], reverse=True)[:2]
    if best[second] >= _CLOSE * best[first]:
        raise _ambiguous(path, [Dialect(first), Dialect(second)])
    return first


Reading = list[list[str]] | None


def _cells(lines: Sequence[str], dialect: Dialect, *, whole: bool) -> Reading:
    """The sample's cells; None when the dialect cannot read it strictly."""
    cells: list[list[str]] = []
    try:
        cells += dialect.reader(lines)
    except csv.Error as error:
        if whole or "end of data" not in str(error):
            return None
    return cells if whole else cells[:-1]


def _one_reading(path: Path, readings: dict[Dialect, Reading], *, matters: bool) -> Dialect:
    """The usual dialect, unless another one alone can read the sample, or reads it as well and differently.

    A backslash ``matters`` only before a quote; elsewhere it is a character like others.
    """
    usual, escaped, single, bare = readings
    if readings[usual] is None:
        return escaped if matters and readings[escaped] is not None else usual
    if matters and readings[escaped] != readings[usual] and _rectangular(readings[escaped]):
        raise _ambiguous(path, [usual, escaped])
    if readings[single] != readings[bare] and _rectangular(readings[single]):
        raise _ambiguous(path, [usual, single])
    return usual


def _rectangular(cells: Reading) -> bool:
    return cells is not None and len({len(row) for row in cells}) == 1


def _ambiguous(path: Path, candidates: Sequence[Dialect]) -> UnreadableFile:
    stated = " or ".join(each.described() for each in candidates)
    return UnreadableFile(
        f"{path} can be read in more than one way.",
        hint=f"State in the mapping which it is: {stated}.",
        details={"candidates": [each.described() for each in candidates]},
    )
