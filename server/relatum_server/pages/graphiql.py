"""GraphiQL, served from this process alone, with example queries ready to run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import orjson

from relatum_schemas.errors import UnreadableFile
from relatum_server.pages.page import Page, page

_FOUND: Final = re.compile(r"^# \$(?P<variable>\w+): (?P<words>.+)$", re.MULTILINE)
_POLICY: Final = {
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
}


@dataclass(frozen=True)
class ExampleQuery:
    """A query that people are offered to run.

    Attributes:
        name: short, for addresses: ``/graphql#revenue``.
        title: what it shows, in a few words.
        text: the GraphQL document.
        found: for variables that are ids, what a search finds the record by.
    """

    name: str
    title: str
    text: str
    found: Mapping[str, str] = field(default_factory=dict)


def example_queries(folder: Path) -> tuple[ExampleQuery, ...]:
    """The queries of a folder, by file name.

    A first line ``# ...`` is the title, else the file's name. A line ``# $id: Ernst Handel`` fills the variable with the
    id of the record that a search for these words finds first, since ids differ from one installation to the next.

    Raises:
        UnreadableFile: the folder or one of its files cannot be read.
    """
    if not folder.is_dir():
        raise UnreadableFile(f"{folder} is no folder.", hint="Name a folder of .graphql files.")
    try:
        return tuple(
            _example(path.stem, path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.graphql"))
        )
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"A query in {folder} cannot be read: {error}.") from error


def _example(name: str, text: str) -> ExampleQuery:
    first = text.lstrip().partition("\n")[0]
    title = first.lstrip("# ").rstrip(". ") if first.startswith("#") else ""
    found = {each["variable"]: each["words"] for each in _FOUND.finditer(text)}
    return ExampleQuery(name, title or name.replace("_", " ").capitalize(), text, found)


def graphiql_page(examples: Sequence[ExampleQuery]) -> Page:
    """The page at ``/graphql``."""
    template = Template(files(__package__).joinpath("graphiql.html").read_text("utf-8"))
    listed = "".join(
        f'<li><a href="#{escape(each.name)}">{escape(each.title)}</a></li>' for each in examples
    )
    content = orjson.dumps(
        [{"name": each.name, "text": each.text, "found": each.found} for each in examples]
    )
    harmless = content.decode().replace("<", "\\u003c")
    return page(template.substitute(examples=listed, content=harmless), _POLICY)
