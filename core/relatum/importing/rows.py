"""The rows of a file, one after the other: cut into fields, or set aside with the reason why they cannot be.

A `Table` knows its columns before the first row is read. Rows keep the number of the line they begin in. What cannot be
read as a row of the table is an `Unreadable`, which keeps its text; nothing is filled up, cut off or repaired.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import BufferedReader, TextIOWrapper
from itertools import islice
from pathlib import Path

from relatum.importing.dialect import Dialect, detect_dialect
from relatum.importing.encoding import encoding_of
from relatum.importing.mapping import FORMATS, File
from relatum.plugins import Importer
from relatum_schemas.errors import RelatumError, UnreadableFile

LONGEST_FIELD = 2_000_000
"""Characters of a field; a quotation mark that is never closed ends here."""

_SAMPLE_LINES = 1000
_SAMPLE_CHARACTERS = 1 << 16
_HEADER_SEARCH = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins in, and its cells in the order of the table's columns."""

    line: int
    cells: Sequence[object]
    text: str = ""
    """The row as it stands in the file, where its cells do not say all (JSON lines)."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Lines that are no row of the table, and why."""

    line: int
    text: str
    reason: str


class Table:
    """An open file, past its header.

    Attributes:
        columns: the names of the cells, in order.
    """

    def __init__(
        self, columns: Sequence[str], rows: Iterator[Row | Unreadable], raw: BufferedReader
    ) -> None:
        """Keep the columns, the rows to come and the file they come from."""
        self.columns = tuple(columns)
        self._rows = rows
        self._raw = raw

    def __iter__(self) -> Iterator[Row | Unreadable]:
        """The rows."""
        return self._rows

    @property
    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._raw.tell()


@contextmanager
def open_table(
    path: Path, file: File, wanted: Sequence[str], importers: Iterable[Importer] = ()
) -> Iterator[Table]:
    """Open a file and read its header.

    Args:
        path: where the file is.
        file: what the mapping says about it.
        wanted: the columns that the mapping names.
        importers: of plugins, for files in other forms than ours.

    Raises:
        UnreadableFile: it is missing, is no text, its encoding or dialect must be stated, or columns are missing.
    """
    if file.form not in FORMATS.values():
        with _of_plugin(path, file, wanted, importers) as table:
            yield table
        return
    encoding = encoding_of(path, file.encoding)
    with (
        path.open("rb") as raw,
        TextIOWrapper(raw, encoding=encoding, newline="") as text,
    ):
        if file.form == "jsonl":
            yield Table(wanted, _json_rows(text, wanted), raw)
        else:
            yield _delimited(path, file, text, raw, wanted, encoding)


@contextmanager
def _of_plugin(
    path: Path, file: File, wanted: Sequence[str], importers: Iterable[Importer]
) -> Iterator[Table]:
    """Open a file that a plugin can read."""
    ending, known = path.suffix.lower(), {each.format: each for each in importers}
    by_name = next((each for each in known.values() if ending in each.endings), None)
    importer = known.get(file.format) if file.format else by_name
    if importer is None:
        forms = ", ".join(sorted({*FORMATS.values(), *known}))
        if file.format:
            raise UnreadableFile(
                f"{path}: there is no format {file.format!r}.", hint=f"There are: {forms}."
            )
        raise UnreadableFile(
            f"{path}: the name does not tell the format.", hint=f"Say format = one of: {forms}."
        )
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    with raw:
        yield Table(wanted, _read_by(importer, path, wanted), raw)


def _read_by(importer: Importer, path: Path, wanted: Sequence[str]) -> Iterator[Row]:
    """The rows that a plugin finds in a file; a row's line is its number."""
    paths = [tuple(name.split(".")) for name in wanted]
    number = 0
    try:
        for number, row in enumerate(importer.read(path), start=1):
            text = json.dumps(row, default=str, ensure_ascii=False)
            yield Row(number, [_reached(row, each) for each in paths], text)
    except RelatumError:
        raise
    except Exception as error:
        raise UnreadableFile(
            f"{path}: what reads {importer.format!r} failed after {number} rows: "
            f"{type(error).__name__}: {error}."
        ) from error


class _Lines:
    """Lines on their way to the csv reader; keeps those of the record in the making."""

    def __init__(self, text: Iterator[str], number: int) -> None:
        self.text = text
        self.number = number
        self.held: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self.text)
        self.number += 1
        self.held.append(line)
        return line


def _delimited(
    path: Path,
    file: File,
    text: TextIOWrapper,
    raw: BufferedReader,
    wanted: Sequence[str],
    encoding: str,
) -> Table:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    dialect = _stated(file) or _detected(path, file, encoding)
    for _ in range(file.skip_lines):
        next(text, None)
    lines = _Lines(text, file.skip_lines)
    records = _records(lines, dialect)
    if file.columns is not None:
        columns = file.columns
    else:
        columns = _header(path, records)
        _demand(path, wanted, columns, records)
    return Table(columns, _rows(records, len(columns)), raw)


def _stated(file: File) -> Dialect | None:
    delimiter = file.delimiter or ("\t" if file.form == "tsv" else None)
    if delimiter is None:
        return None
    return Dialect(delimiter, '"' if file.quote is None else file.quote, file.escape)


def _detected(path: Path, file: File, encoding: str) -> Dialect:
    with path.open(encoding=encoding, newline="") as text:
        sample: list[str] = []
        size = 0
        for line in islice(text, file.skip_lines, file.skip_lines + _SAMPLE_LINES):
            sample.append(line)
            size += len(line)
            if size > _SAMPLE_CHARACTERS:
                break
        whole = not text.read(1)
    found = detect_dialect(path, sample, whole=whole)
    if file.quote is None and file.escape is None:
        return found
    return Dialect(found.delimiter, '"' if file.quote is None else file.quote, file.escape)


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: list[str]
    held: list[str]


def _records(lines: _Lines, dialect: Dialect) -> Iterator[_Record | Unreadable]:
    """Records as the csv reader cuts them; blank lines are none. A broken one does not stop the next."""
    reader = dialect.reader(lines)
    while True:
        lines.held = []
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(start, "".join(lines.held), _said(error, start, dialect))
            continue
        if cells:
            yield _Record(start, cells, lines.held)


def _said(error: csv.Error, line: int, dialect: Dialect) -> str:
    """The csv reader's complaint in plain words."""
    complaint = str(error)
    if "expected after" in complaint:
        return f"After a closing {dialect.quote} stands more text; a {dialect.quote} inside a field is written twice."
    if "end of data" in complaint or "field larger" in complaint:
        return f"A quotation mark opened in line {line} is not closed; the lines after it cannot be told apart."
    return f"The line cannot be cut into fields: {complaint}."


def _header(path: Path, records: Iterator[_Record | Unreadable]) -> tuple[str, ...]:
    first = next(records, None)
    if first is None:
        raise UnreadableFile(f"{path} holds no table: it has no line that is not blank.")
    if isinstance(first, Unreadable):
        raise UnreadableFile(
            f"{path}, line {first.line}: the header cannot be read. {first.reason}"
        )
    if any("\x00" in cell for cell in first.cells):
        raise UnreadableFile(
            f"{path}: the header holds NUL characters, so it is no text in this encoding.",
            hint='If it is UTF-16 without a byte order mark, say encoding = "utf-16-le" or "utf-16-be".',
        )
    return tuple(column_name(cell) for cell in first.cells)


def column_name(text: str) -> str:
    """A header's text with its white space, line breaks included, made single blanks."""
    return " ".join(text.removeprefix("\ufeff").split())


def _demand(
    path: Path,
    wanted: Sequence[str],
    columns: Sequence[str],
    records: Iterator[_Record | Unreadable],
) -> None:
    twice = [name for name in wanted if columns.count(name) > 1]
    if twice:
        raise UnreadableFile(
            f"{path}: the header names {_listed(twice)} more than once, so the mapping cannot mean one of them.",
            hint="Name all columns anew: skip_lines to pass the header, and columns = [...].",
        )
    missing = [name for name in wanted if name not in columns]
    if not missing:
        return
    for record in islice(records, _HEADER_SEARCH):
        if isinstance(record, _Record) and set(wanted) <= {
            column_name(cell) for cell in record.cells
        }:
            raise UnreadableFile(
                f"{path}: the first line is not the header.",
                hint=f"Say skip_lines = {record.line - 1}.",
            )
    raise UnreadableFile(
        f"{path} has no column {_listed(missing)}.",
        hint=f"Its columns are {_listed(columns)}. A file without a header needs columns = [...] in the mapping.",
        details={"columns": list(columns)},
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _rows(records: Iterator[_Record | Unreadable], width: int) -> Iterator[Row | Unreadable]:
    for record in records:
        if isinstance(record, Unreadable):
            yield record
        elif len(record.cells) != width:
            reason = _miscut(len(record.cells), width)
            yield Unreadable(record.line, "".join(record.held), reason)
        elif any("\x00" in line for line in record.held):
            yield Unreadable(
                record.line,
                "".join(record.held),
                "The line holds a NUL character, which is no text.",
            )
        else:
            yield Row(record.line, record.cells)


def _miscut(found: int, width: int) -> str:
    fields = "1 field" if found == 1 else f"{found} fields"
    way_out = "; a field that holds the delimiter must stand in quotes" if found > width else ""
    return f"{fields} where the header has {width}{way_out}."


class _Doubled(ValueError):
    """An object names an entry twice."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Doubled(
            f"The object names {_listed([n for n in entries if names.count(n) > 1])} twice."
        )
    return entries


def _json_rows(text: Iterator[str], wanted: Sequence[str]) -> Iterator[Row | Unreadable]:
    paths = [tuple(name.split(".")) for name in wanted]
    for number, line in enumerate(text, start=1):
        content = line.strip().removeprefix("\ufeff")
        if not content:
            continue
        try:
            value = json.loads(content, parse_float=Decimal, object_pairs_hook=_once)
        except _Doubled as error:
            yield Unreadable(number, line, str(error))
        except (ValueError, RecursionError) as error:
            yield Unreadable(number, line, f"The line is no JSON: {error}.")
        else:
            if "\\u0000" in content:
                yield Unreadable(number, line, "The line holds a NUL character, which is no text.")
            elif isinstance(value, dict):
                yield Row(number, [_reached(value, path) for path in paths], line)
            else:
                yield Unreadable(number, line, "The line is no JSON object.")


def _reached(value: Mapping[str, object], path: tuple[str, ...]) -> object:
    """The entry at a dotted path; an entry whose own name has the dots goes first."""
    whole = ".".join(path)
    if whole in value:
        return value[whole]
    reached: object = value
    for step in path:
        reached = reached.get(step) if isinstance(reached, dict) else None
    return reached
