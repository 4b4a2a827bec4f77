"""Rules of administrators that lose their meaning by a change of declarations.

Rules name types and fields. So that nothing which takes such a name later inherits what was granted on it, they end with
the change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from relatum.catalogue import Catalogue
from relatum.identity.force import resolved
from relatum.identity.stored_rules import end_rule_of, rules_of
from relatum.identity.values import StoredRule
from relatum_schemas.errors import Problems, RelatumError


@dataclass(frozen=True)
class Lost:
    """A rule that has a meaning now, and would have none.

    Attributes:
        rule: as it is kept.
        why: what is wrong with it then.
    """

    rule: StoredRule
    why: str

    @property
    def warning(self) -> str:
        """That it is so, for whoever plans the change."""
        told = f"The {self.rule.kind} {self.rule.name} loses its meaning, and grants nothing from then on"
        return f"{told}: {self.why}"


def losing(connection: Connection, before: Catalogue, after: Catalogue) -> list[Lost]:
    """The rules that lose their meaning between two catalogues."""
    rules = rules_of(connection)
    known = {each.path[:2] for each in resolved(before, rules)[1]}
    told = {each.path[:2]: each for each in resolved(after, rules)[1]}
    return [
        Lost(each, _said(told[each.kind, each.name]))
        for each in rules
        if (each.kind, each.name) in told.keys() - known
    ]


def end(connection: Connection, lost: Sequence[Lost], *, now: datetime, by: UUID | None) -> None:
    """Put rules out of force for good, in the transaction by which they lose their meaning."""
    for each in lost:
        end_rule_of(connection, each.rule, now=now, by=by)


def _said(problem: RelatumError) -> str:
    problems = problem.problems if isinstance(problem, Problems) else (problem,)
    return " ".join(each.message for each in problems)
