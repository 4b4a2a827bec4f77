"""Finds the records that savings know by a key: by unique values, or by an external key.

A key that nobody holds makes a new record. Between two units of work that find this at the same moment the database's
unique indexes decide; the other one is done again, and finds the record.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from relatum.connections.repeat import Repeat
from relatum.writing.loading import Loader
from relatum.writing.rights import Claim, Rights
from relatum.writing.saving import Key
from relatum.writing.trees import Known, Node, Tree, retold
from relatum.writing.uniqueness import columns_of, external_keys_held, values_held
from relatum_schemas.errors import BadValue, RelatumError, Required
from relatum_schemas.policy import READ


async def find_known(loader: Loader, rights: Rights, tree: Tree) -> None:
    """Give the records of a tree that are there under their keys the ids that they have; hold them until the unit ends.

    Raises:
        Repeat: a key went to another record just now.
        UnknownField, Forbidden: no policy lets the principal read what records are known by.
    """
    keyed = [node for node in tree.nodes if node.saving.key is not None]
    if not keyed:
        return
    _refuse_unreadable(rights, tree)
    for node in keyed:
        known = _known(tree, node)
        if known is not None:
            tree.keys.setdefault(known, []).append(node)
    if tree.problems:
        return
    holders = await _holders(loader, tree.keys)
    if holders and loader.plan.dialect == "postgresql":
        await loader.registry(holders.values(), "altered")
        if await _holders(loader, tree.keys) != holders:
            raise Repeat("A key went to another record.")
    for known, nodes in tree.keys.items():
        holder = holders.get(known)
        if holder is not None and not await rights.shows({holder: known[0].name}, known[1]):
            tree.problem(rights.hidden_conflict(), nodes[0].path, "key")
        for node in nodes:
            node.stored = holder is not None or node is not nodes[0]
            node.id = holder or nodes[0].id


async def lost_keys(loader: Loader, tree: Tree) -> bool:
    """Whether somebody else has made a record under one of the keys for which none was found."""
    made = [known for known, nodes in tree.keys.items() if not nodes[0].stored]
    return bool(made) and bool(await _holders(loader, made))


def _refuse_unreadable(rights: Rights, tree: Tree) -> None:
    claims = (
        Claim(at, None, node.form.name, READ, frozenset(node.saving.key.values))
        for at, node in enumerate(tree.nodes)
        if node.saving.key is not None
    )
    try:
        rights.refuse_impossible(claims)
    except RelatumError as error:
        retold(error, lambda path: (*tree.tell(path[:1]), "key", *path[1:]))
        raise


def _known(tree: Tree, node: Node) -> Known | None:
    """The key by which a record is known; None when it is none, which is noted."""
    key, form = node.saving.key, node.form
    assert key is not None
    if (key.external is None) == (not key.values):
        tree.problem(BadValue("A key is unique values, or an external key."), node.path, "key")
        return None
    if key.external is not None:
        source, external = key.external
        return form, (), source, (external,)
    names = next((each for each in form.type.unique if set(each) == set(key.values)), None)
    if names is None:
        tree.problem(_no_key(node, key), node.path, "key")
        return None
    content = form.blank.copy()
    for name in names:
        value = _parsed(tree, node, name, key.values[name])
        content[form.positions[name]] = value
    row = form.row(content)
    return form, names, "", tuple(row[form.columns.index(each)] for each in columns_of(form, names))


def _parsed(tree: Tree, node: Node, name: str, given: object) -> object:
    """A value of a key; noted where it is none, or where the record is to have another one."""
    parse = node.form.readers[name].parse
    try:
        value = None if given is None or given == "" else parse(given)
    except RelatumError as error:
        tree.problem(error, node.path, "key", name)
        return None
    if value is None:
        tree.problem(Required(f"The key needs a value of {name!r}."), node.path, "key", name)
    if name in node.saving.values and not _is_same(node, name, value):
        message = f"The key says another {name!r}."
        hint = "Leave the field out, or change the record by its id."
        tree.problem(BadValue(message, hint=hint), node.path, name)
    return value


def _is_same(node: Node, name: str, value: object) -> bool:
    try:
        return node.form.readers[name].parse(node.saving.values[name]) == value
    except RelatumError:
        return False


def _no_key(node: Node, key: Key) -> BadValue:
    form = node.form
    ways = ", ".join(" and ".join(map(repr, each)) for each in form.type.unique)
    given = " and ".join(map(repr, key.values))
    return BadValue(
        f"A {form.name} is not known by {given}.",
        hint=f"Name it by {ways}, or by an external key." if ways else "Name an external key.",
    )


async def _holders(loader: Loader, keys: Iterable[Known]) -> dict[Known, UUID]:
    """Who holds the keys that somebody holds."""
    alike: defaultdict[Known, list[tuple[object, ...]]] = defaultdict(list)
    for form, names, source, values in keys:
        alike[form, names, source, ()].append(values)
    found: dict[Known, UUID] = {}
    for (form, names, source, _), wanted in alike.items():
        if names:
            held = await values_held(loader, form, columns_of(form, names), wanted)
        else:
            external = await external_keys_held(
                loader, source, form.name, [str(each) for (each,) in wanted]
            )
            held = [((key,), holder) for key, holder, deleted in external if not deleted]
        found |= {(form, names, source, values): holder for values, holder in held}
    return found
