"""Queries that pages offer to run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from relatum_schemas.errors import UnreadableFile

_FOUND: Final = re.compile(r"^# \$(?P<variable>\w+): (?P<words>.+)$", re.MULTILINE)
_FOR: Final = re.compile(r"^# for: (?P<roles>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class ExampleQuery:
    """A query that people are offered to run.

    Attributes:
        name: short, for addresses: ``/graphql#revenue``.
        title: what it shows, in a few words.
        text: the GraphQL document.
        found: for variables that are ids, what a search finds the record by.
        roles: of those for whom it was written; empty if it is for everybody.
    """

    name: str
    title: str
    text: str
    found: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()


def example_queries(folder: Path) -> tuple[ExampleQuery, ...]:
    """The queries of a folder, by file name.

    A first line ``# ...`` is the title, else the file's name. A line ``# $id: Ernst Handel`` fills the variable with the
    id of the record that a search for these words finds first, since ids differ from one installation to the next. A line
    ``# for: supplier, reseller`` keeps it for the holders of these roles.

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
    named = _FOR.search(text)
    roles = frozenset(re.split(r",\s*", named["roles"].strip())) if named else frozenset()
    return ExampleQuery(name, title or name.replace("_", " ").capitalize(), text, found, roles)
