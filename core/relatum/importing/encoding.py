"""How a file's bytes become text: by its byte order mark, as UTF-8, or as the mapping states.

Every file is read through once before anything is imported, so that a byte that is no text refuses the file and not
half of its rows. Encodings other than Unicode are never guessed: one byte reads well in many of them (a Polish text in
cp1250 is taken for cp1252), so charset-normalizer's candidates are named and the person states the right one.
"""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from relatum_schemas.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"PK\x03\x04": "a spreadsheet or ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
}
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_SHOWN = 40
_NAMED = 6
_USUAL = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15", "iso8859_2",
    "cp932", "gb18030", "big5", "cp949", "koi8_r", "cp850", "mac_roman",
)  # fmt: skip


def encoding_of(path: Path, stated: str | None = None) -> str:
    """The encoding in which the whole file is text.

    Args:
        path: the file.
        stated: the encoding that the mapping says; a byte order mark must agree with it.

    Raises:
        UnreadableFile: the file cannot be opened, is no text, or its encoding has to be stated; the message tells the
            first line that does not fit and how the likely encodings would read it.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    for signature, name in _BINARY.items():
        if head.startswith(signature):
            raise UnreadableFile(
                f"{path} is {name}, no text.", hint="Export the table as CSV and name that file."
            )
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    encoding = _agreed(path, stated, marked) if stated else marked or "utf-8"
    _read_through(path, encoding, stated=bool(stated or marked))
    return encoding


def _agreed(path: Path, stated: str, marked: str | None) -> str:
    try:
        name = codecs.lookup(stated).name
    except LookupError as error:
        raise UnreadableFile(
            f"{path}: there is no encoding {stated!r}.",
            hint='Such as "utf-8", "cp1252" or "utf-16".',
        ) from error
    if marked is None:
        return name
    if not name.startswith(marked.removesuffix("-sig")):
        raise UnreadableFile(
            f"{path} begins with the byte order mark of {marked.removesuffix('-sig')}, the mapping says {stated!r}.",
            hint="Take the encoding out of the mapping.",
        )
    return marked


def _read_through(path: Path, encoding: str, *, stated: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = decoder.getstate()[0]
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                raise _not_text(path, encoding, error, line, pending + chunk, stated) from error
            if not chunk:
                return


def _not_text(
    path: Path, encoding: str, error: UnicodeDecodeError, line: int, data: bytes, stated: bool
) -> UnreadableFile:
    line += data.count(b"\n", 0, error.start)
    byte = data[error.start : error.start + 1].hex().upper() or "the end"
    message = f"{path}, line {line}: the byte {byte} is no text in {encoding}."
    if stated:
        return UnreadableFile(message, hint="Mend the line, or state another encoding.")
    begin = data.rfind(b"\n", 0, error.start) + 1
    readings = _readings(data[begin : begin + _SAMPLE])
    return UnreadableFile(
        message,
        hint=f"State the encoding, in which this line reads rightly: {'; '.join(readings)}."
        if readings
        else "State the encoding of the file.",
        details={"candidates": [reading.split(":")[0] for reading in readings]},
    )


def _readings(sample: bytes) -> list[str]:
    """The likely encodings, usual ones first, each with the first line of the sample as it would read."""
    found: dict[str, str] = {}
    for match in from_bytes(sample):
        names = match.could_be_from_charset
        name = next((usual for usual in _USUAL if usual in names), match.encoding)
        first = (str(match).splitlines() or [""])[0].strip()
        found.setdefault(first, name)
    rank = {name: at for at, name in enumerate(_USUAL)}
    likely = sorted(found.items(), key=lambda item: rank.get(item[1], len(rank)))
    return [f"{name}: {_shown(text)}" for text, name in likely[:_NAMED]]


def _shown(text: str) -> str:
    at = next((at for at, character in enumerate(text) if not character.isascii()), 0)
    begin = max(0, at - _SHOWN // 2)
    return repr(text[begin : begin + _SHOWN])
