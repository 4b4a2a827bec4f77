"""Resolvers over the oracle: what each field of the schema gives, by its name and its parent's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from graphql import default_field_resolver

from relatum.access import Principal
from relatum.catalogue.model import RECORD, Catalogue, End, Field, RecordType, Trait
from relatum_schemas.kinds import FileKind, Identity
from relatum_schemas.selection import (
    Aggregate,
    Clock,
    Connection,
    MeasureOutput,
    Neighbourhood,
    Search,
    ShortestPath,
)
from relatum_server.graphql.names import camel
from tests.oracle.access import Reader
from tests.oracle.aggregates import groups_of
from tests.oracle.conditions import holds as fulfilled
from tests.oracle.digests import digest
from tests.oracle.evaluate import of_principal, ordered, paged, reader_of, sight_of
from tests.oracle.graph import Graph
from tests.oracle.graphql import arguments
from tests.oracle.graphql.arguments import Given
from tests.oracle.graphql.groups import (
    Grouped,
    Info,
    Keyed,
    Measured,
    measures,
    of_group,
    of_key,
    of_measures,
    wired,
)
from tests.oracle.paging import Placed, Ranking, Window
from tests.oracle.shapes import Shape, of_name
from tests.oracle.sight import Row, Sight
from tests.oracle.walks import SEARCH_ORDER, WALK_ORDER, chain, excerpts, found, neighbours, rank


@dataclass(frozen=True)
class Standing:
    """A record or tie as a root field sees it. ``place`` is where an edge stands, if it is one."""

    row: Row
    sight: Sight
    place: str | None = None


@dataclass(frozen=True)
class RootEdge:
    """An edge of a root connection: the record itself, and where it stands."""

    node: Standing
    cursor: str
    rank: Decimal | None = None
    excerpt: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    window: Window
    ranking: Ranking
    total: int
    shape: Shape
    sight: Sight
    search: Search | None = None

    @property
    def cursors(self) -> list[str]:
        """Of the rows on the page."""
        return [self.ranking.cursor(each.position) for each in self.window.rows]


@dataclass
class Oracle:
    """What resolves the engine's fields.

    ``cursors`` has what stands for a cursor in a document (``cursor-1``), and learns which cursors these are: of some row
    of the list in which one is met first.
    """

    catalogue: Catalogue
    graph: Graph
    principal: Principal
    now: datetime
    cursors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Judge who asks."""
        self.reader: Reader = reader_of(self.graph, self.catalogue, self.principal, self.now)
        known: dict[str, RecordType | Trait] = {**self.catalogue.types, **self.catalogue.traits}
        self.singles = {camel(name): name for name in known}
        self.plurals = {camel(each.plural): name for name, each in known.items()}

    def type_of(self, source: object, info: Info, abstract: object) -> str:
        """The object type that shows a record."""
        assert isinstance(source, Standing)
        return source.row.type

    def resolve(self, source: Any, info: Info, /, **given: Any) -> Any:
        """What a field gives."""
        name = info.field_name
        match source:
            case None:
                return self.root(name, given, info)
            case Standing():
                return self.of_row(source, name, given, info)
            case RootEdge():
                return getattr(source, name)
            case Page():
                return _of_page(source, name)
            case Window():
                return None
            case Grouped():
                return of_group(source, name)
            case Keyed():
                return of_key(source, name)
            case Measured():
                return of_measures(source, name)
        return default_field_resolver(source, info, **given)

    # --- root fields

    def root(self, name: str, given: Given, info: Info) -> Any:
        """What a root field gives."""
        sight = self.sight(arguments.clock(given))
        match name:
            case "node":
                return self.record(given["id"], sight)
            case "nodes":
                return [self.record(each, sight) for each in given["ids"]]
            case "search":
                source = Search(text=given["text"], types=tuple(given.get("types") or ()))
                ranking = Ranking(SEARCH_ORDER, digest("search.Record", ()))
                page = self.listed(found(source, sight), ranking, given, self.anything, sight)
                return replace(page, search=source)
            case "neighbourhood":
                around = Neighbourhood(
                    id=given["id"], depth=given["depth"], types=tuple(given.get("types") or ())
                )
                ranking = Ranking(WALK_ORDER, digest("neighbourhood.Record", ()))
                return self.listed(neighbours(around, sight), ranking, given, self.anything, sight)
            case "path":
                way = ShortestPath(
                    start=given["from"], end=given["to"], types=tuple(given.get("types") or ())
                )
                return [Standing(each.row, sight) for each in chain(way, sight)]
        if name in self.singles:
            shape = of_name(self.catalogue, self.singles[name])
            row = sight.row(Identity().parse(given["id"]))
            return Standing(row, sight) if row is not None and row.type in shape.types else None
        if name in self.plurals:
            shape = of_name(self.catalogue, self.plurals[name])
            return self.connection(
                sight.rows(shape.types), given, f"rows.{shape.name}", shape, sight
            )
        shape = of_name(self.catalogue, self.plurals[name.removesuffix("Aggregate")])
        counting = sight.counting()
        return self.groups(counting.rows(shape.types), given, shape, counting, info)

    @property
    def anything(self) -> Shape:
        """The shape of records of any type."""
        return of_name(self.catalogue, RECORD)

    def sight(self, clock: Clock) -> Sight:
        """What a root field with these clocks sees."""
        return sight_of(clock, self.reader, of_principal(self.principal), self.now)

    def record(self, given: str, sight: Sight) -> Standing | None:
        """Any record by its id, or by that of one that was merged into it."""
        asked = Identity().parse(given)
        row = sight.row(asked if sight.recorded_at else sight.graph.became(asked))
        return None if row is None else Standing(row, sight)

    # --- lists and groups

    def connection(
        self, rows: Sequence[Row], given: Given, told: str, shape: Shape, sight: Sight
    ) -> Page:
        """The rows that a filter admits, in the order asked, as a page."""
        condition = arguments.condition(given.get("filter"), shape)
        kept = [row for row in rows if fulfilled(condition, row, sight)]
        placed, ranking = ordered(
            kept, arguments.orders(given.get("orderBy"), shape), told, shape, sight
        )
        return self.listed(placed, ranking, given, shape, sight)

    def listed(
        self, rows: list[Placed], ranking: Ranking, given: Given, shape: Shape, sight: Sight
    ) -> Page:
        """Placed rows as a page."""
        rows = ranking.sorted(rows)
        known = {
            name: self._cursor(each, rows, ranking) if name in ("after", "before") else each
            for name, each in given.items()
        }
        asked = arguments.page(known)
        window = paged(Connection(items=()), rows, ranking, asked, sight)
        return Page(window, ranking, len(rows), shape, sight)

    def _cursor(self, given: str | None, rows: list[Placed], ranking: Ranking) -> str | None:
        if given is None or not given.startswith("cursor-"):
            return given
        if given not in self.cursors and rows:
            chosen = rows[int(given.removeprefix("cursor-")) % len(rows)]
            self.cursors[given] = ranking.cursor(chosen.position)
        return self.cursors.get(given)

    def groups(
        self, rows: Sequence[Row], given: Given, shape: Shape, sight: Sight, info: Info
    ) -> list[Grouped]:
        """The rows that a filter admits, in groups."""
        condition = arguments.condition(given.get("filter"), shape)
        kept = [row for row in rows if fulfilled(condition, row, sight)]
        form = Aggregate(
            group_by=arguments.group_keys(given.get("groupBy"), shape),
            having=arguments.having(given.get("having"), shape),
            outputs=tuple(
                MeasureOutput(key=f"m{index}", measure=each)
                for index, each in enumerate(measures(info, shape))
            ),
        )
        return [Grouped(form, group, shape, sight) for group in groups_of(form, kept, shape, sight)]

    # --- records and ties

    def of_row(self, source: Standing, name: str, given: Given, info: Info) -> Any:
        """What a field of a record or tie gives."""
        row, sight = source.row, source.sight
        shape = of_name(self.catalogue, row.type)
        if row.reached is not None:
            shape = shape.at_end(row.reached[0])
        if name == "cursor":
            return source.place or ""
        if arguments.crosses(shape, name):
            far = sight.far(row, name)  # type: ignore[arg-type]  # node, source or target
            return None if far is None else Standing(far, sight)
        known = arguments.fields_of(shape).get(name)
        if known is not None:
            return _with_address(wired(known.kind, sight.value(row, known.name)), row, known)
        ends = arguments.ends_of(shape)
        if name.removesuffix("Aggregate") in ends and name not in ends:
            end, counting = ends[name.removesuffix("Aggregate")], sight.counting()
            ties = counting.ties(row, end.name, arguments.holds(given.get("holds")))
            return self.groups(ties, given, shape.at_end(end), counting, info)
        if name in ends:
            return self.at_end(source, ends[name], given, shape)
        if name.removesuffix("Edge") in ends:
            return self.only(source, ends[name.removesuffix("Edge")], given)
        return self.ties(source, ends[name.removesuffix("Edges")], given, shape)

    def at_end(self, source: Standing, end: End, given: Given, shape: Shape) -> Any:
        """The far record of an end with one tie at most, the connection of one with more."""
        if not end.to_one:
            return self.ties(source, end, given, shape)
        tie = self.only(source, end, given)
        far = None if tie is None else source.sight.far(tie.row, "node")
        return None if far is None else Standing(far, source.sight)

    def only(self, source: Standing, end: End, given: Given) -> Standing | None:
        """The tie of an end with one at most: of several at other times, that with the smallest id."""
        held = arguments.holds(given.get("holds"))
        ties = sorted(source.sight.ties(source.row, end.name, held), key=lambda tie: tie.id.bytes)
        return Standing(ties[0], source.sight) if ties else None

    def ties(self, source: Standing, end: End, given: Given, shape: Shape) -> Page:
        """The ties of an end as a page."""
        ties = source.sight.ties(source.row, end.name, arguments.holds(given.get("holds")))
        told = f"{end.relationship}.{end.side}"
        return self.connection(ties, given, told, shape.at_end(end), source.sight)


def _root_edge(each: Placed, cursor: str, page: Page) -> RootEdge:
    standing = Standing(each.row, page.sight)
    if page.search is None:
        return RootEdge(standing, cursor)
    found = excerpts(page.search, each.row, page.sight)
    return RootEdge(standing, cursor, rank(page.search, each, page.sight), found)


def _of_page(page: Page, name: str) -> Any:
    rows, sight = page.window.rows, page.sight
    reached = page.shape.reached is not None
    match name:
        case "totalCount":
            return page.total
        case "pageInfo":
            return {
                "hasNextPage": page.window.next,
                "hasPreviousPage": page.window.previous,
                "startCursor": next(iter(page.cursors), None),
                "endCursor": next(reversed(page.cursors), None),
            }
        case "edges":
            placed = zip(rows, page.cursors, strict=True)
            if reached:
                return [Standing(each.row, sight, cursor) for each, cursor in placed]
            return [_root_edge(each, cursor, page) for each, cursor in placed]
    records = [sight.far(each.row, "node") if reached else each.row for each in rows]
    return [None if each is None else Standing(each, sight) for each in records]


def _with_address(shown: Any, row: Row, field: Field) -> Any:
    """What a field shows; of a file, also where it is found."""
    if shown is None or not isinstance(field.kind, FileKind):
        return shown
    return {**shown, "url": f"/files/{row.id}/{camel(field.name)}"}
