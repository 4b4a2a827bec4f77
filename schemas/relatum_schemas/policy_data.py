"""Policies and roles as JSON: what administrators keep, in the language that plugins declare them in.

::

    {"role": "partner_user", "types": ["Deal"], "rights": ["read", "update"], "fields": {"all_but": ["margin"]},
     "where": {"kind": "compare", "path": {"field": "state"}, "operator": "eq", "value": "open"},
     "through": "partner", "to": "my_firm"}

What is not given is as in `Policy` and `Role`. Nothing is judged here but the form; the catalogue judges the names.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from relatum_schemas.errors import DeclarationError
from relatum_schemas.policy import ALL, BOTH_ENDS, Fields, Policy, Right, Role, only
from relatum_schemas.principal import ME, Destination
from relatum_schemas.rule_data import read_rule
from relatum_schemas.selection import Condition

Words = tuple[Annotated[str, Field(min_length=1)], ...]


class _AllBut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    all_but: Words


class _Only(BaseModel):
    model_config = ConfigDict(extra="forbid")

    only: Words


class ScopeData(BaseModel):
    """What a policy opens, as JSON: all that it says but to whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: Words = ()
    rights: tuple[
        Literal["read", "create", "update", "delete", "relate", "aggregate", "history"], ...
    ] = ()
    fields: _AllBut | _Only = _AllBut(all_but=())
    where: Condition | None = None
    through: str | None = None
    to: Destination = ME
    both_ends: bool = False
    actions: Words = ()
    purposes: Annotated[Words, Field(min_length=1)] | None = None


class _PolicyData(ScopeData):
    role: Annotated[str, Field(min_length=1)]


class _RoleData(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    title: str = ""
    of: str | None = None
    where: Condition | None = None
    invites: Words = ()


def policy_of_data(data: Mapping[str, object]) -> Policy:
    """The policy that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
        DeclarationError: ``through`` is no path, or is given together with ``both_ends``.
    """
    read = read_rule(_PolicyData, data, "policy")
    return policy_of_scope(read, read.role)


def policy_of_scope(read: ScopeData, role: str) -> Policy:
    """The policy that gives a role what a scope opens.

    Raises:
        DeclarationError: ``through`` is given together with ``both_ends``, or is no path.
    """
    if read.both_ends and read.through is not None:
        raise DeclarationError(
            "A policy takes a path or both ends, not the two.",
            path="both_ends",
            hint="Leave one of them out.",
        )
    rights = Right(0)
    for name in read.rights:
        rights |= Right[name.upper()]
    opened = read.fields
    return Policy(
        role,
        read.types,
        rights,
        fields=ALL - opened.all_but if isinstance(opened, _AllBut) else only(*opened.only),
        where=read.where,
        through=BOTH_ENDS if read.both_ends else read.through,
        to=read.to,
        actions=read.actions,
        purposes=read.purposes,
    )


def policy_as_data(policy: Policy) -> dict[str, object]:
    """The policy as JSON; `policy_of_data` reads it back."""
    written = _PolicyData(
        role=policy.role,
        types=policy.types,
        rights=tuple(_right_name(right) for right in policy.rights),
        fields=_fields_data(policy.fields),
        where=policy.where,
        through=policy.through,
        to=policy.to,
        both_ends=policy.both_ends,
        actions=policy.actions,
        purposes=policy.purposes,
    )
    return _written(written)


def role_of_data(data: Mapping[str, object]) -> Role:
    """The role that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    read = read_rule(_RoleData, data, "role")
    return Role(read.name, title=read.title, of=read.of, where=read.where, invites=read.invites)


def role_as_data(role: Role) -> dict[str, object]:
    """The role as JSON; `role_of_data` reads it back."""
    written = _RoleData(
        name=role.name, title=role.title, of=role.of, where=role.where, invites=role.invites
    )
    return _written(written)


def _right_name(
    right: Right,
) -> Literal["read", "create", "update", "delete", "relate", "aggregate", "history"]:
    return right.name.lower()  # type: ignore[union-attr,return-value]  # a single right has a name


def _fields_data(fields: Fields) -> _AllBut | _Only:
    names = tuple(sorted(fields.names))
    return _AllBut(all_but=names) if fields.complement else _Only(only=names)


def _written(model: BaseModel) -> dict[str, object]:
    """What was given, without what is as usual; conditions keep their kind, which tells them apart."""
    usual = type(model).model_construct()
    given = model.model_dump(mode="json", exclude_none=True)
    return {
        name: value
        for name, value in given.items()
        if getattr(model, name) != getattr(usual, name, None)
    }
