"""The answer to a request."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from relatum.access import PRINCIPAL_FIRM, PRINCIPAL_ID, SYSTEM, Principal
from relatum.catalogue.model import Catalogue
from relatum_schemas.errors import BadSelection
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Clock,
    Condition,
    Connection,
    ConnectionItem,
    CursorOutput,
    EdgesItem,
    EndOutput,
    FieldOutput,
    Form,
    Many,
    Neighbourhood,
    NodesItem,
    One,
    Order,
    Output,
    Page,
    PageInfoItem,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    ShortestPath,
    TextOutput,
    TotalCountItem,
)
from tests.oracle.access import Reader
from tests.oracle.aggregates import aggregate
from tests.oracle.check import Check
from tests.oracle.conditions import holds
from tests.oracle.digests import digest
from tests.oracle.graph import Graph
from tests.oracle.paging import (
    USUAL_PAGE,
    Placed,
    Ranking,
    Window,
    chosen_order,
    placed,
    window,
)
from tests.oracle.shapes import Shape, of_name, of_source
from tests.oracle.sight import Row, Sight, read_moment
from tests.oracle.values import Parameters, as_instant, bound, members, wire_parts
from tests.oracle.walks import (
    SEARCH_ORDER,
    WALK_ORDER,
    chain,
    found,
    has_words,
    neighbours,
    surviving,
)


def answer(
    graph: Graph,
    request: Request,
    parameters: Parameters | None = None,
    *,
    catalogue: Catalogue,
    principal: Principal,
    now: datetime,
) -> dict[str, object]:
    """The answer that both databases have to give.

    Args:
        graph: all records with all their versions.
        request: what is asked.
        parameters: values of the request's parameters, in wire form.
        catalogue: the types in force.
        principal: who asks.
        now: the present.

    Raises:
        RelatumError: the request has no meaning; of the class that the engine raises.
    """
    given = {**(parameters or {}), **of_principal(principal)}
    reader = reader_of(graph, catalogue, principal, now)
    Check(catalogue, reader, given).request(request)
    return {
        root.key: _root(root, sight_of(root.clock, reader, given, now)) for root in request.fields
    }


def reader_of(graph: Graph, catalogue: Catalogue, principal: Principal, now: datetime) -> Reader:
    """The principal, judged by the graph of today with nothing hidden."""

    def judge(condition: Condition, record: UUID) -> bool:
        row = present.row(record)
        return row is not None and holds(condition, row, present)

    everything = Reader(catalogue, graph, SYSTEM, judge)
    present = Sight(catalogue, graph, everything, of_principal(principal), now, None)
    return Reader(catalogue, graph, principal, judge)


def of_principal(principal: Principal) -> Parameters:
    """The parameters that stand for whoever asks."""
    return {PRINCIPAL_ID: principal.id, PRINCIPAL_FIRM: principal.firm}


def sight_of(clock: Clock, reader: Reader, parameters: Parameters, now: datetime) -> Sight:
    """What a root field with these clocks sees."""
    valid_at: date | datetime = read_moment(bound(clock.valid_at, parameters)) or now
    recorded_at = read_moment(bound(clock.recorded_at, parameters))
    known = None if recorded_at is None else as_instant(recorded_at, reader.catalogue.zone)
    return Sight(
        reader.catalogue,
        reader.graph,
        reader,
        parameters,
        valid_at,
        known,
    )


def _root(root: RootField, sight: Sight) -> object:
    counted = sight.counting() if isinstance(root.form, Aggregate) else sight
    shape = of_source(sight.catalogue, root.source)
    rows, ranking = _source(root, shape, counted)
    return _formed(root.form, rows, ranking, root.page, shape, counted)


def _source(root: RootField, shape: Shape, sight: Sight) -> tuple[list[Placed], Ranking]:
    """The rows of a source in their order."""
    source = root.source
    match source:
        case Rows():
            condition = surviving(source, sight)
            kept = [row for row in sight.rows(shape.types) if holds(condition, row, sight)]
            if source.words is not None:
                text = bound(source.words, sight.parameters)
                kept = [row for row in kept if has_words(row, text, sight)]
            return ordered(kept, root.order, f"rows.{shape.name}", shape, sight)
        case Search():
            ranking = Ranking(SEARCH_ORDER, digest("search.Record", ()))
            return ranking.sorted(found(source, sight)), ranking
        case Neighbourhood():
            ranking = Ranking(WALK_ORDER, digest("neighbourhood.Record", ()))
            return ranking.sorted(neighbours(source, sight)), ranking
        case ShortestPath():
            ranking = Ranking(WALK_ORDER, digest("path.Record", ()))
            return ranking.sorted(chain(source, sight)), ranking
    raise BadSelection("The oracle knows of no change log.")


def ordered(
    rows: Iterable[Row], order: tuple[Order, ...], told: str, shape: Shape, sight: Sight
) -> tuple[list[Placed], Ranking]:
    """Rows in an order, and what it is; ``told`` tells them from others."""
    ranking = chosen_order(order, shape, digest(told, order))
    return ranking.sorted([placed(row, order, shape, sight) for row in rows]), ranking


def _formed(
    form: Form,
    rows: list[Placed],
    ranking: Ranking,
    page: Page | None,
    shape: Shape,
    sight: Sight,
) -> object:
    match form:
        case One():
            shown = paged(form, rows, ranking, page, sight).rows
            return _object(shown[0].row, form.outputs, sight) if shown else None
        case Many():
            shown = paged(form, rows, ranking, page, sight).rows
            return [_object(each.row, form.outputs, sight) for each in shown]
        case Connection():
            shown_page = paged(form, rows, ranking, page, sight)
            return _connection(form, shown_page, len(rows), ranking, shape, sight)
        case Aggregate():
            return aggregate(form, [each.row for each in rows], shape, sight)


def paged(
    form: Form, rows: list[Placed], ranking: Ranking, page: Page | None, sight: Sight
) -> Window:
    """The rows that a page shows."""
    given = {name: bound(value, sight.parameters) for name, value in page or Page()}
    usual = USUAL_PAGE if isinstance(form, Connection) else None
    return window(rows, ranking, usual=usual, **given)


def _connection(
    form: Connection, page: Window, total: int, ranking: Ranking, shape: Shape, sight: Sight
) -> dict[str, object]:
    return {item.key: _item(item, page, total, ranking, shape, sight) for item in form.items}


def _item(
    item: ConnectionItem, page: Window, total: int, ranking: Ranking, shape: Shape, sight: Sight
) -> object:
    match item:
        case EdgesItem():
            return [_edge(each, item, ranking, sight) for each in page.rows]
        case NodesItem():
            return [
                _node(each.row, item.outputs, sight)
                if shape.reached
                else _object(each.row, item.outputs, sight)
                for each in page.rows
            ]
        case PageInfoItem():
            return _page_info(item, page, ranking)
        case TotalCountItem():
            return total
        case TextOutput():
            return item.text


def _edge(each: Placed, item: EdgesItem, ranking: Ranking, sight: Sight) -> dict[str, object]:
    shown: dict[str, object] = {}
    for output in item.outputs:
        match output:
            case SelfOutput():
                shown[output.key] = _object(each.row, output.outputs, sight)
            case CursorOutput():
                shown[output.key] = ranking.cursor(each.position)
            case _:
                shown |= _object(each.row, (output,), sight)
    return shown


def _node(row: Row, outputs: Iterable[Output], sight: Sight) -> dict[str, object] | None:
    far = sight.far(row, "node")
    return None if far is None else _object(far, outputs, sight)


def _page_info(item: PageInfoItem, page: Window, ranking: Ranking) -> dict[str, object]:
    cursors = [ranking.cursor(each.position) for each in page.rows]
    facts: Mapping[str, object] = {
        "has_next_page": page.next,
        "has_previous_page": page.previous,
        "start_cursor": cursors[0] if cursors else None,
        "end_cursor": cursors[-1] if cursors else None,
    }
    return members(item.facts, facts)


def _object(row: Row, outputs: Iterable[Output], sight: Sight) -> dict[str, object]:
    """What a row shows."""
    shown: dict[str, object] = {}
    for output in outputs:
        types = getattr(output, "types", None)
        if types is not None and row.type not in types:
            continue
        match output:
            case FieldOutput():
                field = sight.catalogue.field(row.type, output.field)
                value = sight.value(row, field.name)
                shown[output.key] = wire_parts(field.kind, value, output.parts, row.id)
            case TextOutput():
                shown[output.key] = output.text
            case AcrossOutput(across="node" | "source" | "target" as across):
                far = sight.far(row, across)
                shown[output.key] = None if far is None else _object(far, output.outputs, sight)
            case EndOutput():
                shown[output.key] = _end(row, output, sight)
    return shown


def _end(row: Row, output: EndOutput, sight: Sight) -> object:
    counted = sight.counting() if isinstance(output.form, Aggregate) else sight
    end = sight.catalogue.end(row.type, output.end)
    shape = of_name(sight.catalogue, row.type).at_end(end)
    ties = [
        tie
        for tie in counted.ties(row, output.end, output.holds)
        if holds(output.filter, tie, counted)
    ]
    rows, ranking = ordered(ties, output.order, f"{end.relationship}.{end.side}", shape, counted)
    if not output.node:
        return _formed(output.form, rows, ranking, output.page, shape, counted)
    assert isinstance(output.form, One | Many)
    shown = paged(output.form, rows, ranking, output.page, sight).rows
    nodes = [_node(each.row, output.form.outputs, sight) for each in shown]
    if isinstance(output.form, Many):
        return nodes
    return nodes[0] if nodes else None
