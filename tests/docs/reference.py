"""Writes docs/reference.md from the code: what ``from relatum import *`` gives, each name with its signature and docstring.

``python -m tests.docs.reference`` writes the page anew; a test compares it with the code. Since every public name is on it,
a change of one shows in review.
"""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

import relatum
from relatum.session import Session
from relatum.session.query import Query
from relatum.viewing import Form, ShownView
from relatum_schemas.docstring import read_docstring
from tests.docs.pages import ROOT

PAGE: Final = ROOT / "docs" / "reference.md"

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Things and ties": (
        "relatum_schemas.entity",
        "relatum_schemas.relationship",
        "relatum.session.ties",
    ),
    "Kinds of values": ("relatum_schemas.annotations", "relatum_schemas.kinds"),
    "Markers of fields": ("relatum_schemas.markers",),
    "Conditions": (
        "relatum_schemas.condition",
        "relatum_schemas.selection",
        "relatum_schemas.selection.conditions",
    ),
    "Policies": ("relatum_schemas.policy", "relatum_schemas.principal"),
    "Functions of a plugin": (
        "relatum_schemas.action",
        "relatum_schemas.computing",
        "relatum_schemas.reactions",
        "relatum_schemas.workflow",
        "relatum_schemas.channel",
        "relatum_schemas.phrase",
        "relatum.session.context",
        "relatum.plugins.titles",
        "relatum.workflows.context",
        "relatum.writing.reacting",
    ),
    "Views": ("relatum_schemas.view",),
    "The plugin itself": (
        "relatum_schemas.plugin",
        "relatum_schemas.port",
        "relatum.plugins.specs",
    ),
    "Errors": ("relatum_schemas.errors",),
}
"""The modules that public names come from, by what they are about."""

BESIDE: Final[Mapping[str, type]] = {
    "The database, as `ctx.db`": Session,
    "Records that it finds, as `ctx.db.select(Machine)`": Query,
    "A view, as `ctx.view(...)`": ShownView,
    "A form, as `await ctx.form(...)`": Form,
}
"""Public classes that nobody has to import, by the titles of their sections."""

OF_THE_ENGINE: Final = frozenset({"callable_on", "certify", "lent", "opened", "under_way"})
"""What is on these classes for the engine's own rooms, and not public."""

_HEAD: Final = """# Reference

What `from relatum import *` gives, and what comes with it. The page is made from the code
(`python -m tests.docs.reference`), and a test fails where they differ: what stands here is public, and changes only as
[Stability](stability.md) says. Beside these names it gives those of Python's own that declarations need: {own}.
"""


def written() -> str:
    """The page as the code has it."""
    left = set(relatum.__all__)
    sections: list[str] = []
    for title, modules in SUBJECTS.items():
        entries = []
        for module in modules:
            for name in _names_from(module):
                left.discard(name)
                entries.append(_entry(name, module))
        sections.append(f"## {title}\n\n" + "\n".join(entries))
    for title, of in BESIDE.items():
        described = _lines(read_docstring(of).description)
        sections.append(f"## {title}\n\n{described}\n\n" + "".join(_members(of)))
    own = ", ".join(f"`{name}`" for name in sorted(left))
    return _HEAD.format(own=own) + "\n" + "\n".join(sections)


def unplaced() -> set[str]:
    """Public names that are neither of a subject nor of Python's own."""
    placed = {
        name for modules in SUBJECTS.values() for each in modules for name in _names_from(each)
    }
    left = set(relatum.__all__) - placed - {each.__name__ for each in BESIDE.values()}
    return {name for name in left if _is_ours(getattr(relatum, name))}


def _is_ours(value: object) -> bool:
    return getattr(value, "__module__", "").startswith("relatum")


@cache
def _imports() -> Mapping[str, str]:
    """The module that each public name is imported from."""
    tree = ast.parse(inspect.getsource(relatum))
    return {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
    }


def _names_from(module: str) -> list[str]:
    return sorted(
        (name for name in relatum.__all__ if _imports().get(name) == module), key=str.casefold
    )


def _entry(name: str, module: str) -> str:
    value = getattr(relatum, name)
    documented = isinstance(value, type) or inspect.isfunction(value)
    signature = _signature(name, value) if documented else name
    if not documented:
        return f"### `{signature}`\n\n{_lines(_said_of(name, module))}\n"
    docstring = read_docstring(value)
    arguments = "".join(
        f"- `{argument}`: {_plain(text)}\n" for argument, text in docstring.arguments.items()
    )
    listed = arguments + "".join(_members(value))
    return f"### `{signature}`\n\n{_lines(docstring.description)}\n" + (
        f"\n{listed}" if listed else ""
    )


def _members(value: object) -> Iterator[str]:
    """The public methods and properties of a class that say what they are for, by their first sentence."""
    for name, member in _own(value).items() if isinstance(value, type) else ():
        function = member.fget if isinstance(member, property) else member
        if (
            name.startswith("_")
            or name in OF_THE_ENGINE
            or not inspect.isfunction(function)
            or not function.__doc__
        ):
            continue
        parameters = list(inspect.signature(function).parameters.values())[1:]
        shown = (
            name
            if isinstance(member, property)
            else f"{name}({', '.join(_parameters(parameters))})"
        )
        first, *_ = read_docstring(function).description.split("\n\n")
        yield f"- `{shown}`: {_plain(' '.join(first.split()))}\n"


def _own(of: type) -> Mapping[str, object]:
    """What a class and those of ours that it builds on define, in the order in which they do."""
    found: dict[str, object] = {}
    for base in of.__mro__:
        if _is_ours(base):
            found = {**vars(base), **found} if base is not of else {**found, **vars(base)}
    return found


def _signature(name: str, value: Callable[..., Any]) -> str:
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return name
    if hasattr(
        value, "__relatum_options__"
    ):  # its arguments are the fields of what inherits from it
        return name
    return f"{name}({', '.join(_parameters(parameters))})"


def _parameters(parameters: Any) -> Iterator[str]:
    starred = False
    for each in parameters:
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        starred = starred or each.kind is inspect.Parameter.VAR_POSITIONAL
        prefix = {
            inspect.Parameter.VAR_POSITIONAL: "*",
            inspect.Parameter.VAR_KEYWORD: "**",
        }.get(each.kind, "")
        default = "" if each.default is inspect.Parameter.empty else "=..."
        yield f"{prefix}{each.name}{default}"


@cache
def _attribute_docstrings(module: str) -> Mapping[str, str]:
    """The strings that follow assignments in a module."""
    body = ast.parse(inspect.getsource(importlib.import_module(module))).body
    found: dict[str, str] = {}
    for node, after in pairwise(body):
        if not isinstance(after, ast.Expr) or not isinstance(after.value, ast.Constant):
            continue
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = inspect.cleandoc(str(after.value.value))
    return found


def _said_of(name: str, module: str) -> str:
    found = _attribute_docstrings(module).get(name)
    if found is not None:
        return found
    value = getattr(relatum, name)
    return inspect.getdoc(type(value)) or "" if _is_ours(type(value)) else ""


def _lines(text: str) -> str:
    """A docstring as Markdown: literal blocks fenced, names of code in single quotes."""
    description, *examples = re.split(r"::\n\n", text, maxsplit=1)
    if not examples:
        return _plain(description)
    block, *rest = re.split(r"\n(?=\S)", examples[0], maxsplit=1)
    code = textwrap.dedent(block).strip("\n")
    after = f"\n\n{_lines(rest[0])}" if rest else ""
    return f"{_plain(description).rstrip()}\n\n```text\n{code}\n```{after}"


def _plain(text: str) -> str:
    return text.strip().replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
