"""The records that stand in a form: which ids are given for some, and what they are called."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import orjson

from relatum.viewing.columns import IDENTITY, named_in
from relatum.viewing.desk import Desk
from relatum.viewing.forms.posted import Tree, branch, items, leaves
from relatum.viewing.forms.wanted import Wanted
from relatum.viewing.shown import Named
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import (
    Compare,
    FieldPath,
    Many,
    Operator,
    Parameter,
    Request,
    RootField,
    Rows,
)


def ids_in(wanted: Wanted, tree: Tree) -> Iterator[str]:
    """The ids that are given for records, anywhere within."""
    if wanted.item is not None:
        for each in items(tree, wanted.name):
            yield from ids_in(wanted.item, {wanted.item.name: each})
    for part in (wanted.parts or {}).values():
        yield from ids_in(part, branch(tree, wanted.name))
    if wanted.types:
        yield from (each for each in leaves(tree, wanted.name) if isinstance(each, str))


async def named_by(desk: Desk, given: Iterable[str]) -> dict[str, Named]:
    """The records of ids, as far as they may be seen, by what was given for them."""
    ids: dict[UUID, str] = {}
    for each in given:
        try:
            ids[Identity().parse(each)] = each
        except BadValue:
            continue
    if not ids:
        return {}
    among = Compare(
        path=FieldPath(field="id"),
        operator=Operator.IN,
        value=Parameter(parameter="ids", many=True),
    )
    source = Rows(type="Record", filter=among)
    root = RootField(key="named", source=source, form=Many(outputs=IDENTITY))
    answer = await desk.reads.read(Request(fields=(root,)), {"ids": [str(each) for each in ids]})
    return {
        ids[each.id]: each
        for each in map(named_in, orjson.loads(answer)["named"])
        if each.id in ids
    }
