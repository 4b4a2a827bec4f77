"""Reading from Python: ``await db.select(Machine).where(Machine.state == "due").all()``.

A `Query` is a value: every method gives a new one. Only the methods that end it (`all`, `first`, `ids`, `page`,
`count`, `exists`, `sums`, iteration) read, each in one statement.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

import orjson

from relatum.catalogue import RECORD, Catalogue, arrival, resolve_condition, resolve_path
from relatum.reading.times import reading
from relatum.session.lifting import Lifted, lift
from relatum.session.records import identity, outputs_of, record_from
from relatum_schemas.condition import Field
from relatum_schemas.entity import Declared, EndQuery
from relatum_schemas.errors import BadSelection
from relatum_schemas.kinds import Day, Instant, Kind, Money, Number
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    Clock,
    Compare,
    Condition,
    Connection,
    CursorOutput,
    EdgesItem,
    FieldOutput,
    FieldPath,
    Function,
    GroupKey,
    KeyOutput,
    Many,
    Measure,
    MeasureOutput,
    OnRecord,
    Operator,
    Order,
    Page,
    PageInfoItem,
    Parameter,
    Related,
    Request,
    RootField,
    Rows,
    SelfOutput,
    TotalCountItem,
)

R = TypeVar("R", bound=Declared)
PAGE = 100

_FORWARD = Page(first=Parameter(parameter="first"), after=Parameter(parameter="after"))
"""One window for all pages, so that one plan serves them."""

_FIRST = Page(first=Parameter(parameter="first"))


class Reads(Protocol):
    """What a query needs of the session that runs it."""

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""

    async def read(
        self,
        request: Request | Callable[[], Request],
        parameters: Mapping[str, object] | None = None,
    ) -> bytes:
        """Answer a request as JSON."""


@dataclass(frozen=True)
class RecordPage(Generic[R]):
    """One page of records. ``cursor`` continues after it; None when there is no more."""

    records: list[R]
    cursor: str | None
    total: int


@dataclass(frozen=True)
class Query(Generic[R]):
    """Records of a type or trait, narrowed and ordered."""

    session: Reads
    type_name: str
    condition: Condition | None = None
    orders: tuple[Order, ...] = ()
    clock: Clock = field(default_factory=Clock)

    def where(self, condition: Condition) -> "Query[R]":
        """Only records that fulfil the condition, too."""
        resolved = resolve_condition(self.session.catalogue, self.type_name, condition)
        joined = resolved if self.condition is None else self.condition & resolved
        return replace(self, condition=joined)

    def order(self, *keys: Order | Field | str) -> "Query[R]":
        """Ordered by these, the first weighing most; a plain field ascends. Records' ids complete every order."""
        return replace(self, orders=tuple(self._order(key) for key in keys))

    def at(self, *, valid: object = None, recorded: object = None) -> "Query[R]":
        """As it holds at ``valid`` (day or instant), as it was known at the instant ``recorded``.

        Of ties only those are found that hold at ``valid``.
        """
        asked = replace(self, clock=Clock(valid_at=_wire(valid), recorded_at=_wire(recorded)))
        relationship = self.session.catalogue.relationships.get(self.type_name)
        if valid is None or relationship is None or relationship.validity is None:
            return asked
        unit = Day() if relationship.validity == "day" else Instant()
        kind: Kind = unit
        moment = kind.wire(reading(unit, self.session.catalogue.zone)(valid))
        begun = Field("valid_from").is_null() | (Field("valid_from") <= moment)
        return asked.where(begun & (Field("valid_to").is_null() | (Field("valid_to") > moment)))

    async def all(self) -> list[R]:
        """Every record. For what may be large, iterate instead: that reads page by page."""
        return self._records((await self._read(self._many))["answer"])

    async def first(self) -> R | None:
        """The first record, or None."""
        found = self._records((await self._read(lambda: self._many(Page(first=1))))["answer"])
        return found[0] if found else None

    async def ids(self, first: int) -> list[UUID]:
        """The ids of the first so many records: where an index gives these, no record is looked at."""
        named = Many(outputs=(FieldOutput(key="id", field="id"),))
        shown = (await self._read(lambda: self._root(named, _FIRST), first=first))["answer"]
        return [UUID(each["id"]) for each in shown]

    async def page(self, first: int = PAGE, after: str | None = None) -> RecordPage[R]:
        """A page, and how many there are in all."""

        def paged() -> RootField:
            node = SelfOutput(key="node", outputs=self._outputs())
            facts = (("more", "has_next_page"), ("cursor", "end_cursor"))
            edges, page = (
                EdgesItem(key="edges", outputs=(node,)),
                PageInfoItem(key="page", facts=facts),
            )
            return self._root(
                Connection(items=(edges, page, TotalCountItem(key="total"))), _FORWARD
            )

        shown = (await self._read(paged, first=first, after=after))["answer"]
        cursor = shown["page"]["cursor"] if shown["page"]["more"] else None
        return RecordPage(
            self._records([edge["node"] for edge in shown["edges"]]), cursor, shown["total"]
        )

    async def __aiter__(self) -> AsyncIterator[R]:
        """Walk all records, page by page."""

        def paged() -> RootField:
            node = SelfOutput(key="node", outputs=self._outputs())
            edges = EdgesItem(key="edges", outputs=(CursorOutput(key="cursor"), node))
            return self._root(Connection(items=(edges,)), _FORWARD)

        after: str | None = None
        while True:
            shown = (await self._read(paged, first=PAGE, after=after))["answer"]
            for edge in shown["edges"]:
                yield self._records([edge["node"]])[0]
            if len(shown["edges"]) < PAGE:
                return
            after = shown["edges"][-1]["cursor"]

    async def count(self) -> int:
        """How many."""
        total = Connection(items=(TotalCountItem(key="total"),))
        shown = (await self._read(lambda: self._root(total)))["answer"]
        return cast(int, shown["total"])

    async def exists(self) -> bool:
        """Whether there is any."""
        one = Many(outputs=outputs_of(self.session.catalogue, "Record")[:1])
        return bool((await self._read(lambda: self._root(one, Page(first=1))))["answer"])

    async def sums(
        self, *paths: str, by: Sequence[str | tuple[str, str]] = ()
    ) -> list[dict[str, Any]]:
        """Counts and exact sums of numeric paths, per group.

        Args:
            paths: what to sum, e.g. ``"net"``.
            by: group keys: a path, or (path, ``"month" | "quarter" | "year"``).

        Returns:
            One mapping per group, in the order of the keys: each key and path by its name, and ``count``. Numbers as
            exact Python values: int, `Decimal`, `Money`; what JSON has no number for, in wire form.
        """
        keys = [(each, "value") if isinstance(each, str) else each for each in by]
        group_by = tuple(
            GroupKey(path=self._path(path), bucket=Bucket(bucket)) for path, bucket in keys
        )
        form = Aggregate(
            group_by=group_by,
            outputs=(
                *(KeyOutput(key=path, index=index) for index, (path, _) in enumerate(keys)),
                MeasureOutput(key="count", measure=Measure(function=Function.COUNT)),
                *(
                    MeasureOutput(
                        key=path, measure=Measure(function=Function.SUM, path=self._path(path))
                    )
                    for path in paths
                ),
            ),
        )
        groups = (await self._read(lambda: self._root(form)))["answer"]
        return [
            {name: self._exact(name, value) for name, value in group.items()} for group in groups
        ]

    def _exact(self, name: str, value: Any) -> Any:
        """A number of a group as Python has it."""
        if isinstance(value, dict) and set(value) == {"amount", "currency"}:
            return Money(amount=Decimal(value["amount"]), currency=value["currency"])
        kind = self._kind(name) if name != "count" else None
        return Decimal(value) if isinstance(kind, Number) and value is not None else value

    def _kind(self, dotted: str) -> Kind:
        path, type_name = self._path(dotted), self.type_name
        for step in path.steps:
            type_name = arrival(self.session.catalogue, type_name, step)
        return self.session.catalogue.field(type_name, path.field).kind

    def _order(self, key: Order | Field | str) -> Order:
        if isinstance(key, Order):
            return (
                key.model_copy(update={"path": self._path(key.path.field)})
                if not key.path.steps
                else key
            )
        return Order(path=self._path(key.path if isinstance(key, Field) else key))

    def _path(self, dotted: str) -> FieldPath:
        return resolve_path(self.session.catalogue, self.type_name, dotted)

    def _outputs(self) -> Any:
        return outputs_of(self.session.catalogue, self.type_name)

    def _many(self, page: Page | None = None) -> RootField:
        return self._root(Many(outputs=self._outputs()), page)

    def _root(self, form: Any, page: Page | None = None) -> RootField:
        return RootField(
            key="answer",
            source=Rows(type=self.type_name, filter=self._lifted.condition),
            form=form,
            order=self.orders,
            page=page,
            clock=self._lifted.clock,
        )

    @cached_property
    def _lifted(self) -> Lifted:
        return lift(self.condition, self.clock)

    async def _read(self, root: Callable[[], RootField], **parameters: object) -> dict[str, Any]:
        given = {**self._lifted.values, **parameters}
        answer = await self.session.read(lambda: Request(fields=(root(),)), given)
        return cast(dict[str, Any], orjson.loads(answer))

    def _records(self, shown: Sequence[dict[str, Any]]) -> list[R]:
        return [cast(R, record_from(self.session.catalogue, each)) for each in shown]


def at_end(session: Reads, query: EndQuery) -> Query[Any]:
    """The far records of an end, as a query of their type: those tied back to the record.

    Raises:
        BadSelection: the end leads to records of several types that no trait joins.
    """
    catalogue, holder = session.catalogue, type(query.record).__name__
    end = catalogue.end(holder, query.end)
    if end.other in ("", RECORD):
        raise BadSelection(
            f"The end {query.end!r} of {holder} leads to records of several types.",
            path=query.end,
            hint=f"Select the ties: db.select({end.relationship}).where(...).",
        )
    back = next(
        name
        for name, each in catalogue.ends(end.others[0]).items()
        if each.relationship == end.relationship
        and (each.side != end.side or each.side == "either")
    )
    meant = Related(end=back, condition=OnRecord(condition=itself(query.record)))
    tied: Query[Any] = Query(session, end.other, meant)
    return tied if query.condition is None else tied.where(query.condition)


def itself(record: Declared) -> Compare:
    """What is true of the record alone."""
    value = str(identity(record))
    return Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=value)


def _wire(moment: object) -> str | None:
    if moment is None or isinstance(moment, str):
        return moment
    return str(cast(Any, moment).isoformat())
