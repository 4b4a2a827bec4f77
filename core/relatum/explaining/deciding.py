"""Which rules would allow something, and what must be allowed along with it: the same for one principal and for all.

What it takes is stated where it is enforced: reading by `relatum.reading.guards`, writing by `relatum.writing.rights`.
"""

from collections.abc import Iterator
from typing import Final

from relatum.access import classes_of, counts, grant_of, holds_field, rules_for_action, rules_on
from relatum.catalogue.model import Catalogue, RelationshipType
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.catalogue.resolved import PolicyRule
from relatum.explaining.values import Asked, Rule
from relatum_schemas.errors import BadValue, NotFound
from relatum_schemas.policy import Right

FOR_ADMINISTRATORS: Final = Rule(role=ADMINISTRATOR, words="everything: all records")

_OF_WHAT_IS_READ: Final = frozenset({Right.UPDATE, Right.DELETE, Right.RELATE, Right.HISTORY})
"""Rights that can be exercised only on what may be read."""

READING: Final = Asked(right=Right.READ)
SIDES: Final = ("source", "target")


def asked_of(
    catalogue: Catalogue, what: Right | str, *, field: str | None, purpose: str, type_name: str
) -> Asked:
    """Return what is asked about a record of a type.

    Raises:
        NotFound: there is no such action.
        BadValue: the action does not act on such records, or more than one right is asked about.
        UnknownField: the type has no such field.
    """
    if isinstance(what, str):
        action = catalogue.actions.get(what)
        if action is None:
            raise NotFound(f"There is no action {what!r}.", path="action")
        subject = action.subject
        if subject is None or type_name not in catalogue.concrete(subject.__name__):
            raise BadValue(f"{what!r} does not act on a record of type {type_name}.", path="action")
        return Asked(action=what, purpose=purpose)
    if len(what) != 1:
        raise BadValue("Explain one right at a time.", path="right")
    if field is not None:
        catalogue.field(type_name, field)
    return Asked(right=what, field=field, purpose=purpose)


def rules_about(catalogue: Catalogue, asked: Asked, type_name: str) -> Iterator[PolicyRule]:
    """Give the policies about what is asked, whatever their role, purpose and fields."""
    if asked.action is not None:
        yield from rules_for_action(catalogue, asked.action, type_name)
    elif asked.right is not None:
        yield from rules_on(catalogue, type_name, asked.right)


def wanting(catalogue: Catalogue, rule: PolicyRule, asked: Asked, type_name: str) -> list[str]:
    """Return what keeps a policy from counting for what is asked, whoever asks, in sentences."""
    found = []
    if not counts(rule, asked.purpose):
        purposes = " or ".join(rule.purposes or ())
        found.append(f"It counts for the purpose {purposes} only, not for {asked.purpose}.")
    if asked.field is not None:
        record_type = catalogue.types[type_name]
        field = catalogue.field(type_name, asked.field)
        if not holds_field(grant_of(rule), field, record_type):
            found.append(f"It does not open {asked.field!r}.")
    return found


def closed_classes(catalogue: Catalogue, asked: Asked, type_name: str) -> list[str]:
    """Return the classes of sensitive data in the field that the purpose does not open."""
    if asked.field is None:
        return []
    field = catalogue.field(type_name, asked.field)
    classes = classes_of(field, catalogue.types[type_name])
    return sorted(classes - catalogue.opened_by(asked.purpose))


def of_action(catalogue: Catalogue, asked: Asked) -> frozenset[str]:
    """Return the roles that an action itself names: they may call it on whatever they can read."""
    return frozenset() if asked.action is None else catalogue.actions[asked.action].roles


def takes_reading(asked: Asked) -> bool:
    """Return whether what is asked can be done only to what may be read."""
    return asked.action is not None or asked.right in _OF_WHAT_IS_READ


def takes_relating_ends(catalogue: Catalogue, asked: Asked, type_name: str) -> bool:
    """Return whether the right is needed on both records of a tie, too."""
    relationship = isinstance(catalogue.types[type_name], RelationshipType)
    return relationship and asked.right is Right.RELATE
