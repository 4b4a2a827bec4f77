"""Resolves what is said *about* types: expected facts, policies, actions and views."""

from collections.abc import Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.faces import judge_faces
from relatum.catalogue.model import (
    RECORD,
    Catalogue,
    Field,
    RecordType,
)
from relatum.catalogue.own import own_condition
from relatum.catalogue.paths import resolve_condition, resolve_path
from relatum.catalogue.policies import policy_rules, role_rules, with_roles
from relatum.catalogue.ports import with_ports
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.reactions import with_reactions
from relatum.catalogue.resolved import PolicyRule, ResolvedView, RoleRule
from relatum.catalogue.workflows import with_workflows
from relatum_schemas.action import Action
from relatum_schemas.errors import DeclarationError


def with_rules(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    """The catalogue with conditions, policies, actions, reactions, ports and views resolved."""
    types = {
        name: _with_conditions(catalogue, each, problems) for name, each in catalogue.types.items()
    }
    settled = replace(catalogue, types=types)
    actions: dict[str, Action] = {}
    owners: dict[str, str] = {}
    views: dict[str, ResolvedView] = {}
    for given in contributions:
        plugin = given.plugin.name
        for action in given.actions:
            if action.name in actions:
                other = owners[action.name]
                problems.add(
                    f"The plugin {other!r} declares an action of this name, too.",
                    "Rename one.",
                    at=(plugin, action.name),
                )
            actions[action.name] = action
            owners[action.name] = plugin
            _judge_elevation(settled, plugin, action, problems)
            judge_faces(settled, plugin, action, problems)
        for name, view in _views(settled, given, problems).items():
            views[f"{plugin}.{name}"] = view
    queries = {each.plugin.name: each.queries for each in contributions if each.queries}
    settled = with_reactions(settled, contributions, problems)
    settled = with_workflows(settled, contributions, problems)
    settled = with_ports(settled, contributions, problems)
    settled = replace(settled, actions=actions, owners=owners, views=views, queries=queries)
    return _with_policies(settled, contributions, problems)


def _judge_elevation(
    catalogue: Catalogue, plugin: str, action: Action, problems: ProblemList
) -> None:
    for name, right in action.elevated.items():
        with problems.noting(plugin, action.name):
            catalogue.concrete(name)
            if not right:
                raise DeclarationError(
                    f"It asks for no right on {name}.", hint="Name rights: READ | UPDATE."
                )


def _with_policies(
    catalogue: Catalogue, contributions: Sequence[Contribution], problems: ProblemList
) -> Catalogue:
    policies: list[PolicyRule] = []
    roles: dict[str, RoleRule] = {}
    for given in contributions:
        plugin = given.plugin.name
        for policy in given.policies:
            policies += policy_rules(catalogue, policy, problems, plugin=plugin)
        for role in given.roles:
            if role.name in roles:
                other = roles[role.name].plugin
                problems.add(
                    f"The plugin {other!r} declares a role of this name, too.",
                    "Declare it once.",
                    at=(plugin, f"Role({role.name!r})"),
                )
            for rule in role_rules(catalogue, role, problems, plugin=plugin):
                roles[role.name] = rule
    return with_roles(replace(catalogue, policies=tuple(policies)), roles, problems)


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
    when = own_condition(catalogue, type_name, field.expected_when)
    return replace(field, expected_when=when)


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
