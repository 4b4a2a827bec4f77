"""Policies turned into what a statement can test: a condition on the record, and the fields that it opens.

The way of a policy's path: ``through="installed_at.employees"`` becomes a tie at `installed_at` whose far record has a
tie at `employees` whose far record is the principal. Several grants of one principal unite.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from relatum.catalogue.model import Catalogue, Field, PolicyRule, RecordType
from relatum_schemas.expression import references
from relatum_schemas.policy import ALL, Destination, Fields, Right
from relatum_schemas.selection import (
    All,
    Compare,
    Condition,
    FieldPath,
    OnRecord,
    Operator,
    Parameter,
    Related,
)

PRINCIPAL_ID: Final = "principal_id"
"""The parameter that holds the id of the principal's record."""

PRINCIPAL_FIRM: Final = "principal_firm"
"""The parameter that holds the id of the firm that the principal acts for."""

ALWAYS_SHOWN: Final = frozenset({"id", "type", "version"})
"""Fields that are open wherever the record is."""

_DESTINATIONS: Final = {Destination.ME: PRINCIPAL_ID, Destination.MY_FIRM: PRINCIPAL_FIRM}


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
    catalogue: Catalogue, roles: Iterable[str], type_name: str, right: Right
) -> tuple[Grant, ...]:
    """Return what the policies of these roles give on a concrete type.

    Args:
        catalogue: whose policies are asked.
        roles: of the principal.
        type_name: a concrete type.
        right: which right is exercised. `READ` includes `AGGREGATE`.
    """
    asked = frozenset(roles)
    wanted = right | Right.READ if right is Right.AGGREGATE else right
    return tuple(
        Grant(conditions_for(rule), rule.fields, rule.both_ends)
        for rule in catalogue.policies
        if rule.role in asked and type_name in rule.types and rule.rights & wanted
    )


def conditions_for(rule: PolicyRule) -> Condition | None:
    """Return the condition that a policy states on the record: its filter and its path of ties."""
    stated: list[Condition] = [] if rule.where is None else [rule.where]
    if rule.through is not None:
        stated.append(_path_to_principal(rule.through, rule.destination))
    if len(stated) > 1:
        return All(of=tuple(stated))
    return stated[0] if stated else None


def _path_to_principal(through: Sequence[str], destination: Destination) -> Condition:
    condition: Condition = Compare(
        path=FieldPath(field="id"),
        operator=Operator.EQ,
        value=Parameter(parameter=_DESTINATIONS[destination]),
    )
    for end in reversed(through):
        condition = Related(end=end, condition=OnRecord(condition=condition))
    return condition


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


def _inputs(field: Field, record_type: RecordType) -> tuple[Field, ...] | None:
    """The fields that a derived one is computed from."""
    if field.built_in and field.name == "label":
        return record_type.label_fields
    if field.expression is not None:
        return tuple(record_type.fields[name] for name in references(field.expression))
    return None
