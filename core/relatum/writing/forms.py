"""What writing needs to know of a type, worked out once: how to read values, and which columns they become.

A record's values are a list in the order of `Form.fields` (the *content*); the rows of its tables follow from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, Final, cast
from uuid import UUID

import orjson

from relatum.catalogue.model import Field, RecordType, RelationshipType
from relatum.sealing import Keyring, Sealed, field_places, needed
from relatum.tables import field_columns
from relatum.tables.typed import demanded
from relatum.text import LONGEST_KEY, fold, label_key, sort_key, tokens
from relatum_schemas.errors import KeyMissing, Unsealable
from relatum_schemas.kinds import (
    Choice,
    Choices,
    CompositeKind,
    Encrypted,
    EncryptedLookup,
    Json,
    Kind,
)

# A character folds to at most 18 others (U+FDFA), of four bytes each at the most.
_SURELY_SHORT: Final = LONGEST_KEY // 72

Content = list[object]
Extract = Callable[[Content], object]

END_NAMES: Final = ("source", "target")
END_COLUMNS: Final = ("source_id", "target_id")
PERIOD_COLUMNS: Final = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Reader:
    """Reads one field's value.

    Attributes:
        position: in the content.
        field: what is read.
        parse: the kind's own function.
        blank: whether an empty text means that there is no value.
    """

    position: int
    field: Field
    parse: Callable[[object], object]
    blank: bool


@dataclass(frozen=True)
class SearchField:
    """A field whose words are found by search."""

    position: int
    name: str
    is_label: bool


class Form:
    """A type as the writing room sees it.

    Args:
        record_type: out of the catalogue.
    """

    def __init__(self, record_type: RecordType) -> None:
        self.type = record_type
        self.name = record_type.name
        self.is_tie = isinstance(record_type, RelationshipType)
        """Whether records of the type are ties."""
        self.fields = record_type.stored_fields
        self.positions: Mapping[str, int] = {each.name: at for at, each in enumerate(self.fields)}
        self.readers: Mapping[str, Reader] = {
            each.name: Reader(at, each, _parser(each), not isinstance(each.kind, Json))
            for at, each in enumerate(self.fields)
        }
        self.blank: Content = [each.default for each in self.fields]
        self.required = tuple(
            at for at, each in enumerate(self.fields) if demanded(each, record_type)
        )
        self.computed = tuple(
            each for each in record_type.fields.values() if each.expression is not None
        )

    @property
    def relationship(self) -> RelationshipType:
        """The relationship type; only of forms of ties."""
        assert isinstance(self.type, RelationshipType)
        return self.type

    @cached_property
    def has_period(self) -> bool:
        """Whether records of the type hold for a period."""
        return isinstance(self.type, RelationshipType) and self.type.validity is not None

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """Columns of ends and period, in the order of `State.ends`."""
        if not self.is_tie:
            return ()
        return (*END_COLUMNS, *PERIOD_COLUMNS) if self.has_period else END_COLUMNS

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of the fields, folded keys included, in the order of `row`."""
        return tuple(
            column.name for field in self.fields for column in field_columns(field, required=False)
        )

    @cached_property
    def row_columns(self) -> tuple[str, ...]:
        """Columns of a record's row in the table of the present."""
        return ("id", "version", "recorded_from", *self.ends, *self.columns)

    @cached_property
    def version_columns(self) -> tuple[str, ...]:
        """Columns of a record's row in the table of versions."""
        return (*self.row_columns, "recorded_to")

    @cached_property
    def stored_columns(self) -> tuple[str, ...]:
        """Columns of the fields without folded keys, in the order that `content` reads."""
        return tuple(
            column.name
            for field in self.fields
            for column in field_columns(field, required=False)
            if not column.key
        )

    @cached_property
    def _extracts(self) -> tuple[Extract, ...]:
        return tuple(
            _extract(at, field, column.part, key=column.key)
            for at, field in enumerate(self.fields)
            for column in field_columns(field, required=False)
        )

    def row(self, content: Content) -> list[object]:
        """The values of `columns`.

        Raises:
            BadValue: a text is longer than an index holds.
        """
        return [extract(content) for extract in self._extracts]

    def content(self, values: Iterable[object], record: UUID) -> Content:
        """The content of a record's row of `stored_columns`."""
        left = iter(values)
        return [_stored(field.kind, left, record) for field in self.fields]

    @cached_property
    def states(self) -> tuple[tuple[int, int | None], ...]:
        """Where states stand, each with where it stands since when the record is in it."""
        since = {each.since: at for at, each in enumerate(self.fields) if each.since is not None}
        return tuple(
            (at, since.get(each.name))
            for at, each in enumerate(self.fields)
            if each.transitions is not None
        )

    @cached_property
    def encrypted(self) -> tuple[tuple[int, Field], ...]:
        """Where values stand that are encrypted, and of which fields."""
        return tuple(
            (at, each) for at, each in enumerate(self.fields) if isinstance(each.kind, Encrypted)
        )

    def sealed(self, content: Content, record: UUID, keys: Keyring | None) -> Content:
        """The content as a record keeps it: new values sealed, and those that come from another record sealed anew.

        Raises:
            KeyMissing: there is no key for it.
        """
        if not self.encrypted:
            return content
        sealed = content.copy()
        for at, field in self.encrypted:
            value = sealed[at]
            if value is None or (isinstance(value, Sealed) and value.record == record):
                continue
            sealed[at] = seal_value(needed(keys), value, field, self.type, record)
        return sealed

    def differs(self, at: int, before: Content, after: Content, keys: Keyring | None) -> bool:
        """Whether a value is another one than before; of an encrypted one without a key, that it may be."""
        stored, value = before[at], after[at]
        if not isinstance(stored, Sealed) or isinstance(value, Sealed) or None in (value, keys):
            return stored != value
        assert keys is not None
        field = self.fields[at]
        try:
            plain = keys.open(stored.text, field_places(field, self.type), stored.record)
        except (KeyMissing, Unsealable):  # what cannot be read any more can be replaced
            return True
        return plain != orjson.dumps(field.kind.wire(value))

    @cached_property
    def listed(self) -> tuple[tuple[int, Field, str], ...]:
        """Position, field and list of the fields whose codes are kept as data."""
        return tuple(
            (at, field, kind.list)
            for at, field in enumerate(self.fields)
            for kind in (field.kind.of if isinstance(field.kind, Choices) else field.kind,)
            if isinstance(kind, Choice) and kind.list is not None
        )

    @cached_property
    def label_positions(self) -> tuple[int, ...]:
        """Where the texts that make the label stand."""
        return tuple(at for at, each in enumerate(self.fields) if each.label)

    def label(self, content: Content) -> str | None:
        """What a person calls the record."""
        texts = [cast(str, content[at]) for at in self.label_positions if content[at]]
        return " ".join(texts) or None

    @cached_property
    def search_fields(self) -> tuple[SearchField, ...]:
        """The fields whose words are found."""
        return tuple(
            SearchField(at, each.name, each.label)
            for at, each in enumerate(self.fields)
            if each.label or each.searchable
        )

    @cached_property
    def searched(self) -> frozenset[str]:
        """The names of the fields whose words are found."""
        return frozenset(each.name for each in self.search_fields)

    def search_rows(self, content: Content) -> list[tuple[str, bool, str]]:
        """Field, whether it is of the label, and words, of each searched field that has words."""
        return [
            (each.name, each.is_label, found)
            for each in self.search_fields
            if (text := content[each.position]) and (found := tokens(cast(str, text)))
        ]

    def values(self, content: Content) -> dict[str, object]:
        """The content by field name."""
        return dict(zip(self.positions, content, strict=True))


def folded_label(label: str | None) -> str | None:
    """The key by which the registry orders a label."""
    return None if label is None else label_key(label)


def _parser(field: Field) -> Callable[[object], object]:
    """The kind's own function; for texts that lists are sorted by, one that minds their length."""
    parse = field.kind.parse
    if not field.folded or not (field.label or field.indexed):
        return parse

    def parse_sortable(value: object) -> object:
        text = cast(str, parse(value))
        if len(text) > _SURELY_SHORT:
            sort_key(text)
        return text

    return parse_sortable


def _extract(at: int, field: Field, part: str, *, key: bool) -> Extract:
    if key:
        folded = sort_key if field.label or field.indexed else fold

        def folded_text(content: Content) -> object:
            text = content[at]
            return None if text is None else folded(cast(str, text))

        return folded_text
    if not part:
        return itemgetter(at)
    if isinstance(field.kind, Encrypted):
        return lambda content: getattr(content[at], part, None)
    get = attrgetter(part)

    def one_part(content: Content) -> object:
        value = content[at]
        return None if value is None else get(value)

    return one_part


def seal_value(
    keys: Keyring, value: object, field: Field, record_type: RecordType, record: UUID
) -> Sealed:
    """Return a value of an encrypted field, sealed for a record; one that another record has is opened first."""
    places = field_places(field, record_type)
    plain = (
        keys.open(value.text, places, value.record)
        if isinstance(value, Sealed)
        else orjson.dumps(field.kind.wire(value))
    )
    wanted = isinstance(field.kind, EncryptedLookup)
    lookup = keys.digest(plain, places[0]) if wanted else None
    return Sealed(record, keys.seal(plain, places[0], record), lookup)


def _stored(kind: Kind, left: Iterator[object], record: UUID) -> object:
    if isinstance(kind, CompositeKind):
        return _composed(kind, left)
    if not isinstance(kind, Encrypted):
        return next(left)
    text = next(left)
    lookup = next(left) if isinstance(kind, EncryptedLookup) else None
    return None if text is None else Sealed(record, cast(str, text), cast(str | None, lookup))


def _composed(kind: CompositeKind, values: Any) -> object:
    parts = {name: next(values) for name in kind.parts}
    if all(value is None for value in parts.values()):
        return None
    return kind.python(**parts)
