"""The start page: what is installed here, what can be asked, and where. It lists types, never records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from relatum.catalogue import Catalogue, RecordType, RelationshipType
from relatum.session import Session
from relatum_schemas.selection import (
    Aggregate,
    Function,
    Measure,
    MeasureOutput,
    Request,
    RootField,
    Rows,
)
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.names import camel
from relatum_server.pages.entering import Way
from relatum_server.pages.offering import OfferedQuery
from relatum_server.pages.page import page
from relatum_server.pages.speaking import SPOKEN, say
from relatum_server.pages.who import Who

_ROOT: Final = "Query"
_COUNT: Final = Aggregate(
    outputs=(MeasureOutput(key="count", measure=Measure(function=Function.COUNT)),)
)


@dataclass(frozen=True, kw_only=True)
class StartPage:
    """What the page shows to whom.

    Attributes:
        known: what of the schema who asks may know of; None for all of it.
        examples: queries that are offered.
        waiting: whether queries are offered to others.
        graphiql: whether this browser may be sent to GraphiQL.
        entrances: into what plugins serve.
    """

    known: Known | None
    examples: Sequence[OfferedQuery]
    waiting: bool
    graphiql: bool
    entrances: Sequence[Way]


async def start_page(session: Session, who: Who, shown: StartPage) -> HTMLResponse:
    """The page at ``/``: the types that who asks may know of, with the counts of what it may see.

    Args:
        session: of who asks.
        who: that is.
        shown: the rest.
    """
    catalogue = session.catalogue
    types = _listed(catalogue, shown.known)
    counts = await _counts(session, [each.name for each in types])
    sections = [_section(catalogue, name, types, counts) for name in catalogue.plugins]
    values = {
        "who": who,
        "summary": _summary(types),
        "examples": shown.examples,
        "waiting": shown.waiting,
        "graphiql": shown.graphiql,
        "entrances": shown.entrances,
        "sections": [each for each in sections if each.tables],
    }
    return page("start.html", values)


def _listed(catalogue: Catalogue, known: Known | None) -> Sequence[RecordType]:
    """The types that may be known of, by name."""
    types = [each for _, each in sorted(catalogue.types.items())]
    if known is None:
        return types
    roots = known.members.get(_ROOT, frozenset())
    return [each for each in types if camel(each.plural) in roots]


async def _counts(session: Session, names: Sequence[str]) -> Mapping[str, int]:
    """How many records of each type there are, in one statement."""
    if not names:
        return {}
    roots = (RootField(key=name, source=Rows(type=name), form=_COUNT) for name in names)
    answer = orjson.loads(await session.read(Request(fields=tuple(roots))))
    return {name: answer[name][0]["count"] for name in names}


def _summary(types: Sequence[RecordType]) -> str:
    """What is here, in figures; empty if there is nothing."""
    if not types:
        return ""
    ties = sum(isinstance(each, RelationshipType) for each in types)
    plugins, things = len({each.plugin for each in types}), len(types) - ties
    ngettext = SPOKEN.get().ngettext
    return ", ".join(
        (
            _counted(plugins, ngettext("plugin", "plugins", plugins)),
            _counted(things, ngettext("kind of thing", "kinds of things", things)),
            _counted(ties, ngettext("kind of tie", "kinds of ties", ties)),
        )
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}"


@dataclass(frozen=True)
class _Row:
    """A type, as the page lists it."""

    name: str
    summary: Markup
    query: str
    count: int


@dataclass(frozen=True)
class _Section:
    """What a plugin brings: its entity types, its relationship types."""

    plugin: str
    tables: Mapping[str, Sequence[_Row]]


def _section(
    catalogue: Catalogue, plugin: str, types: Sequence[RecordType], counts: Mapping[str, int]
) -> _Section:
    among = {say("Things"): catalogue.entities, say("Ties"): catalogue.relationships}
    tables = {
        title: [
            _row(each, counts[each.name])
            for each in types
            if each.plugin == plugin and each.name in names
        ]
        for title, names in among.items()
    }
    return _Section(
        SPOKEN.get().titles.plugin(plugin), {title: rows for title, rows in tables.items() if rows}
    )


def _row(known: RecordType, count: int) -> _Row:
    query = f"{{\n  {camel(known.plural)}(first: 10) {{\n    nodes {{ id label }}\n  }}\n}}\n"
    summary = SPOKEN.get().titles.type(known.name).help
    return _Row(known.name, _with_code(summary), query, count)


def _with_code(text: str) -> Markup:
    """Text in which names between backticks are shown as code."""
    return Markup(re.sub("`+([^`]+)`+", r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped
