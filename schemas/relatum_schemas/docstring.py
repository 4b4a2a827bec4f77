"""What a docstring in Google's style says: the description, and that of each argument."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_SECTION: Final = re.compile(
    r"^(Args|Returns|Raises|Yields|Attributes|Examples?|Notes?):$", re.MULTILINE
)
_ARGUMENT: Final = re.compile(r"(\w+)(?: \([^)]*\))?: *(.*)", re.DOTALL)


@dataclass(frozen=True)
class Docstring:
    """A docstring, taken apart.

    Attributes:
        description: all that stands before the first section.
        arguments: what the section ``Args`` (of a class ``Attributes``) says, by name, each in one line.
    """

    description: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)


def read_docstring(documented: object) -> Docstring:
    """Read the docstring of a function or a class."""
    text = inspect.getdoc(documented) or ""
    description, *sections = _SECTION.split(text)
    named = dict(zip(sections[::2], sections[1::2], strict=True))
    return Docstring(
        description.strip(), _arguments(named.get("Args") or named.get("Attributes") or "")
    )


def _arguments(section: str) -> dict[str, str]:
    """The entries of a section: each begins at the indentation of the first, and may go on further in."""
    entries = re.split(r"\n(?=\S)", inspect.cleandoc(section))
    found = (_ARGUMENT.fullmatch(each.strip()) for each in entries)
    return {each[1]: " ".join(each[2].split()) for each in found if each}
