"""What somebody asks of a list, as the query of an address says it.

::

    q=hall&state=ok&state=due&price-from=10&placed_by=0198...&name-starts=A&sort=-name&after=...&size=50&count=yes

A filter is the key of a column, and after a minus sign what is asked of it; values stand in wire form. What is wrong is
told by its key, and nothing is read then: a mistaken filter must not show more than was meant.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from relatum.catalogue.resolved import ColumnRule
from relatum.viewing.shown import Direction
from relatum.viewing.speaking import within
from relatum_schemas import kinds
from relatum_schemas.errors import BadValue, RelatumError, TooLarge, UnknownField
from relatum_schemas.kinds import Day, Identity, Kind, MoneyKind
from relatum_schemas.selection import Compare, Condition, FieldPath, Operator, Order, Parameter

Given = str | Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]]
"""A query: its text, or what it consists of."""

SIZE: Final = 25
"""Rows of a page when nobody says how many."""

LARGEST: Final = 200
"""Rows of a page at most."""

PAIRS: Final = 200
"""Keys with values of a query at most: each is read, and each that is wrong is told."""

_OWN: Final = frozenset({"q", "sort", "after", "before", "size", "count"})
_YES: Final[Mapping[str, bool]] = {"yes": True, "no": False, "true": True, "false": False}
_COMPARED: Final[Mapping[str, Operator]] = {
    "is": Operator.EQ,
    "contains": Operator.CONTAINS,
    "starts": Operator.STARTS_WITH,
    "from": Operator.GTE,
    "to": Operator.LTE,
}


@dataclass
class Asked:
    """What is asked of a list.

    Attributes:
        words: that are searched.
        order: columns by which rows are sorted, each with whether it descends; none for the usual order.
        usual: the order when none is asked for.
        conditions: on rows, with the parameters in them.
        parameters: their values, in wire form.
        size: rows of the page.
        after: the cursor that it comes after.
        before: the cursor that it comes before.
        count: whether all rows are counted.
        much: whether there may be so many rows that only an index sorts them.
        given: what is said of each filter, by its key and suffix.
        problems: what is wrong, by the key that it stands under.
    """

    words: str = ""
    order: tuple[tuple[ColumnRule, bool], ...] = ()
    usual: tuple[Order, ...] = ()
    conditions: list[Condition] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)
    size: int = SIZE
    after: str | None = None
    before: str | None = None
    count: bool = False
    much: bool = False
    given: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    problems: dict[str, RelatumError] = field(default_factory=dict)

    @property
    def sorted(self) -> Mapping[str, Direction]:
        """By column, how rows are sorted by it."""
        return {
            column.key: "descending" if descends else "ascending" for column, descends in self.order
        }

    @property
    def orders(self) -> tuple[Order, ...]:
        """The keys of the order."""
        return tuple(Order(path=each.path, descending=descends) for each, descends in self.order)

    def text(self, **changed: str | None) -> str:
        """The query as text, without cursors, with some of its own keys set otherwise."""
        own = {
            "q": self.words or None,
            "sort": ",".join(f"{'-' * turned}{each.key}" for each, turned in self.order) or None,
            "size": str(self.size) if self.size != SIZE else None,
            "count": "yes" if self.count else None,
            **changed,
        }
        pairs = [(name, value) for name, value in own.items() if value]
        for key, suffixes in self.given.items():
            for suffix, values in suffixes.items():
                name = f"{key}-{suffix}" if suffix else key
                pairs += [(name, each) for each in values]
        return urlencode(pairs)


def pairs_of(given: Given) -> Iterator[tuple[str, str]]:
    """The keys and values of a query, without those that say nothing."""
    if isinstance(given, str):
        given = parse_qsl(given.removeprefix("?"))
    elif isinstance(given, Mapping):
        several = ((key, [each] if isinstance(each, str) else each) for key, each in given.items())
        given = ((key, value) for key, values in several for value in values)
    return ((key, value.strip()) for key, value in given if value.strip())


def asked_of(
    given: Given,
    *,
    columns: Sequence[ColumnRule],
    filters: Sequence[ColumnRule],
    searched: bool,
    much: bool,
    zone: str,
) -> Asked:
    """Read a query.

    Args:
        given: the query.
        columns: by which rows may be sorted.
        filters: what rows may be filtered by.
        searched: whether there are words to search.
        much: whether there may be so many rows that only an index sorts them.
        zone: in which days begin.
    """
    reading = _Reading(Asked(much=much), {each.key: each for each in filters}, ZoneInfo(zone))
    pairs = list(islice(pairs_of(given), PAIRS + 1))
    if len(pairs) > PAIRS:
        beyond, _ = pairs[PAIRS]
        reading.asked.problems[beyond] = TooLarge(f"At most {PAIRS} things are asked at once.")
        return reading.asked
    by_key: dict[str, list[str]] = {}
    for key, value in pairs:
        by_key.setdefault(key, []).append(value)
    sorting = {each.key: each for each in columns}
    for key, values in by_key.items():
        try:
            if key in _OWN:
                reading.own(key, values[-1], sorting, searched=searched)
            else:
                reading.filter(key, values)
        except RelatumError as error:
            reading.asked.problems[key] = error
    return reading.asked


@dataclass
class _Reading:
    """A query on its way."""

    asked: Asked
    filters: Mapping[str, ColumnRule]
    zone: ZoneInfo

    def own(
        self, key: str, value: str, columns: Mapping[str, ColumnRule], *, searched: bool
    ) -> None:
        """Read what every list may be asked."""
        asked = self.asked
        match key:
            case "q" if searched:
                asked.words = _text(value)
            case "q":
                raise UnknownField("There is nothing to search here.")
            case "sort":
                asked.order = _ordered(value, columns)
                first = asked.order[0][0]
                if asked.much and not in_order(first):
                    raise TooLarge(f"There is too much here to be sorted by {first.key!r}.")
                if asked.much and len(asked.order) > 1:
                    raise TooLarge("There is too much here to be sorted by several columns.")
            case "size":
                asked.size = _size(value)
            case "after":
                asked.after = value
            case "before":
                asked.before = value
            case "count":
                asked.count = _yes(value)

    def filter(self, key: str, values: Sequence[str]) -> None:
        """Read what is asked of one filter."""
        name, _, suffix = key.partition("-")
        column = self.filters.get(name)
        if column is None:
            raise UnknownField(f"There is no filter {name!r}.")
        self.asked.given.setdefault(name, {})[suffix] = tuple(values)
        self.asked.conditions.append(self._condition(column, suffix, values))

    def _condition(self, column: ColumnRule, suffix: str, values: Sequence[str]) -> Condition:
        if suffix == "empty":
            path = _id_of(column) if column.is_record else column.path
            return self._compare(path, Operator.IS_NULL, _yes(values[-1]))
        if column.is_record:
            return self._record(column, suffix, values)
        assert column.kind is not None
        kind = (
            within(column.kind) if isinstance(column.kind, kinds.EncryptedLookup) else column.kind
        )
        if isinstance(kind, MoneyKind):
            return self._money(column, kind, suffix, values)
        if isinstance(kind, kinds.Instant):
            return self._instant(column, suffix, values[-1])
        if suffix == "":
            return self._natural(column, kind, values)
        return self._suffixed(column, kind, suffix, values[-1])

    def _natural(self, column: ColumnRule, kind: Kind, values: Sequence[str]) -> Condition:
        """What one means who gives values and says no more."""
        assert column.field is not None
        if isinstance(kind, kinds.Boolean):
            return self._compare(column.path, Operator.EQ, _yes(values[-1]))
        if isinstance(kind, kinds.Choices):
            return self._several(column, Operator.HAS_ANY, [kind.of.parse(each) for each in values])
        if isinstance(kind, kinds.Text):
            # How a text begins is found by its index, what it contains is not.
            operator = Operator.STARTS_WITH if column.field.folded else Operator.CONTAINS
            return self._compare(column.path, operator, _text(values[-1]))
        if Operator.IN in kind.operators:
            return self._several(
                column, Operator.IN, [kind.wire(kind.parse(each)) for each in values]
            )
        return self._suffixed(column, kind, "is", values[-1])

    def _suffixed(self, column: ColumnRule, kind: Kind, suffix: str, value: str) -> Condition:
        operator = _COMPARED.get(suffix)
        assert column.kind is not None
        if operator is None or operator not in column.kind.operators:
            raise _no_suffix(column, suffix)
        if operator in (Operator.CONTAINS, Operator.STARTS_WITH):
            return self._compare(column.path, operator, _text(value))
        return self._compare(column.path, operator, kind.wire(kind.parse(value)))

    def _record(self, column: ColumnRule, suffix: str, values: Sequence[str]) -> Condition:
        if suffix:
            raise _no_suffix(column, suffix)
        ids = [str(Identity().parse(each)) for each in values]
        return Compare(
            path=_id_of(column), operator=Operator.IN, value=self._parameter(ids, many=True)
        )

    def _money(
        self, column: ColumnRule, kind: MoneyKind, suffix: str, values: Sequence[str]
    ) -> Condition:
        """Money by its amount, by its currency, or by both."""
        name = "currency" if suffix == "currency" else "amount"
        path = column.path.model_copy(update={"part": name})
        part, operator = kind.parts[name], _COMPARED.get(suffix or "is")
        if name == "currency":
            operator = Operator.EQ
        if operator is None or operator not in part.operators:
            raise _no_suffix(column, suffix)
        return self._compare(path, operator, part.wire(part.parse(values[-1])))

    def _instant(self, column: ColumnRule, suffix: str, value: str) -> Condition:
        """Instants by days, which are whole ones in the installation's zone, or by instants."""
        try:
            day = Day().parse(value)
        except BadValue:
            kind = kinds.Instant()
            operator = _COMPARED.get(suffix or "is")
            if operator is None or operator not in kind.operators:
                raise _no_suffix(column, suffix) from None
            return self._compare(column.path, operator, kind.wire(kind.parse(value)))
        begins, ends = self._bounds(day)
        match suffix:
            case "":
                since = self._compare(column.path, Operator.GTE, begins)
                return since & self._compare(column.path, Operator.LT, ends)
            case "from":
                return self._compare(column.path, Operator.GTE, begins)
            case "to":
                return self._compare(column.path, Operator.LT, ends)
        raise _no_suffix(column, suffix)

    def _bounds(self, day: date) -> tuple[str, str]:
        """When a day begins, and when the next one does."""
        try:
            days = (day, day + timedelta(days=1))
            instants = (datetime.combine(each, time(), self.zone) for each in days)
            begins, ends = (kinds.Instant().wire(each) for each in instants)
        except OverflowError as error:
            raise BadValue(f"{day.isoformat()} is out of reach.") from error
        return begins, ends

    def _several(self, column: ColumnRule, operator: Operator, values: list[Any]) -> Condition:
        return Compare(
            path=column.path, operator=operator, value=self._parameter(values, many=True)
        )

    def _compare(self, path: FieldPath, operator: Operator, value: object) -> Condition:
        if operator is Operator.IS_NULL:
            # The form of the statement depends on it, so it is no parameter.
            return Compare(path=path, operator=operator, value=bool(value))
        return Compare(path=path, operator=operator, value=self._parameter(value))

    def _parameter(self, value: object, *, many: bool = False) -> Parameter:
        name = f"asked_{len(self.asked.parameters)}"
        self.asked.parameters[name] = value
        return Parameter(parameter=name, many=many)


def _id_of(column: ColumnRule) -> FieldPath:
    return FieldPath(steps=column.steps, field="id")


def in_order(column: ColumnRule) -> bool:
    """Whether an index has rows in the order of a column."""
    field = column.field
    return not column.steps and field is not None and (field.label or field.indexed)


def _ordered(value: str, columns: Mapping[str, ColumnRule]) -> tuple[tuple[ColumnRule, bool], ...]:
    """The columns of an order. One that stands there again changes nothing: rows that it would sort are alike in it."""
    order: dict[str, tuple[ColumnRule, bool]] = {}
    for each in value.split(","):
        column, descends = _sorting(each, columns)
        order.setdefault(column.key, (column, descends))
    return tuple(order.values())


def _sorting(key: str, columns: Mapping[str, ColumnRule]) -> tuple[ColumnRule, bool]:
    name = key.removeprefix("-")
    if name not in columns:
        raise UnknownField(f"One cannot sort by {name!r}.")
    return columns[name], key.startswith("-")


def _text(value: str) -> str:
    """A part of a text: not all that a text of its kind has to be."""
    return kinds.LongText().parse(value)


def _size(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) <= LARGEST:
        raise BadValue(f"{value!r} is no number of rows.", hint=f"From 1 to {LARGEST}.")
    return int(value)


def _yes(value: str) -> bool:
    if value not in _YES:
        raise BadValue(f"{value!r} is neither yes nor no.")
    return _YES[value]


def _no_suffix(column: ColumnRule, suffix: str) -> UnknownField:
    return UnknownField(f"One cannot ask {column.key!r} for {suffix!r}.")
