"""Short ways to write requests, and to ask them."""

from collections.abc import Mapping
from typing import Any

import orjson

from relatum.access import SYSTEM, Principal
from relatum.session import Database
from relatum_schemas.selection import (
    Connection,
    EdgesItem,
    FieldOutput,
    FieldPath,
    Form,
    Many,
    Order,
    Output,
    Page,
    PageInfoItem,
    Request,
    RootField,
    Rows,
    SelfOutput,
    TotalCountItem,
)


def shows(*names: str) -> tuple[FieldOutput, ...]:
    """Fields under their own names."""
    return tuple(FieldOutput(key=name, field=name) for name in names)


def rows(type_name: str, *outputs: Output, **options: Any) -> Request:
    """Rows of a type as a list under the key `answer`."""
    condition = options.pop("filter", None)
    return request(Rows(type=type_name, filter=condition), Many(outputs=outputs), **options)


def page(type_name: str, *names: str, **options: Any) -> Request:
    """A connection with everything that a page can tell."""
    facts = ("has_next_page", "has_previous_page", "start_cursor", "end_cursor")
    items = (
        EdgesItem(key="edges", outputs=(SelfOutput(key="node", outputs=shows(*names)),)),
        PageInfoItem(key="page", facts=tuple((name, name) for name in facts)),
        TotalCountItem(key="total"),
    )
    order = tuple(by(name) for name in options.pop("order", ()))
    source = Rows(type=type_name, filter=options.pop("filter", None))
    return request(source, Connection(items=items), order=order, page=Page(**options))


def by(name: str) -> Order:
    """An order by a field, descending with a minus sign."""
    return Order(path=FieldPath(field=name.removeprefix("-")), descending=name.startswith("-"))


def request(source: Any, form: Form, **options: Any) -> Request:
    """One root field under the key `answer`."""
    return Request(fields=(RootField(key="answer", source=source, form=form, **options),))


async def ask(
    database: Database,
    asked: Request,
    parameters: Mapping[str, object] | None = None,
    principal: Principal = SYSTEM,
) -> Any:
    """The answer under the key `answer`."""
    return orjson.loads(await database.as_(principal).read(asked, parameters))["answer"]
