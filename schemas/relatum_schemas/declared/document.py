"""Declarations as text: TOML for people, JSON for programs. What is written reads back the same."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any, Literal

import tomlkit
from pydantic import ValidationError
from tomlkit.items import AoT, Table

from relatum_schemas.declared.types import Declarations, Document
from relatum_schemas.errors import DeclarationError, Problems, UnreadableFile

Form = Literal["toml", "json"]


def document_of_data(data: object) -> Document:
    """The document that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        raise Problems(
            "The declarations cannot be read.", [_mistake(data, each) for each in error.errors()]
        ) from None


def read_document(text: str, form: Form) -> Document:
    """The document that a text holds.

    Raises:
        UnreadableFile: the text is not in the form.
        Problems: it declares what cannot be read.
    """
    try:
        data = tomllib.loads(text) if form == "toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise UnreadableFile(f"This is no {form.upper()}: {error}.") from error
    return document_of_data(data)


def as_data(declarations: Declarations) -> dict[str, Any]:
    """The declarations as JSON, without what is as usual."""
    return declarations.model_dump(mode="json", exclude_defaults=True, exclude_none=True)


def as_document(declarations: Declarations) -> dict[str, Any]:
    """The declarations as JSON, as far as another installation has to do with them."""
    found = as_data(declarations)
    found.pop("parked", None)
    return found


def as_json(declarations: Declarations) -> str:
    """The declarations as JSON text."""
    return json.dumps(as_document(declarations), ensure_ascii=False, indent=2) + "\n"


def as_toml(declarations: Declarations) -> str:
    """The declarations as TOML: a table per type, a line per field."""
    document = tomlkit.document()
    for name, items in as_document(declarations).items():
        document[name] = _tables(items) if name != "remove" else items
    if not document:
        document.add(tomlkit.comment("Nothing is declared at run time."))
    return tomlkit.dumps(document)


def _tables(items: list[dict[str, Any]]) -> AoT:
    tables = tomlkit.aot()
    for item in items:
        tables.append(_table(item))
    return tables


def _table(item: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in item.items():
        if name == "fields":
            lines = tomlkit.array()
            for field in value:
                lines.add_line(_inline(field))
            lines.add_line(indent="")
            table.add(name, lines)
        else:
            table.add(name, _inline(value) if isinstance(value, dict) else value)
    return table


def _inline(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    for name, each in value.items():
        table.add(name, _inline(each))
    return table


def _mistake(data: object, error: Any) -> DeclarationError:
    path = error["loc"]
    words = str(error["msg"]).removeprefix("Value error, ")
    return DeclarationError(f"{_place(data, path)}: {words[0].lower()}{words[1:]}.", path=path)


def _place(data: object, path: tuple[int | str, ...]) -> str:
    """Where a mistake is, for a person: by names where there are any."""
    named: list[str] = []
    for step in path:
        found = _step(data, step)
        name = found.get("name") or found.get("type") if isinstance(found, dict) else None
        if isinstance(name, str):
            named.append(name)
        elif isinstance(step, str) and step not in ("types", "relationships", "fields"):
            named.append(step)
        data = found
    return ".".join(named) or ".".join(map(str, path)) or "The document"


def _step(data: object, step: int | str) -> object:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return None
