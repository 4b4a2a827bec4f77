"""Resolves what is said *about* types: expected facts, policies, actions and views."""

from collections.abc import Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.model import RECORD, Catalogue, Field, PolicyRule, RecordType, ResolvedView
from relatum.catalogue.paths import resolve_condition, resolve_path
from relatum.catalogue.problems import ProblemList
from relatum_schemas.action import Action, Reaction
from relatum_schemas.errors import UnknownField
from relatum_schemas.policy import Policy

ADMINISTRATOR = "administrator"
"""The role that may do everything (given by the engine, see `relatum.access`)."""


def with_rules(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    """The catalogue with conditions, policies, actions, reactions and views resolved."""
    types = {
        name: _with_conditions(catalogue, each, problems) for name, each in catalogue.types.items()
    }
    settled = replace(catalogue, types=types)
    policies: list[PolicyRule] = []
    actions: dict[str, Action] = {}
    reactions: list[Reaction] = []
    views: dict[str, ResolvedView] = {}
    for given in contributions:
        plugin = given.plugin.name
        for policy in given.policies:
            policies += _policy_rules(settled, policy, plugin, problems)
        for action in given.actions:
            if action.name in actions:
                problems.add(
                    "Another plugin declares an action of this name.", at=(plugin, action.name)
                )
            actions[action.name] = action
        for reaction in given.reactions:
            if reaction.type.__name__ not in settled.types:
                problems.add(
                    "The reaction is on no type of the catalogue.",
                    at=(plugin, reaction.function.__name__),
                )
            reactions.append(reaction)
        for name, view in _views(settled, given, problems).items():
            views[f"{plugin}.{name}"] = view
    return replace(
        settled, policies=tuple(policies), actions=actions, reactions=tuple(reactions), views=views
    )


def _with_conditions(
    catalogue: Catalogue, declared: RecordType, problems: ProblemList
) -> RecordType:
    fields = dict(declared.fields)
    for name, field in fields.items():
        if field.expected_when is not None:
            with problems.noting(declared.plugin, declared.name, name):
                fields[name] = _expected(catalogue, declared.name, field)
    return replace(declared, fields=fields)


def _expected(catalogue: Catalogue, type_name: str, field: Field) -> Field:
    assert field.expected_when is not None
    return replace(
        field, expected_when=resolve_condition(catalogue, type_name, field.expected_when)
    )


def _policy_rules(
    catalogue: Catalogue, policy: Policy, plugin: str, problems: ProblemList
) -> list[PolicyRule]:
    """One rule per concrete type, since a path or condition may mean something else on each."""
    rules: list[PolicyRule] = []
    for named in policy.types:
        at = (plugin, f"Policy({policy.role!r}, {named})")
        with problems.noting(*at):
            for type_name in catalogue.concrete(named):
                rules.append(_policy_rule(catalogue, policy, type_name, plugin))
    return rules


def _policy_rule(catalogue: Catalogue, policy: Policy, type_name: str, plugin: str) -> PolicyRule:
    for name in sorted(policy.fields.names):
        catalogue.field(type_name, name)
    if policy.both_ends:
        catalogue.relationship(type_name)
    if policy.through is not None:
        _judge_path(catalogue, type_name, policy.through)
    where = None if policy.where is None else resolve_condition(catalogue, type_name, policy.where)
    return PolicyRule(
        plugin=plugin,
        role=policy.role,
        types=(type_name,),
        rights=policy.rights,
        fields=policy.fields,
        where=where,
        through=policy.through,
        destination=policy.to,
        both_ends=policy.both_ends,
    )


def _judge_path(catalogue: Catalogue, type_name: str, through: Sequence[str]) -> None:
    """Every step must be an end of at least one type that the path may have reached."""
    reached = {type_name}
    for name in through:
        ends = [
            catalogue.types[each].ends[name]
            for each in sorted(reached)
            if name in catalogue.types[each].ends
        ]
        if not ends:
            raise UnknownField(
                f"The path {'.'.join(through)!r} follows {name!r}, which is no end of {' or '.join(sorted(reached))}."
            )
        reached = {other for end in ends for other in end.others}


def _views(
    catalogue: Catalogue, given: Contribution, problems: ProblemList
) -> dict[str, ResolvedView]:
    plugin = given.plugin.name
    found: dict[str, ResolvedView] = {}
    for view in given.views:
        at = (plugin, f"View({view.name!r})")
        if view.name in found:
            problems.add("The plugin has two views of this name.", at=at)
        type_name = view.record_type.__name__
        with problems.noting(*at):
            if type_name != RECORD:
                catalogue.fields(type_name)
            found[view.name] = ResolvedView(
                plugin=plugin,
                name=view.name,
                type=type_name,
                place=view.place,
                columns=tuple(
                    resolve_path(catalogue, type_name, column) for column in view.columns
                ),
                where=None
                if view.where is None
                else resolve_condition(catalogue, type_name, view.where),
                actions=tuple(each.name for each in view.actions),
            )
    return found
