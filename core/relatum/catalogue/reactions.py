"""Resolves what plugins do when records change: on which types, told of what, and whether that can ever happen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.model import Catalogue
from relatum.catalogue.own import own_condition
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.resolved import BeforeRule, ReactionRule
from relatum_schemas.errors import DeclarationError
from relatum_schemas.reactions import BEFORE_OPERATIONS, OPERATIONS, Trigger
from relatum_schemas.selection import Condition


def with_reactions(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    """The catalogue with the reactions of plugins, before commit and after."""
    after: list[ReactionRule] = []
    before: list[BeforeRule] = []
    for given in contributions:
        plugin = given.plugin.name
        for reaction in given.reactions:
            with problems.noting(plugin, reaction.name):
                types, when = _resolved(catalogue, reaction.trigger, OPERATIONS)
                after.append(ReactionRule(plugin=plugin, reaction=reaction, types=types, when=when))
        for first in given.before:
            with problems.noting(plugin, first.name):
                for name in first.elevated:
                    catalogue.concrete(name)
                types, when = _resolved(catalogue, first.trigger, BEFORE_OPERATIONS)
                before.append(BeforeRule(plugin=plugin, reaction=first, types=types, when=when))
    _judge_names(after, problems)
    return replace(catalogue, reactions=tuple(after), before=tuple(before))


def _resolved(
    catalogue: Catalogue, trigger: Trigger, operations: frozenset[str]
) -> tuple[frozenset[str], Mapping[str, Condition]]:
    types = {each for name in trigger.subjects for each in catalogue.concrete(name)}
    unknown = trigger.operations - operations
    if unknown or not trigger.operations:
        said = f"knows no operation {min(unknown)!r}" if unknown else "names no operation"
        raise DeclarationError(f"It {said}.", hint=f"There are {', '.join(sorted(operations))}.")
    for field in sorted(trigger.fields or ()):
        for subject in trigger.subjects:
            catalogue.field(subject, field)
    condition = trigger.when
    when = {} if condition is None else {
        each: own_condition(catalogue, each, condition) for each in types
    }  # fmt: skip
    return frozenset(types), when


def _judge_names(rules: Sequence[ReactionRule], problems: ProblemList) -> None:
    """Each reaction after commit needs a name of its own: what it has done is kept under it."""
    seen: set[str] = set()
    for each in rules:
        if each.name in seen:
            problems.add(
                "The plugin has another reaction of this name.",
                "Rename one.",
                at=(each.plugin, each.reaction.name),
            )
        seen.add(each.name)
