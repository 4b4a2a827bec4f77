"""Policies turned into what a statement can test: a condition on the record, and the fields that it opens.

Several grants of one principal unite.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.catalogue.resolved import PolicyRule
from relatum.catalogue.states import ALLOWED, OVER_TIME
from relatum_schemas.expression import references
from relatum_schemas.policy import ALL, Fields, Right
from relatum_schemas.selection import Condition

OPERATE: Final = "operate"
"""The purpose of a call that names none."""

ALWAYS_SHOWN: Final = frozenset({"id", "type", "version"})
"""Fields that are open wherever the record is."""


@dataclass(frozen=True)
class Grant:
    """What one policy gives on a type.

    Attributes:
        condition: which records it opens; None means all of them.
        fields: which of their fields.
        both_ends: whether both records of the tie must be readable, too.
    """

    condition: Condition | None
    fields: Fields
    both_ends: bool = False

    @property
    def unconditional(self) -> bool:
        """Whether it opens every record of the type."""
        return self.condition is None and not self.both_ends


EVERYTHING_OPEN: Final = (Grant(None, ALL),)


def grants(
    catalogue: Catalogue,
    roles: Iterable[str],
    type_name: str,
    right: Right,
    *,
    purpose: str = OPERATE,
) -> tuple[Grant, ...]:
    """Return what the policies of these roles give on a concrete type.

    Args:
        catalogue: whose policies are asked.
        roles: of the principal.
        type_name: a concrete type.
        right: which right is exercised. `READ` includes `AGGREGATE`. To relate ties that give rights (`authority`)
            takes a policy that names their very type.
        purpose: of the call.
    """
    asked = frozenset(roles)
    return tuple(
        grant_of(rule)
        for rule in rules_on(catalogue, type_name, right)
        if rule.role in asked and counts(rule, purpose)
    )


def action_grants(
    catalogue: Catalogue,
    roles: Iterable[str],
    action: str,
    type_name: str | None,
    *,
    purpose: str = OPERATE,
) -> tuple[Grant, ...]:
    """Return on which records these roles may call an action; none means that they may not call it.

    The roles that the action itself names may call it on whatever they can read.

    Args:
        catalogue: whose actions and policies are asked.
        roles: of the principal.
        action: the action's name.
        type_name: the concrete type of the record that it acts on; None for an action without a subject.
        purpose: of the call.
    """
    asked = frozenset(roles)
    if not asked.isdisjoint(catalogue.actions[action].roles):
        return EVERYTHING_OPEN
    return tuple(
        grant_of(rule)
        for rule in rules_for_action(catalogue, action, type_name)
        if rule.role in asked and counts(rule, purpose)
    )


def rules_on(catalogue: Catalogue, type_name: str, right: Right) -> Iterator[PolicyRule]:
    """Give the policies that grant a right on a concrete type, whatever their role and purpose."""
    wanted = right | Right.READ if right is Right.AGGREGATE else right
    explicitly = right is Right.RELATE and type_name in catalogue.authority
    for rule in catalogue.policies_on.get(type_name, ()):
        if rule.rights & wanted and (rule.explicit or not explicitly):
            yield rule


def lends(catalogue: Catalogue, name: str, lent: Right, *, type_name: str, right: Right) -> bool:
    """Whether a right that is lent on a type or trait is one on a concrete type; ties that give rights are named."""
    if right is Right.RELATE and type_name in catalogue.authority and name != type_name:
        return False
    wanted = right | Right.READ if right is Right.AGGREGATE else right
    return bool(lent & wanted) and type_name in catalogue.concrete(name)


def rules_for_action(
    catalogue: Catalogue, action: str, type_name: str | None
) -> Iterator[PolicyRule]:
    """Give the policies that let an action be called, on records of a type if it acts on records."""
    for rule in catalogue.policies:
        if action in rule.actions and (type_name is None or type_name in rule.types):
            yield rule


def counts(rule: PolicyRule, purpose: str) -> bool:
    """Return whether a policy counts for a call with this purpose."""
    return rule.purposes is None or purpose in rule.purposes


def grant_of(rule: PolicyRule) -> Grant:
    """Return what a policy gives on its type."""
    return Grant(rule.where, rule.fields, rule.both_ends)


def holds_field(grant: Grant, field: Field, record_type: RecordType) -> bool:
    """Whether a grant opens a field.

    Id, type and version are always open. What is derived from other fields (the label, computed fields) is open when
    it is named, or when all that it is derived from is open.
    """
    if field.name in ALWAYS_SHOWN:
        return True
    inputs = _inputs(field, record_type)
    if inputs is None:
        return field.name in grant.fields
    if field.name in grant.fields.names:
        return not grant.fields.complement
    return all(holds_field(grant, each, record_type) for each in inputs)


def classes_of(field: Field, record_type: RecordType) -> frozenset[str]:
    """Return the classes of sensitive data that a field tells something of: its own, and those that it is derived from."""
    own = frozenset[str]() if field.sensitive is None else frozenset({field.sensitive})
    inputs = _inputs(field, record_type) or ()
    return own.union(*(classes_of(each, record_type) for each in inputs))


def _inputs(field: Field, record_type: RecordType) -> tuple[Field, ...] | None:
    """The fields that a derived one is computed from."""
    if field.built_in and field.name == "label":
        return record_type.label_fields
    if field.since is not None:
        return (record_type.fields[field.since],)
    if field.by in (ALLOWED, OVER_TIME):
        return tuple(each for each in record_type.fields.values() if each.transitions is not None)
    if field.expression is not None:
        return tuple(record_type.fields[name] for name in references(field.expression))
    return None
