"""The start page: what is installed here, what can be asked, and where. It lists types, never records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from relatum.catalogue import Catalogue, RecordType
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
from relatum_server.graphql.names import camel
from relatum_server.pages.examples import ExampleQuery
from relatum_server.pages.page import page
from relatum_server.pages.who import Who

_COUNT: Final = Aggregate(
    outputs=(MeasureOutput(key="count", measure=Measure(function=Function.COUNT)),)
)


async def start_page(
    session: Session, who: Who, examples: Sequence[ExampleQuery], *, graphiql: bool
) -> HTMLResponse:
    """The page at ``/``, with the counts that who asks may know.

    Args:
        session: of who asks.
        who: that is.
        examples: queries that are offered.
        graphiql: whether this browser may be sent to GraphiQL.
    """
    catalogue = session.catalogue
    counts = await _counts(session)
    sections = [_section(catalogue, name, counts) for name in catalogue.plugins]
    values = {
        "who": who,
        "summary": _summary(catalogue),
        "examples": examples if graphiql else (),
        "graphiql": graphiql,
        "sections": [each for each in sections if each.tables],
    }
    return page("start.html", values)


async def _counts(session: Session) -> Mapping[str, int]:
    """How many records of each type there are, in one statement."""
    names = tuple(session.catalogue.types)
    if not names:
        return {}
    roots = (RootField(key=name, source=Rows(type=name), form=_COUNT) for name in names)
    answer = orjson.loads(await session.read(Request(fields=tuple(roots))))
    return {name: answer[name][0]["count"] for name in names}


def _summary(catalogue: Catalogue) -> str:
    return ", ".join(
        (
            _counted(len(catalogue.plugins), "plugin", "plugins"),
            _counted(len(catalogue.entities), "kind of thing", "kinds of things"),
            _counted(len(catalogue.relationships), "kind of tie", "kinds of ties"),
        )
    )


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


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


def _section(catalogue: Catalogue, plugin: str, counts: Mapping[str, int]) -> _Section:
    known = {"Things": catalogue.entities, "Ties": catalogue.relationships}
    tables = {
        title: [
            _row(each, counts[each.name])
            for _, each in sorted(types.items())
            if each.plugin == plugin
        ]
        for title, types in known.items()
    }
    return _Section(plugin, {title: rows for title, rows in tables.items() if rows})


def _row(known: RecordType, count: int) -> _Row:
    query = f"{{\n  {camel(known.plural)}(first: 10) {{\n    nodes {{ id label }}\n  }}\n}}\n"
    summary = known.description.partition("\n\n")[0]
    return _Row(known.name, _with_code(summary), query, count)


def _with_code(text: str) -> Markup:
    """Text in which names between backticks are shown as code."""
    return Markup(re.sub("`+([^`]+)`+", r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped
