"""Rules of administrators that lose their meaning by a change of declarations.

Rules name types and fields. So that nothing which takes such a name later inherits what was granted on it, they end with
the change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from relatum.catalogue import Catalogue
from relatum.identity.force import resolved
from relatum.identity.stored_rules import end_rule_of
from relatum.identity.values import StoredRule
from relatum_schemas.errors import PathStep, Problems, RelatumError

PathOfRule = tuple[PathStep, PathStep]
"""The kind and the name of a rule."""


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


def losing(
    rules: Sequence[StoredRule], before: Catalogue, after: Catalogue, staying: Catalogue
) -> list[Lost]:
    """The rules that lose their meaning between two catalogues, or would have one only by what is new.

    Args:
        rules: that are kept.
        before: the catalogue in force.
        after: that is to be in force.
        staying: the same, in which all that is new has names that no rule knows.
    """
    resting = _meaningless(before, rules).keys() & _meaningless(after, rules).keys()
    told = _meaningless(staying, rules)
    return [
        Lost(each, _said(told[each.kind, each.name]))
        for each in rules
        if (each.kind, each.name) in told.keys() - resting
    ]


def orphaned(
    rules: Sequence[StoredRule], catalogue: Catalogue, names: Collection[str]
) -> list[StoredRule]:
    """The rules without meaning that speak of something by a name that it has no longer.

    Args:
        rules: that are kept.
        catalogue: of all that the database has, be it in force or not.
        names: of types, or of fields as ``Machine.hours``.
    """
    if not rules or not names:
        return []
    without = _meaningless(catalogue, rules)
    return [
        each
        for each in rules
        if (each.kind, each.name) in without
        and any({*name.split(".")} <= words(each.definition) for name in names)
    ]


def _meaningless(
    catalogue: Catalogue, rules: Sequence[StoredRule]
) -> Mapping[PathOfRule, RelatumError]:
    return {(each.path[0], each.path[1]): each for each in resolved(catalogue, rules)[1]}


def words(definition: object) -> set[str]:
    """Every name in what a rule says, those of paths one by one."""
    match definition:
        case str():
            return {*definition.split(".")}
        case Mapping():
            return {word for each in definition.values() for word in words(each)}
        case list() | tuple():
            return {word for each in definition for word in words(each)}
    return set()


def end(connection: Connection, lost: Sequence[Lost], *, now: datetime, by: UUID | None) -> None:
    """Put rules out of force for good, in the transaction by which they lose their meaning."""
    for each in lost:
        end_rule_of(connection, each.rule, now=now, by=by)


def _said(problem: RelatumError) -> str:
    problems = problem.problems if isinstance(problem, Problems) else (problem,)
    return " ".join(each.message for each in problems)
