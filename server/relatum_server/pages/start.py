"""The start page: what is installed here, what can be asked, and where. It lists types, never records."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import quote

import orjson

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
from relatum_server.pages.graphiql import ExampleQuery
from relatum_server.pages.page import Page, page

_POLICY: Final = {"style-src": "'self'", "img-src": "'self'"}
_COUNT: Final = Aggregate(
    outputs=(MeasureOutput(key="count", measure=Measure(function=Function.COUNT)),)
)


async def start_page(session: Session, examples: Sequence[ExampleQuery]) -> Page:
    """The page at ``/``, with the counts that who asks may know."""
    catalogue = session.catalogue
    counts = await _counts(session)
    template = Template(files(__package__).joinpath("start.html").read_text("utf-8"))
    shown = template.substitute(
        summary=escape(_summary(catalogue)),
        examples="".join(_example(each) for each in examples),
        examples_state="" if examples else "hidden",
        plugins="".join(_plugin(catalogue, name, counts) for name in catalogue.plugins),
    )
    return page(shown, _POLICY)


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


def _example(example: ExampleQuery) -> str:
    return f'<li><a href="/graphql#{escape(quote(example.name))}">{escape(example.title)}</a></li>'


def _plugin(catalogue: Catalogue, name: str, counts: Mapping[str, int]) -> str:
    entities = [each for each in catalogue.entities.values() if each.plugin == name]
    ties = [each for each in catalogue.relationships.values() if each.plugin == name]
    if not entities and not ties:
        return ""
    tables = "".join((*_table("Things", entities, counts), *_table("Ties", ties, counts)))
    return f"<section><h2>{escape(name)}</h2>{tables}</section>"


def _table(title: str, types: Sequence[RecordType], counts: Mapping[str, int]) -> Iterator[str]:
    if types:
        rows = "".join(_row(each, counts[each.name]) for each in _by_name(types))
        yield (
            f'<table><thead><tr><th scope="col">{title}</th><th scope="col">What it is</th>'
            f'<th scope="col">Count</th></tr></thead><tbody>{rows}</tbody></table>'
        )


def _by_name(types: Iterable[RecordType]) -> list[RecordType]:
    return sorted(types, key=lambda each: each.name)


def _row(known: RecordType, count: int) -> str:
    query = f"{{\n  {camel(known.plural)}(first: 10) {{\n    nodes {{ id label }}\n  }}\n}}\n"
    summary = known.description.partition("\n\n")[0]
    return (
        f'<tr><th scope="row"><a href="/graphql?query={quote(query)}">{escape(known.name)}</a></th>'
        f"<td>{_with_code(summary)}</td><td>{count:,}</td></tr>"
    )


def _with_code(text: str) -> str:
    """Text in which names between backticks are shown as code."""
    return re.sub("`+([^`]+)`+", r"<code>\1</code>", escape(text))
