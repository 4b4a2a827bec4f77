"""What the holders of some roles may ever see: types and fields, whichever record, purpose and time it takes.

Rows are judged by statements; this is what may be spoken of at all, in a schema, a message or a suggestion. What no
policy of the roles opens does not exist for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from relatum.access.grants import ALWAYS_SHOWN, classes_of, grant_of, holds_field
from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.catalogue.resolved import PolicyRule
from relatum_schemas.policy import AGGREGATE, HISTORY, READ

_SIGHT: Final = READ | AGGREGATE | HISTORY


@dataclass(frozen=True)
class Horizon:
    """The types that some policy of the roles is about, each with the fields that may be read of it.

    Attributes:
        fields: names of fields by concrete type; types that are not among them are not to be known of.
    """

    fields: Mapping[str, frozenset[str]]

    def reaches(self, types: Iterable[str]) -> bool:
        """Whether one of these concrete types may be known of."""
        return any(name in self.fields for name in types)

    def shows(self, types: Iterable[str], field: str) -> bool:
        """Whether the field of one of these concrete types may be known of."""
        return any(field in self.fields.get(name, ()) for name in types)


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
    return Horizon({name: frozenset(found) for name, found in fields.items()})


def _opened(rule: PolicyRule, record_type: RecordType, catalogue: Catalogue) -> set[str]:
    if not rule.rights & _SIGHT:
        return set()
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
