"""Resolves policies and roles, those of plugins and those that administrators keep as data, and purposes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from relatum.catalogue.comparing import judge_condition, moments
from relatum.catalogue.fingerprint import fingerprint
from relatum.catalogue.model import Catalogue
from relatum.catalogue.paths import resolve_condition
from relatum.catalogue.places import Place, climbed, over, placed, stepped
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.resolved import PolicyRule, RoleRule
from relatum_schemas.action import Action
from relatum_schemas.errors import BadSelection, DeclarationError
from relatum_schemas.policy import Policy, Role
from relatum_schemas.principal import PRINCIPAL_FIRM, PRINCIPAL_ID
from relatum_schemas.purpose import Purpose
from relatum_schemas.selection import (
    Climb,
    Compare,
    Condition,
    Parameter,
    Related,
)

ADMINISTRATOR: Final = "administrator"
"""The role that may do everything (given by the engine, see `relatum.access`)."""

_ADMINISTRATORS: Final = "administrators"
_OF_PRINCIPAL: Final = frozenset({PRINCIPAL_ID, PRINCIPAL_FIRM})


def with_administrators(
    catalogue: Catalogue,
    policies: Mapping[UUID, Policy],
    roles: Iterable[Role],
    purposes: Iterable[Purpose] = (),
) -> Catalogue:
    """The catalogue with the rules that administrators keep, too.

    Args:
        catalogue: as the plugins declare it.
        policies: by the id of the row that keeps each.
        roles: that they declare. One of a plugin's name takes the place of the plugin's.
        purposes: that they let sensitive data be used for.

    Raises:
        Problems: with every mistake in the rules, each naming policy or role and remedy.
    """
    problems = ProblemList()
    rules = list(catalogue.policies)
    for source, policy in policies.items():
        rules += policy_rules(catalogue, policy, problems, source=source)
    declared = dict(catalogue.roles)
    for role in roles:
        declared.update({each.name: each for each in role_rules(catalogue, role, problems)})
    known = with_roles(replace(catalogue, policies=tuple(rules)), declared, problems)
    known = replace(known, purposes=_purposes(catalogue, purposes, problems))
    problems.raise_all()
    return replace(known, fingerprint=fingerprint(known))


def _purposes(
    catalogue: Catalogue, purposes: Iterable[Purpose], problems: ProblemList
) -> dict[str, Purpose]:
    known = catalogue.classes_of_data
    found: dict[str, Purpose] = {}
    for purpose in purposes:
        with problems.noting(_ADMINISTRATORS, f"Purpose({purpose.code!r})"):
            for name in purpose.opens:
                if name not in known:
                    raise DeclarationError(
                        f"No field has sensitive data of the class {name!r}.", hint=_known(known)
                    )
            found[purpose.code] = purpose
    return found


def policy_rules(
    catalogue: Catalogue,
    policy: Policy,
    problems: ProblemList,
    *,
    plugin: str | None = None,
    source: UUID | None = None,
) -> Iterator[PolicyRule]:
    """One rule per concrete type, since a condition may mean something else on each."""
    at = (plugin or _ADMINISTRATORS, f"Policy({policy.role!r}, {', '.join(policy.types)})")
    with problems.noting(*at):
        _judge(catalogue, policy)
        for type_name in policy.types:
            with problems.noting(*at[:1], f"Policy({policy.role!r}, {type_name})"):
                for concrete in catalogue.concrete(type_name):
                    named = concrete == type_name
                    yield _policy_rule(catalogue, policy, (concrete,), plugin, source, named=named)
        if not policy.types:
            yield _policy_rule(catalogue, policy, (), plugin, source)


def _policy_rule(
    catalogue: Catalogue,
    policy: Policy,
    types: tuple[str, ...],
    plugin: str | None,
    source: UUID | None,
    *,
    named: bool = True,
) -> PolicyRule:
    where = None
    if types:
        for name in sorted(policy.fields.names):
            catalogue.field(types[0], name)
        if policy.both_ends:
            catalogue.relationship(types[0])
        where = rule_condition(catalogue, types[0], policy.condition)
    return PolicyRule(
        plugin=plugin,
        source=source,
        role=policy.role,
        types=types,
        rights=policy.rights,
        fields=policy.fields,
        where=where,
        both_ends=policy.both_ends,
        actions=policy.actions,
        purposes=policy.purposes,
        authority=() if where is None else _relationships(catalogue, types[0], where),
        named=named,
    )


def _judge(catalogue: Catalogue, policy: Policy) -> None:
    """What a policy says as a whole, whatever its types."""
    if not policy.rights and not policy.actions:
        raise DeclarationError("It gives no right.", hint="Name rights, actions, or both.")
    if not policy.types and (policy.rights or policy.condition or policy.both_ends):
        raise DeclarationError("It names no type.", hint="Name types, or EVERY_TYPE.")
    if policy.purposes == ():
        raise DeclarationError("It names no purpose.", hint="Leave purposes out, or name some.")
    for name in policy.actions:
        if name not in catalogue.actions:
            raise DeclarationError(f"There is no action {name!r}.", hint=_known(catalogue.actions))
        _judge_subject(catalogue, policy, catalogue.actions[name])


def _judge_subject(catalogue: Catalogue, policy: Policy, action: Action) -> None:
    conditional = policy.condition is not None or policy.both_ends
    if conditional and action.subject_input is None:
        raise DeclarationError(
            f"The action {action.name!r} takes no record that a condition could be judged on.",
            hint="Name it in a policy without a condition.",
        )
    if action.subject is None:
        return
    subjects = set(catalogue.concrete(action.subject.__name__))
    if not any(subjects & set(catalogue.concrete(name)) for name in policy.types):
        raise DeclarationError(
            f"The action {action.name!r} acts on {action.subject.__name__}, which the policy is not about.",
            hint="Name that type in the policy.",
        )


def role_rules(
    catalogue: Catalogue, role: Role, problems: ProblemList, *, plugin: str | None = None
) -> Iterator[RoleRule]:
    """The rule of a role, unless it has a mistake."""
    with problems.noting(plugin or _ADMINISTRATORS, f"Role({role.name!r})"):
        if role.name == ADMINISTRATOR:
            raise DeclarationError(
                "The engine itself has the role of this name.", hint="Take another name."
            )
        if role.of is None and role.where is not None:
            raise DeclarationError(
                "It does not say whose records the condition is about.",
                hint="Name their type: of=Person.",
            )
        condition = None
        if role.of is not None:
            catalogue.concrete(role.of)
            condition = rule_condition(catalogue, role.of, role.where)
        yield RoleRule(
            name=role.name,
            title=role.title,
            type=role.of,
            condition=condition,
            invites=role.invites,
            plugin=plugin,
            authority=()
            if role.of is None or condition is None
            else _relationships(catalogue, role.of, condition),
        )


def with_roles(
    catalogue: Catalogue, declared: Mapping[str, RoleRule], problems: ProblemList
) -> Catalogue:
    """The catalogue with every role: those declared, and those that only policies and actions name."""
    roles = dict(declared)
    for rule in catalogue.policies:
        roles.setdefault(rule.role, RoleRule(name=rule.role, plugin=rule.plugin))
    for action in catalogue.actions.values():
        for name in sorted(action.roles):
            roles.setdefault(name, RoleRule(name=name))
    for name in _of_transitions(catalogue):
        roles.setdefault(name, RoleRule(name=name))
    roles.setdefault(ADMINISTRATOR, RoleRule(name=ADMINISTRATOR, title="Administrator"))
    for rule_of in declared.values():
        for name in rule_of.invites:
            if name not in roles:
                problems.add(
                    f"It invites with {name!r}, which no role, policy or action is named.",
                    _known(roles),
                    at=(rule_of.plugin or _ADMINISTRATORS, f"Role({rule_of.name!r})"),
                )
    return replace(catalogue, roles=roles)


def _of_transitions(catalogue: Catalogue) -> list[str]:
    """The roles that transitions between states take."""
    fields = (field for each in catalogue for field in each.fields.values())
    return sorted({role for field in fields for roles in field.admitted.values() for role in roles})


def rule_condition(
    catalogue: Catalogue, type_name: str, condition: Condition | None
) -> Condition | None:
    """A rule's condition, resolved; whoever asks must not be able to put values into it.

    Raises:
        BadSelection: it has a parameter that is neither the principal nor the firm it acts for.
        RelatumError: it names what is not there, or compares what cannot be compared.
    """
    if condition is None:
        return None
    resolved = resolve_condition(catalogue, type_name, condition)
    for place, part in placed(catalogue, Place((type_name,)), resolved):
        for parameter in _parameters(part):
            if parameter.parameter not in _OF_PRINCIPAL:
                raise BadSelection(
                    f"A rule's condition has the parameter {parameter.parameter!r}, which nobody gives.",
                    hint="Write the value itself, or IS_ME or IS_MY_FIRM.",
                )
        judge_condition(catalogue, place, part)
    return resolved


def _parameters(condition: Condition) -> list[Parameter]:
    match condition:
        case Compare(value=value):
            given = [value]
        case Related(holds=holds) | Climb(holds=holds):
            given = moments(holds)
        case _:
            given = []
    return [each for each in given if isinstance(each, Parameter)]


def _relationships(catalogue: Catalogue, type_name: str, condition: Condition) -> tuple[str, ...]:
    """The relationship types that a rule's condition follows: by relating such records, what it gives changes."""
    used: set[str] = set()
    for place, part in placed(catalogue, Place((type_name,)), condition):
        match part:
            case Related(end=name):
                used |= set(over(catalogue, place, name).types)
            case Climb(ends=names):
                reached = climbed(catalogue, place, names)
                held = [catalogue.ends(each).get(name) for each in reached.types for name in names]
                used |= {end.relationship for end in held if end is not None}
            case Compare(path=path):
                for step in path.steps:
                    tie, place = stepped(catalogue, place, step)
                    used |= set(tie.types)
    return tuple(sorted(used))


def _known(names: Iterable[str]) -> str:
    return f"Known: {', '.join(sorted(names)) or 'none'}."
