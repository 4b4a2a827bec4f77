"""The mapping: which file becomes which records, as a person writes it in TOML.

::

    system = "northwind"                      # where the keys come from
    nulls = ["NULL"]                          # spellings of "nothing", beside the empty field

    [maps.countries]
    Germany = "DE"

    [[files]]
    path = "data/customers.csv"               # seen from the mapping

    [[files.entities]]
    type = "Organization"
    key = "customer:{customerID}"
    fields.name = "{companyName}"
    fields.address.country = { value = "{country}", map = "countries" }

    [[files.ties]]
    type = "Supplies"
    source = { type = "Organization", key = "firm:northwind" }
    target = { type = "Organization", key = "customer:{customerID}" }

A value is a text in which columns stand in braces; without braces it is a constant, and so are numbers, booleans and
dates. When a column in it is empty, the value is missing. ``docs/importing.md`` explains every entry.
"""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationError,
    field_validator,
)

from relatum_schemas.errors import BadSetting, Problems, RelatumError, UnreadableFile

FORMATS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
"""The form of a file by its name's ending."""


def _constant(given: object) -> object:
    if isinstance(given, bool | int | Decimal | date | str):
        return given
    raise ValueError("A value is a text, a number, true, false or a date")


Constant = Annotated[bool | int | Decimal | datetime | date | str, PlainValidator(_constant)]


class Entry(BaseModel):
    """Base of every table of the mapping: frozen, and an unknown entry is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spelling(Entry):
    """How values are spelt. Said for the mapping, a file or one value; the nearest word counts.

    Attributes:
        nulls: texts that mean "nothing"; an empty field always does.
        trim: whether white space around a text is dropped.
        decimal: the decimal mark of numbers.
        grouping: the mark between groups of three digits, if any.
        dates: forms of dates and times, as Python's ``strptime`` reads them; ISO 8601 when none is said.
        zone: the time zone (IANA) of times that do not name theirs.
        separator: between the codes of a field that holds several.
    """

    nulls: tuple[str, ...] | None = None
    trim: bool | None = None
    decimal: Literal[".", ","] | None = None
    grouping: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    dates: tuple[str, ...] | None = None
    zone: str | None = None
    separator: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        try:
            return None if name is None else ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone, such as Europe/Berlin") from error

    def within(self, outer: "Spelling") -> "Spelling":
        """What holds when this is said inside ``outer``."""
        names = Spelling.model_fields
        said = {name: getattr(self, name) for name in names}
        return Spelling(
            **{name: getattr(outer, name) if said[name] is None else said[name] for name in names}
        )


class Value(Spelling):
    """A value that needs more than its text.

    Attributes:
        value: the text, with columns in braces.
        map: from spelling to value, or the name of such a map under ``maps``; other spellings are refused.
        pattern: a regular expression that the whole text must match; its first group is the value.
    """

    value: str
    map: str | dict[str, Constant] | None = None
    pattern: str | None = None


def _form(given: object) -> str:
    if isinstance(given, Value) or (isinstance(given, dict) and "value" in given):
        return "<value>"
    return "<parts>" if isinstance(given, dict) else "<text>"


Source = Annotated[
    Annotated[Value, Tag("<value>")] | Annotated[Constant, Tag("<text>")],
    Discriminator(_form),
]
FieldSource = Annotated[
    Annotated[Value, Tag("<value>")]
    | Annotated[dict[str, Source], Tag("<parts>")]
    | Annotated[Constant, Tag("<text>")],
    Discriminator(_form),
]


class Condition(Entry):
    """What a row must be like for a target to apply: its column is set or not, or is (not) one of some texts."""

    column: str
    set: bool | None = None
    one_of: tuple[str, ...] | None = None
    not_one_of: tuple[str, ...] | None = None


class Target(Entry):
    """What entities and ties have in common.

    Attributes:
        type: of the records.
        system: where the keys come from, when not from the mapping's system.
        fields: by name; a composite field's parts by name within.
        when: conditions that must all hold for a row to give a record.
    """

    type: str
    system: str | None = None
    fields: dict[str, FieldSource] = {}
    when: tuple[Condition, ...] = ()


class EntityTarget(Target):
    """Rows that become entities. ``key`` tells them apart, now and when the file comes again."""

    key: str


class EndKey(Entry):
    """The record at an end of a tie, by the key it was or will be imported under."""

    type: str
    key: str
    system: str | None = None


class TieTarget(Target):
    """Rows that become ties. A row whose end has no key gives none.

    Without a ``key`` a tie is found again by its ends (and its beginning, when ``valid_from`` is said); at an end that
    admits one tie only, by that end alone, so that a changed link is corrected.
    """

    source: EndKey
    target: EndKey
    key: str | None = None
    valid_from: Source | None = None
    valid_to: Source | None = None


class File(Spelling):
    """A file and what its rows become.

    Attributes:
        path: seen from the mapping.
        format: ``csv``, ``tsv``, ``jsonl`` or one that a plugin reads; told by the file's name when not said.
        encoding: such as ``cp1252``; UTF-8, or what a byte order mark says, needs no word.
        delimiter: between fields; found out when not said.
        quote: around fields that hold delimiters; empty for none. Found out with the delimiter.
        escape: before a quote inside a field, when quotes are not doubled.
        skip_lines: lines before the header.
        columns: their names, when the file has no header.
    """

    path: str
    format: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    quote: Annotated[str, Field(max_length=1)] | None = None
    escape: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    skip_lines: Annotated[int, Field(ge=0)] = 0
    columns: tuple[str, ...] | None = None
    entities: tuple[EntityTarget, ...] = ()
    ties: tuple[TieTarget, ...] = ()

    @property
    def form(self) -> str | None:
        """The format said, or told by the name."""
        return self.format or FORMATS.get(Path(self.path).suffix.lower())


class ImportMapping(Spelling):
    """A whole mapping. Files are read in the order given; links may lead to rows of later ones."""

    system: str
    maps: dict[str, dict[str, Constant]] = {}
    files: tuple[File, ...] = ()


def load_mapping(path: Path) -> ImportMapping:
    """Read a mapping.

    Raises:
        UnreadableFile: the file is missing or is no TOML.
        Problems: entries are missing, unknown or of the wrong form; each problem has its path in the mapping.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path} is no TOML: {error}.") from error
    try:
        return ImportMapping.model_validate(content)
    except ValidationError as error:
        raise Problems(f"{path} is no mapping.", _problems(error)) from error


_PLAINER = {"extra_forbidden": "There is no entry of this name", "missing": "The entry is missing"}


def _problems(error: ValidationError) -> list[RelatumError]:
    found: list[RelatumError] = []
    for each in error.errors():
        at = tuple(step for step in each["loc"] if not str(step).startswith("<"))
        said = _PLAINER.get(each["type"], each["msg"].removeprefix("Value error, "))
        found.append(BadSetting(f"{'.'.join(map(str, at))}: {said}.", path=at))
    return found
