"""Orders, cursors and windows on an order."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from relatum_schemas.errors import BadCursor, BadValue
from relatum_schemas.kinds import Identity, Kind, LongText, MoneyKind
from relatum_schemas.selection import Order
from tests.oracle.shapes import Shape
from tests.oracle.sight import Row, Sight
from tests.oracle.values import compared, folds, sort_scalars

VERSION = 1
USUAL_PAGE = 100


@dataclass(frozen=True)
class Scalar:
    """One scalar of a position: its kind and its direction."""

    kind: Kind
    descending: bool = False


@dataclass(frozen=True)
class Ranking:
    """How rows stand: the scalars of their positions, the id last, and what a cursor names the order by."""

    scalars: tuple[Scalar, ...]
    digest: str

    def compared(self, one: Sequence[Any], two: Sequence[Any]) -> int:
        """-1, 0 or 1 as the first position stands before, at or after the second."""
        for scalar, first, second in zip(self.scalars, one, two, strict=True):
            if order := compared(first, second):
                return -order if scalar.descending else order
        return 0

    def sorted(self, placed: "list[Placed]") -> "list[Placed]":
        """The rows in their order."""
        return sorted(placed, key=cmp_to_key(self._placed))

    def _placed(self, one: "Placed", two: "Placed") -> int:
        return self.compared(one.position, two.position)

    def cursor(self, position: Sequence[Any]) -> str:
        """The opaque form of a position."""
        content = [
            VERSION,
            self.digest,
            *(
                None if value is None else each.kind.wire(value)
                for each, value in zip(self.scalars, position, strict=True)
            ),
        ]
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode().hex()

    def position(self, cursor: object) -> list[Any]:
        """The position that a cursor stands for; raises BadCursor."""
        try:
            version, digest, *values = json.loads(bytes.fromhex(str(cursor)))
            if (version, digest, len(values)) != (VERSION, self.digest, len(self.scalars)):
                raise BadCursor("The cursor is of another order.")
            return [
                None if value is None else each.kind.parse(value)
                for each, value in zip(self.scalars, values, strict=True)
            ]
        except (ValueError, TypeError, BadValue) as error:
            raise BadCursor("The cursor is damaged.") from error


@dataclass(frozen=True)
class Placed:
    """A row and its position in an order."""

    row: Row
    position: tuple[Any, ...]


@dataclass(frozen=True)
class Window:
    """The rows of a page, and whether others stand before and after it."""

    rows: list[Placed]
    previous: bool
    next: bool


def chosen_order(orders: Sequence[Order], shape: Shape, digest: str) -> Ranking:
    """The ranking of an order: its keys, then the id in the direction of the last."""
    scalars: list[Scalar] = []
    for order in orders:
        field, kind = shape.value_of(order.path)
        if folds(field, order.path.part):
            kind = LongText()
        parts = (
            (kind.parts["currency"], kind.parts["amount"])
            if isinstance(kind, MoneyKind)
            else (kind,)
        )
        scalars += [Scalar(each, order.descending) for each in parts]
    descends = bool(scalars) and scalars[-1].descending
    return Ranking((*scalars, Scalar(Identity(), descends)), digest)


def placed(row: Row, orders: Sequence[Order], shape: Shape, sight: Sight) -> Placed:
    """A row at its position in an order."""
    position: list[Any] = []
    for order in orders:
        field, _ = shape.value_of(order.path)
        position += sort_scalars(field, order.path.part, sight.reach(row, order.path))
    return Placed(row, (*position, row.id))


def window(
    rows: list[Placed],
    ranking: Ranking,
    *,
    usual: int | None,
    first: object,
    after: object,
    last: object,
    before: object,
) -> Window:
    """The rows of a page, as Relay tells it: those between the cursors, of these the first, of these the last.

    Where no number is given, ``usual`` is: counted from the end where nothing but an end is given.
    """
    passed = _where(rows, ranking, after, lambda order: order <= 0)
    awaited = _where(rows, ranking, before, lambda order: order >= 0)
    between = [each for each in rows if each not in passed and each not in awaited]
    if first is None and last is None and before is not None and after is None:
        last = usual
    elif first is None and last is None:
        first = usual
    start, end = 0, len(between)
    if isinstance(first, int):
        end = min(end, first)
    if isinstance(last, int):
        start = max(start, end - last)
    previous, following = bool(passed) or start > 0, bool(awaited) or end < len(between)
    return Window(between[start:end], previous, following)


def _where(
    rows: list[Placed], ranking: Ranking, cursor: object, stands: Callable[[int], bool]
) -> list[Placed]:
    """The rows that stand so to a cursor; none where there is no cursor."""
    if cursor is None:
        return []
    mark = ranking.position(cursor)
    return [each for each in rows if stands(ranking.compared(each.position, mark))]
