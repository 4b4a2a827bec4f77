"""Resolves what is said *about* types: expected facts, policies, actions and views."""

from collections.abc import Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.faces import judge_faces
from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.catalogue.own import own_condition
from relatum.catalogue.policies import policy_rules, role_rules, rule_condition, with_roles
from relatum.catalogue.ports import with_ports
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.reactions import with_reactions
from relatum.catalogue.resolved import PolicyRule, RoleRule
from relatum.catalogue.views import judge_audiences, resolved_views
from relatum.catalogue.workflows import with_workflows
from relatum_schemas.action import Action
from relatum_schemas.errors import DeclarationError
from relatum_schemas.selection import Condition


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
    occasions: dict[tuple[str, str], Condition] = {}
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
            occasions |= _occasions(settled, plugin, action, problems)
    queries = {each.plugin.name: each.queries for each in contributions if each.queries}
    settled = with_reactions(settled, contributions, problems)
    settled = with_workflows(settled, contributions, problems)
    settled = with_ports(settled, contributions, problems)
    settled = replace(settled, actions=actions, owners=owners, occasions=occasions, queries=queries)
    views = {
        f"{given.plugin.name}.{name}": view
        for given in contributions
        for name, view in resolved_views(settled, given, problems).items()
    }
    settled = _with_policies(replace(settled, views=views), contributions, problems)
    judge_audiences(settled, problems)
    return settled


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


def _occasions(
    catalogue: Catalogue, plugin: str, action: Action, problems: ProblemList
) -> dict[tuple[str, str], Condition]:
    """What an action asks of the records that it acts on, by its name and their type."""
    found: dict[tuple[str, str], Condition] = {}
    if action.when is None:
        return found
    with problems.noting(plugin, action.name, "when"):
        if action.subject is None or action.subject_input is None:
            raise DeclarationError(
                "It takes no record that a condition could be judged on.",
                hint="Name a type as its subject, and take a record of it.",
            )
        for concrete in catalogue.concrete(action.subject.__name__):
            resolved = rule_condition(catalogue, concrete, action.when)
            if resolved is not None:
                found[action.name, concrete] = resolved
    return found


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
