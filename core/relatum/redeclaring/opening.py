"""Who comes to see what is declared, by policies that open all fields, or all but some: told before it is done."""

from collections.abc import Iterable, Iterator
from typing import Final

from relatum.access.grants import classes_of, grants, holds_field
from relatum.catalogue import Catalogue
from relatum.redeclaring.acts import Act
from relatum_schemas.policy import READ

_ON_TYPES: Final = frozenset({"add_type", "restore_type", "change_type"})
_ON_FIELDS: Final = frozenset({"add_field", "restore_field", "change_field"})


def openings(acts: Iterable[Act], before: Catalogue, after: Catalogue) -> Iterator[str]:
    """What roles come to see by a change, a line for each type and field.

    Args:
        acts: of the change.
        before: the catalogue in force, with the policies of administrators.
        after: that is to be in force, with those of them that keep their meaning.
    """
    for act in acts:
        type_name, _, field = act.of.partition(".")
        if act.kind not in _ON_TYPES | _ON_FIELDS:
            continue
        seen = _readers(after, type_name, field) - _readers(before, type_name, field)
        if seen:
            roles = ", ".join(repr(each) for each in sorted(seen))
            yield f"{act.of} will be seen by {roles}, whose policies open it already"


def _readers(catalogue: Catalogue, type_name: str, field: str) -> set[str]:
    """The roles that may read a field of some records of a type, or without one anything of them."""
    record_type = catalogue.types.get(type_name)
    if record_type is None or (field and field not in record_type.fields):
        return set()
    found = record_type.fields.get(field)
    if found is not None and classes_of(found, record_type):
        return set()
    return {
        role
        for role in {rule.role for rule in catalogue.policies if type_name in rule.types}
        if any(
            found is None or holds_field(each, found, record_type)
            for each in grants(catalogue, {role}, type_name, READ)
        )
    }
