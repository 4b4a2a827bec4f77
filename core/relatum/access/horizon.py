"""What the holders of some roles may ever see: types and fields, whichever record, purpose and time it takes.

Rows are judged by statements; this is what may be spoken of at all, in a schema, a message or a suggestion. What no
policy of the roles opens does not exist for them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from relatum.access.grants import ALWAYS_SHOWN, classes_of, grant_of, holds_field, rules_on
from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.catalogue.resolved import PolicyRule
from relatum_schemas.policy import AGGREGATE, CREATE, DELETE, HISTORY, READ, RELATE, UPDATE, Right

_SIGHT: Final = READ | AGGREGATE | HISTORY
_RIGHTS: Final = (READ, HISTORY, CREATE, UPDATE, DELETE, RELATE)


@dataclass(frozen=True)
class Horizon:
    """The types that some policy of the roles is about, each with the fields that may be read of it.

    Attributes:
        fields: names of fields by concrete type; types that are not among them are not to be known of.
        rights: names of fields by concrete type and right that some policy opens them to; a right to read, create,
            update, delete or relate that is not among them is never held.
        actions: names of the actions that may be called on some record, or at all.
    """

    fields: Mapping[str, frozenset[str]]
    rights: Mapping[tuple[str, Right], frozenset[str]] = field(default_factory=dict)
    actions: frozenset[str] = frozenset()

    def reaches(self, types: Iterable[str]) -> bool:
        """Whether one of these concrete types may be known of."""
        return any(name in self.fields for name in types)

    def shows(self, types: Iterable[str], field: str) -> bool:
        """Whether the field of one of these concrete types may be known of."""
        return any(field in self.fields.get(name, ()) for name in types)

    def holds(self, types: Iterable[str], right: Right) -> bool:
        """Whether a right may be held on records of one of these concrete types."""
        return any((name, right) in self.rights for name in types)

    def opens(self, types: Iterable[str], right: Right, field: str) -> bool:
        """Whether a right may be held on a field of one of these concrete types."""
        return any(field in self.rights.get((name, right), ()) for name in types)


def horizon(catalogue: Catalogue, roles: Iterable[str]) -> Horizon:
    """Return what the holders of some roles may ever see, unless everything is open to them.

    Args:
        catalogue: whose policies count.
        roles: of a principal.
    """
    held = frozenset(roles)
    fields: dict[str, set[str]] = {}
    for rule in catalogue.policies:
        if rule.role in held:
            for name in rule.types:
                found = fields.setdefault(name, set(ALWAYS_SHOWN))
                found |= _opened(rule, catalogue.types[name], catalogue)
    return Horizon(
        {name: frozenset(found) for name, found in fields.items()},
        dict(_held(catalogue, fields, held)),
        frozenset(_callable(catalogue, held)),
    )


def _callable(catalogue: Catalogue, roles: frozenset[str]) -> Iterator[str]:
    """The actions that name one of the roles, or are named by one of their policies."""
    for name, action in catalogue.actions.items():
        named = (rule.role for rule in catalogue.policies if name in rule.actions)
        if not roles.isdisjoint(action.roles) or not roles.isdisjoint(named):
            yield name


def _held(
    catalogue: Catalogue, types: Iterable[str], roles: frozenset[str]
) -> Iterator[tuple[tuple[str, Right], frozenset[str]]]:
    """The rights that the policies of some roles give on types, each with the fields that they open to it."""
    for name in types:
        for right in _RIGHTS:
            rules = [each for each in rules_on(catalogue, name, right) if each.role in roles]
            if rules:
                opened = (_of_grant(each, catalogue.types[name], catalogue) for each in rules)
                yield (name, right), frozenset().union(*opened)


def _opened(rule: PolicyRule, record_type: RecordType, catalogue: Catalogue) -> set[str]:
    return _of_grant(rule, record_type, catalogue) if rule.rights & _SIGHT else set()


def _of_grant(rule: PolicyRule, record_type: RecordType, catalogue: Catalogue) -> set[str]:
    grant = grant_of(rule)
    return {
        name
        for name, field in record_type.all_fields.items()
        if holds_field(grant, field, record_type)
        and _ever_used(field, rule, record_type, catalogue)
    }


def _ever_used(
    field: Field, rule: PolicyRule, record_type: RecordType, catalogue: Catalogue
) -> bool:
    """Whether there is a purpose for which the policy counts and which opens what the field is about."""
    classes = classes_of(field, record_type)
    purposes = catalogue.purposes if rule.purposes is None else rule.purposes
    return not classes or any(classes <= catalogue.opened_by(each) for each in purposes)
