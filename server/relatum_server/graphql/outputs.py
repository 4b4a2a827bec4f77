"""From the fields asked of records, ties and connections to outputs of the selection."""

from collections.abc import Iterator, Mapping

from graphql import GraphQLObjectType

from relatum_schemas.selection import (
    AcrossOutput,
    ChangedOutput,
    Connection,
    ConnectionItem,
    CursorOutput,
    EdgesItem,
    EndOutput,
    ExcerptOutput,
    FieldOutput,
    Form,
    HistoryOutput,
    NodesItem,
    One,
    Output,
    PageInfoItem,
    RankOutput,
    SelfOutput,
    TextOutput,
    TotalCountItem,
)
from relatum_server.graphql import arguments as inputs
from relatum_server.graphql.groups import aggregate
from relatum_server.graphql.meaning import (
    AcrossLine,
    Along,
    OfChanged,
    OfEnd,
    OfField,
    OfHistory,
    PageFact,
    Scaffold,
)
from relatum_server.graphql.planning import Planning, meaning, value_parts
from relatum_server.graphql.selecting import Asked, Shown
from relatum_server.graphql.variables import Template


def outputs(planning: Planning, asking: Asked) -> tuple[Output, ...]:
    """What a field shows of each record or tie to which it leads."""
    shown, inner = planning.below(asking)
    return tuple(_output(planning.at(each.key), shown, each) for each in inner)


def typename(shown: Shown, asking: Asked) -> TextOutput | FieldOutput:
    """The name of the row's GraphQL type: known for an object, else the name of the record's type."""
    if isinstance(shown, GraphQLObjectType):
        return TextOutput(key=asking.key, text=shown.name, types=asking.types)
    return FieldOutput(key=asking.key, field="type", types=asking.types)


def _output(planning: Planning, shown: Shown, asking: Asked) -> Output:
    match meaning(asking):
        case None:
            return typename(shown, asking)
        case OfField(field):
            parts = value_parts(planning, asking, field)
            return FieldOutput(key=asking.key, field=field, parts=parts, types=asking.types)
        case Along(step):
            assert step.across is not None
            return AcrossOutput(
                key=asking.key,
                across=step.across,
                outputs=outputs(planning, asking),
                types=asking.types,
            )
        case AcrossLine(across):
            return AcrossOutput(
                key=asking.key, across=across, outputs=outputs(planning, asking), types=asking.types
            )
        case OfEnd() as end:
            return _end(planning, asking, end)
        case OfHistory():
            return _history(planning, asking)
        case OfChanged():
            return ChangedOutput(key=asking.key, parts=value_parts(planning, asking) or ())
        case Scaffold(part):
            return _told(planning, asking, part)
    raise AssertionError(asking.node.name.value)


def _told(planning: Planning, asking: Asked, part: str) -> Output:
    """What an edge tells of where it stands, and of how it was found."""
    match part:
        case "cursor":
            return CursorOutput(key=asking.key)
        case "rank":
            return RankOutput(key=asking.key)
        case "excerpt":
            return ExcerptOutput(key=asking.key, parts=value_parts(planning, asking) or ())
    raise AssertionError(part)


def _history(planning: Planning, asking: Asked) -> HistoryOutput:
    given = planning.arguments(asking)
    return HistoryOutput(
        key=asking.key,
        form=Connection(items=tuple(connection_items(planning, asking))),
        page=inputs.page(given, planning.parameters, planning.path),
        types=asking.types,
    )


def _end(planning: Planning, asking: Asked, end: OfEnd) -> EndOutput:
    given = planning.arguments(asking)
    parameters, path = planning.parameters, planning.path
    taken = asking.definition.args if asking.definition else {}
    return EndOutput(
        key=asking.key,
        end=end.end,
        form=_form(planning, asking, end, given),
        filter=inputs.condition(
            given["filter"], taken["filter"].type, parameters, (*path, "filter")
        )
        if "filter" in given
        else None,
        order=inputs.orders(given.get("orderBy"), taken["orderBy"].type, (*path, "orderBy"))
        if "orderBy" in given
        else (),
        page=inputs.page(given, parameters, path),
        holds=inputs.holds(given.get("holds"), parameters, (*path, "holds")),
        node=end.form == "record",
        types=asking.types,
    )


def _form(planning: Planning, asking: Asked, end: OfEnd, given: Mapping[str, Template]) -> Form:
    match end.form:
        case "record":
            return One(outputs=outputs(planning, asking))
        case "tie":
            return One(outputs=tuple(map(_without_cursor, outputs(planning, asking))))
        case "ties":
            return Connection(items=tuple(connection_items(planning, asking)))
        case "groups":
            return aggregate(planning, asking, given)


def _without_cursor(output: Output) -> Output:
    """A tie that is alone has no place in a list, so its cursor is empty."""
    return TextOutput(key=output.key, text="") if isinstance(output, CursorOutput) else output


def connection_items(planning: Planning, asking: Asked) -> Iterator[ConnectionItem]:
    """What a connection shows."""
    shown, inner = planning.below(asking)
    for each in inner:
        here = planning.at(each.key)
        match meaning(each):
            case None:
                yield TextOutput(key=each.key, text=shown.name)
            case Scaffold("total_count"):
                yield TotalCountItem(key=each.key)
            case Scaffold("nodes"):
                yield NodesItem(key=each.key, outputs=outputs(here, each))
            case Scaffold("edges"):
                yield EdgesItem(key=each.key, outputs=tuple(_edge(here, each)))
            case Scaffold("page_info"):
                yield _page_info(here, each)


def _edge(planning: Planning, asking: Asked) -> Iterator[Output | SelfOutput]:
    shown, inner = planning.below(asking)
    for each in inner:
        here = planning.at(each.key)
        if meaning(each) == Scaffold("self"):
            yield SelfOutput(key=each.key, outputs=outputs(here, each))
        else:
            yield _output(here, shown, each)


def _page_info(planning: Planning, asking: Asked) -> PageInfoItem:
    shown, inner = planning.below(asking)
    return PageInfoItem(
        key=asking.key,
        facts=tuple(
            (each.key, fact.name)
            if isinstance(fact := meaning(each), PageFact)
            else TextOutput(key=each.key, text=shown.name)
            for each in inner
        ),
    )
