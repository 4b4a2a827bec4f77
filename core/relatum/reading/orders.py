"""Orders: the keys by which rows are sorted, where a cursor stands among them, and which rows lie beyond it.

Missing values are the smallest in either database. The id completes every order in the direction of its last key, as an
index of both has them, so that each row has a place of its own; an order turned round is turned in all its keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import and_, false, or_, true, tuple_

from relatum.catalogue.model import BUILT_IN
from relatum.reading.context import Context, within
from relatum.reading.cursors import VERSION, order_digest, read_cursor
from relatum.reading.paths import value_at
from relatum.reading.rows import Row, TypeRow, Value
from relatum.reading.sql import Predicate, Sql, raw
from relatum.tables.columns import column_type
from relatum_schemas.errors import BadCursor, BadValue, UnknownOperator
from relatum_schemas.kinds import Kind, LongText, MoneyKind
from relatum_schemas.selection import Order
from relatum_schemas.selection import Value as Given


@dataclass(frozen=True, kw_only=True, eq=False)
class Key:
    """One key of an order.

    Attributes:
        expression: what is compared.
        kind: in whose wire form a cursor holds it.
        nullable: whether it may be missing.
        descending: whether great values come first.
    """

    expression: Sql
    kind: Kind
    nullable: bool
    descending: bool = False

    @property
    def turned(self) -> "Key":
        """The key in the other direction."""
        return replace(self, descending=not self.descending)


@dataclass(frozen=True, eq=False)
class Ordering:
    """A complete order.

    Attributes:
        keys: the last of them is the id.
        digest: which its cursors carry.
        indexed: whether an index may give the rows in this order; else they are sorted.
    """

    keys: tuple[Key, ...]
    digest: str
    indexed: bool = True

    @property
    def turned(self) -> "Ordering":
        """The same order from its end."""
        return replace(self, keys=tuple(key.turned for key in self.keys))


def ordering(
    row: Row, order: Sequence[Order], natural: Sequence[Key], *, of: str, context: Context
) -> Ordering:
    """Return the order of rows.

    Args:
        row: whose values are the keys.
        order: the keys asked for.
        natural: the keys when none are asked for.
        of: what tells these rows from others, for the cursors' digest.
        context: of the row.

    Raises:
        UnknownOperator: a value has no order.
    """
    asked: list[Key] = []
    for index, each in enumerate(order):
        with within("order", index, each.path.field):
            asked += _keys(each, row, context)
    descends = bool(asked) and asked[-1].descending
    kind = BUILT_IN["id"].kind
    identity = Key(expression=row.id, kind=kind, nullable=False, descending=descends)
    digest = order_digest([of, *(each.model_dump_json() for each in order)])
    indexed = not order or _is_indexed(row, order[0], context)
    return Ordering((*(asked if order else natural), identity), digest, indexed)


def _is_indexed(row: Row, order: Order, context: Context) -> bool:
    """Whether there is an index of what rows are sorted by first."""
    if order.path.steps or not isinstance(row, TypeRow):
        return False
    found = context.catalogue.types[row.declared].all_fields.get(order.path.field)
    return found is not None and found.ordered_by_index


def _keys(order: Order, row: Row, context: Context) -> list[Key]:
    value = value_at(row, order.path, context=context)
    if not value.kind.sortable:
        raise UnknownOperator(
            f"{value.kind.described()} has no order.",
            hint=f"Name one of its parts: {', '.join(value.kind.parts)}."
            if value.kind.parts
            else None,
        )
    return keys_of(value, descending=order.descending)


def keys_of(value: Value, *, descending: bool = False) -> list[Key]:
    """Return a value as keys; money goes by its currency, then by its amount."""
    if isinstance(value.kind, MoneyKind):
        parts = (value.part("currency"), value.part("amount"))
        return [_key_of(part, descending) for part in parts]
    return [_key_of(value, descending)]


def _key_of(value: Value, descending: bool) -> Key:
    return Key(
        expression=value.sorting,
        kind=value.kind if value.key is None else LongText(),
        nullable=value.nullable,
        descending=descending,
    )


def order_by(order: Ordering, *, context: Context) -> list[Sql]:
    """Return the expressions of an ORDER BY."""
    return [
        context.dialect.ordered(key.expression, descending=key.descending, nullable=key.nullable)
        for key in order.keys
    ]


def cursor(order: Ordering, *, context: Context) -> Sql:
    """Return the cursor of a row, formed in the database."""
    dialect = context.dialect
    header = [raw(str(VERSION)), dialect.constant(order.digest)]
    return dialect.hexadecimal(
        [*header, *(dialect.shown(key.expression, key.kind) for key in order.keys)]
    )


def beyond(
    order: Ordering, given: Given, *, inclusive: bool = False, context: Context
) -> Predicate:
    """Return which rows come after a cursor's place.

    Args:
        order: of the rows.
        given: the cursor.
        inclusive: whether the row at the place itself belongs to them.
        context: of the rows.

    Raises:
        BadCursor: it is damaged, or of another order.
    """
    missing = context.binds.outline(given)
    if missing is None or len(missing) != len(order.keys):
        read_cursor(given, order.digest, len(order.keys))
        raise BadCursor("The cursor belongs to another order or field.")
    place = [
        None if absent else _key_value(order, index, given, context)
        for index, absent in enumerate(missing)
    ]
    directions = {key.descending for key in order.keys}
    if len(directions) == 1 and not any(key.nullable for key in order.keys):
        return _in_one_direction(order, place, inclusive)
    return and_(_at_least(order.keys[0], place[0]), _key_by_key(order.keys, place, inclusive))


def _key_value(order: Ordering, index: int, given: Given, context: Context) -> Sql | None:
    kind = order.keys[index].kind
    read = partial(_read_key, order.digest, len(order.keys), index, kind)
    return context.binds.value(given, read, column_type(kind))


def _read_key(digest: str, length: int, index: int, kind: Kind, given: object) -> object:
    try:
        return kind.parse(read_cursor(given, digest, length)[index])
    except BadValue as error:
        raise BadCursor("The cursor is damaged.", hint="Begin at the first page.") from error


def _in_one_direction(order: Ordering, place: Sequence[Sql | None], inclusive: bool) -> Predicate:
    """Rows compare as wholes, which an index on the keys serves in both databases."""
    row = tuple_(*(key.expression for key in order.keys))
    at = tuple_(*place)
    if order.keys[0].descending:
        return row <= at if inclusive else row < at
    return row >= at if inclusive else row > at


def _at_least(key: Key, at: Sql | None) -> Predicate:
    """A bound on the first key, idle in logic, from which an index starts."""
    if at is None or (key.descending and key.nullable):
        return true()
    return key.expression <= at if key.descending else key.expression >= at


def _key_by_key(keys: Sequence[Key], place: Sequence[Sql | None], inclusive: bool) -> Predicate:
    key, *others = keys
    at, *rest = place
    further = _further(key, at)
    same = key.expression.is_(None) if at is None else key.expression == at
    if others:
        return or_(further, and_(same, _key_by_key(others, rest, inclusive)))
    return or_(further, same) if inclusive else further


def _further(key: Key, at: Sql | None) -> Predicate:
    if at is None:
        return false() if key.descending else key.expression.is_not(None)
    if not key.descending:
        return key.expression > at
    below = key.expression < at
    return or_(below, key.expression.is_(None)) if key.nullable else below
