"""Who may see what: policies judged by today's state, whatever the clocks of the question say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue.model import Catalogue, RecordType
from relatum.catalogue.resolved import PolicyRule
from relatum_schemas.expression import references
from relatum_schemas.policy import Right
from relatum_schemas.selection import Condition
from tests.oracle.graph import Graph, Version

ALWAYS = frozenset({"id", "type", "version"})
"""Fields that are readable with the record."""

NOTHING: frozenset[str] = frozenset()

Judge = Callable[[Condition, UUID], bool]
"""Whether a condition holds on a record, now and unguarded."""


@dataclass
class Reader:
    """A principal in front of a graph."""

    catalogue: Catalogue
    graph: Graph
    principal: Principal
    judge: Judge
    _known: dict[tuple[int, UUID, frozenset[str]], bool] = field(default_factory=dict)

    @property
    def unguarded(self) -> bool:
        """Whether no rule applies."""
        return self.principal.system or "administrator" in self.principal.roles

    @cached_property
    def present(self) -> dict[UUID, Version]:
        """The records of today."""
        return self.graph.known_at(None)

    def rules(self, type_name: str, right: Right) -> list[PolicyRule]:
        """The policies that give the principal the right on a type. Reading includes aggregating."""
        rights = right | Right.READ if right is Right.AGGREGATE else right
        return [
            rule
            for rule in self.catalogue.policies
            if rule.role in self.principal.roles
            and (rule.purposes is None or self.principal.purpose in rule.purposes)
            and type_name in rule.types
            and rule.rights & rights
        ]

    def may(self, record: Version, right: Right, judging: frozenset[str] = NOTHING) -> bool:
        """Whether the principal has the right on the record.

        ``judging`` names the types of the ties whose ends are being judged: one that hangs on a tie of its own type
        is not opened by its ends.
        """
        if self.unguarded:
            return True
        return any(
            self.applies(rule, record.id, judging) for rule in self.rules(record.type, right)
        )

    def names(self, type_name: str, field_name: str, right: Right) -> bool:
        """Whether the principal may speak of a field of the type at all."""
        declared = self.catalogue.record_type(type_name)
        if self.closed(declared, field_name):
            return False
        if self.unguarded or field_name in ALWAYS:
            return True
        return any(holds(rule, field_name, declared) for rule in self.rules(type_name, right))

    def opens(self, record: Version, field_name: str, right: Right) -> bool:
        """Whether the principal may see the field on this record, which it may see."""
        declared = self.catalogue.record_type(record.type)
        if self.closed(declared, field_name):
            return False
        if self.unguarded or field_name in ALWAYS:
            return True
        return any(
            holds(rule, field_name, declared) and self.applies(rule, record.id)
            for rule in self.rules(record.type, right)
        )

    def closed(self, declared: RecordType, field_name: str) -> bool:
        """Whether no purpose of the call opens the sensitive data that a field tells something of."""
        if self.principal.system or field_name not in declared.fields:
            return False
        expression = declared.fields[field_name].expression
        names = [field_name] if expression is None else references(expression)
        classes = {declared.fields[name].sensitive for name in names} - {None}
        return not classes <= self.catalogue.opened_by(self.principal.purpose)

    def applies(self, rule: PolicyRule, record: UUID, judging: frozenset[str] = NOTHING) -> bool:
        """Whether a policy covers a record, by the record's state of today."""
        known = (id(rule), record, judging)
        if known not in self._known:
            self._known[known] = self._covers(rule, record, judging)
        return self._known[known]

    def _covers(self, rule: PolicyRule, record: UUID, judging: frozenset[str]) -> bool:
        if rule.where is None and not rule.both_ends:
            return True
        if record not in self.present:
            return False
        if rule.where is not None and not self.judge(rule.where, record):
            return False
        return not rule.both_ends or self._both_ends(self.present[record], judging)

    def _both_ends(self, tie: Version, judging: frozenset[str]) -> bool:
        assert tie.source is not None and tie.target is not None
        ends = [self.present.get(end) for end in (tie.source, tie.target)]
        return tie.type not in judging and all(
            end is not None and self.may(end, Right.READ, judging | {tie.type}) for end in ends
        )


def holds(rule: PolicyRule, field_name: str, declared: RecordType) -> bool:
    """Whether a policy opens a field. What is derived of others is open when it is named, or when all of them are."""
    if field_name in rule.fields.names:
        return not rule.fields.complement
    if field_name == "label":
        return all(holds(rule, each.name, declared) for each in declared.label_fields)
    expression = (
        declared.all_fields[field_name].expression if field_name in declared.fields else None
    )
    if expression is not None:
        return all(holds(rule, name, declared) for name in references(expression))
    return field_name in rule.fields
