"""Resolvers over the oracle: what each field of the schema gives, by its name and its parent's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    default_field_resolver,
)
from graphql.execution.values import get_directive_values

from relatum.access import Principal
from relatum.catalogue.model import RECORD, Catalogue, End
from relatum_schemas.kinds import CompositeKind, Identity, Kind
from relatum_schemas.selection import (
    Aggregate,
    Clock,
    Connection,
    FieldPath,
    Function,
    Measure,
    MeasureOutput,
    Neighbourhood,
    Search,
    ShortestPath,
    Step,
)
from relatum_server.graphql.names import camel
from tests.oracle.access import Reader
from tests.oracle.aggregates import Group, groups_of, key_kind, measure_kind, measured
from tests.oracle.conditions import holds as fulfilled
from tests.oracle.digests import digest
from tests.oracle.evaluate import of_principal, ordered, paged, reader_of, sight_of
from tests.oracle.graph import Graph
from tests.oracle.graphql import arguments
from tests.oracle.graphql.arguments import Given
from tests.oracle.paging import Placed, Ranking, Window
from tests.oracle.shapes import Shape, of_name
from tests.oracle.sight import Row, Sight
from tests.oracle.values import canonical, wire_parts
from tests.oracle.walks import SEARCH_ORDER, WALK_ORDER, chain, found, neighbours

Info = GraphQLResolveInfo[Any]
Resolver = Callable[..., Any]


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


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    window: Window
    ranking: Ranking
    total: int
    shape: Shape
    sight: Sight

    @property
    def cursors(self) -> list[str]:
        """Of the rows on the page."""
        return [self.ranking.cursor(each.position) for each in self.window.rows]


@dataclass(frozen=True)
class Grouped:
    """A group of rows."""

    form: Aggregate
    group: Group
    shape: Shape
    sight: Sight


@dataclass(frozen=True)
class Keyed:
    """Within the key of a group: as far as these steps, and to this field of several parts."""

    grouped: Grouped
    shape: Shape
    steps: tuple[Step, ...] = ()
    field: str | None = None


@dataclass(frozen=True)
class Measured:
    """Within the measures of one function."""

    grouped: Grouped
    function: Function
    shape: Shape
    steps: tuple[Step, ...] = ()


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
        known = {**self.catalogue.types, **self.catalogue.traits}
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
                return source.node if name == "node" else source.cursor
            case Page():
                return _of_page(source, name)
            case Window():
                return None
            case Grouped():
                return _of_group(source, name)
            case Keyed():
                return _of_key(source, name)
            case Measured():
                return _of_measures(source, name)
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
                return self.listed(found(source, sight), ranking, given, self.anything, sight)
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
                for index, each in enumerate(_measures(info, shape))
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
            return wired(known.kind, sight.value(row, known.name))
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


def wired(kind: Kind, value: Any) -> Any:
    """A value as GraphQL shows it."""
    whole = wire_parts(kind, value, None)
    if isinstance(kind, CompositeKind) and isinstance(whole, Mapping):
        return {camel(part): each for part, each in whole.items()}
    return canonical(whole)


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
            return [RootEdge(Standing(each.row, sight), cursor) for each, cursor in placed]
    records = [sight.far(each.row, "node") if reached else each.row for each in rows]
    return [None if each is None else Standing(each, sight) for each in records]


def _of_group(grouped: Grouped, name: str) -> Any:
    if name == "key":
        return Keyed(grouped, grouped.shape)
    if name == "count":
        return len(grouped.group[1])
    functions = {camel(each.value): each for each in Function}
    return Measured(grouped, functions[name], grouped.shape)


def _of_key(keyed: Keyed, name: str) -> Any:
    form = keyed.grouped.form
    if keyed.field is not None:
        kind = keyed.shape.field(keyed.field).kind
        parts = {camel(part): part for part in kind.parts}
        return _key_value(keyed, FieldPath(steps=keyed.steps, field=keyed.field, part=parts[name]))
    known = arguments.fields_of(keyed.shape).get(name)
    if known is None:
        step = arguments.step_of(keyed.shape, name)
        assert step is not None
        return replace(keyed, shape=arguments.along(keyed.shape, step), steps=(*keyed.steps, step))
    path = FieldPath(steps=keyed.steps, field=known.name)
    if path in [each.path for each in form.group_by]:
        return _key_value(keyed, path)
    return replace(keyed, field=known.name)


def _key_value(keyed: Keyed, path: FieldPath) -> Any:
    [index] = [i for i, each in enumerate(keyed.grouped.form.group_by) if each.path == path]
    kind = key_kind(keyed.grouped.form.group_by[index], keyed.grouped.shape)
    return wired(kind, keyed.grouped.group[0][index])


def _of_measures(source: Measured, name: str) -> Any:
    grouped = source.grouped
    known = arguments.fields_of(source.shape).get(name)
    if known is None:
        step = arguments.step_of(source.shape, name)
        assert step is not None
        return replace(
            source, shape=arguments.along(source.shape, step), steps=(*source.steps, step)
        )
    measure = Measure(
        function=source.function, path=FieldPath(steps=source.steps, field=known.name)
    )
    value = measured(measure, grouped.group[1], grouped.shape, grouped.sight)
    return wired(measure_kind(source.function, known.kind), value)


def _measures(info: Info, shape: Shape) -> Iterator[Measure]:
    """What is measured below a field, in the order of the answer: measures of money part the groups."""
    functions = {camel(each.value): each for each in Function}
    for node in _below(info, info.field_nodes):
        function = functions.get(node[0].name.value)
        if function is not None and function is not Function.COUNT:
            yield from _paths(info, node, function, (), shape)


def _paths(
    info: Info,
    nodes: list[FieldNode],
    function: Function,
    steps: tuple[Step, ...],
    shape: Shape,
) -> Iterator[Measure]:
    for below in _below(info, nodes):
        name = below[0].name.value
        known = arguments.fields_of(shape).get(name)
        if known is not None:
            yield Measure(function=function, path=FieldPath(steps=steps, field=known.name))
        elif name != "__typename":
            step = arguments.step_of(shape, name)
            assert step is not None
            deeper = arguments.along(shape, step)
            yield from _paths(info, below, function, (*steps, step), deeper)


def _below(info: Info, nodes: Sequence[FieldNode]) -> list[list[FieldNode]]:
    """The fields asked below some nodes of one key, merged by key."""
    merged: dict[str, list[FieldNode]] = {}
    for node in nodes:
        if node.selection_set:
            for each in _opened(info, node.selection_set):
                key = each.alias.value if each.alias else each.name.value
                merged.setdefault(key, []).append(each)
    return list(merged.values())


def _opened(info: Info, selected: SelectionSetNode) -> Iterator[FieldNode]:
    """The field nodes of a selection set on an object, with fragments opened."""
    for each in selected.selections:
        skip = get_directive_values(GraphQLSkipDirective, each, info.variable_values)
        include = get_directive_values(GraphQLIncludeDirective, each, info.variable_values)
        if (skip and skip["if"]) or (include and not include["if"]):
            continue
        if isinstance(each, FieldNode):
            yield each
        elif isinstance(each, InlineFragmentNode):
            yield from _opened(info, each.selection_set)
        elif isinstance(each, FragmentSpreadNode):
            fragment = info.fragments[each.name.value]
            yield from _opened(info, getattr(fragment, "definition", fragment).selection_set)
