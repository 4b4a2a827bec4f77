"""``viewer``: who asks, for whom, and what it may do, so that an app shows what can be done and nothing else.

What is said is what policies grant a role at all; which records it is granted on is judged when it is done, and for the
actions on one record when that is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

import strawberry

from relatum.access import Grant, Principal, view_of
from relatum.catalogue import Catalogue, RecordType
from relatum.identity import Firm, SignedIn
from relatum.session import Session
from relatum.session.acting import may_call
from relatum.viewing import callable_now, found
from relatum_schemas.errors import BadValue, NotFound
from relatum_schemas.kinds import Identity
from relatum_schemas.policy import Right
from relatum_server.administration import actions_of
from relatum_server.graphql.names import camel


@dataclass(frozen=True)
class Asking:
    """The context of authored fields: who asks.

    Attributes:
        session: the database as who asks sees it.
        signed_in: who that is, if somebody is signed in.
    """

    session: Session
    signed_in: SignedIn | None = None

    @property
    def principal(self) -> Principal:
        """Whose rights count."""
        return self.session.principal

    @property
    def catalogue(self) -> Catalogue:
        """Whose rules are in force."""
        return self.session.catalogue


Info = strawberry.Info[Asking, None]

_IDENTITY: Final = Identity()


@strawberry.type
class ViewerFirm:
    """A firm that the viewer may act for."""

    id: strawberry.ID = strawberry.field(description="Of the firm's record.")
    label: str = strawberry.field(description="What people call it.")


@strawberry.type
class Permission:
    """What the viewer may do with records of a type; with which of them, depends on the record."""

    type: str = strawberry.field(description="The type's name.")
    read: bool = strawberry.field(description="See them.")
    create: bool = strawberry.field(description="Make new ones.")
    update: bool = strawberry.field(description="Change them.")
    delete: bool = strawberry.field(description="Delete, restore and merge them.")
    relate: bool = strawberry.field(description="Ties of this type, or at its ends.")
    aggregate: bool = strawberry.field(description="Count and sum them.")
    history: bool = strawberry.field(description="Ask for what was recorded before.")
    fields: list[str] = strawberry.field(
        description="Fields that may be read, as GraphQL names them."
    )
    editable: list[str] = strawberry.field(
        description="Fields that may be given or changed, as GraphQL names them."
    )


def _may(
    info: Info,
    types: Annotated[
        list[str] | None, strawberry.argument(description="Names of types; all when left out.")
    ] = None,
) -> list[Permission]:
    return list(_permissions(info.context, types))


async def _actions(
    info: Info,
    on: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="Of a record: only those that may be called on it as it is now."
        ),
    ] = None,
) -> list[str]:
    asking = info.context
    there = [
        each
        for _, each in sorted(actions_of(asking.catalogue).items())
        if may_call(asking.principal, asking.catalogue, each)
    ]
    if on is not None:
        record = record_id(on, "on")
        async with asking.session.snapshot() as within:
            try:
                named = await found(within, record)
            except NotFound as error:
                error.path = ("on",)
                raise
            there = list(await callable_now(within, there, named))
    return [camel(each.name) for each in there]


def record_id(given: strawberry.ID, path: str) -> UUID:
    """The id of a record that an argument names.

    Raises:
        BadValue: it is none; the path is the argument's.
    """
    try:
        parsed: UUID = _IDENTITY.parse(given)
    except BadValue as error:
        raise error.at(path) from error
    return parsed


@strawberry.type
class Viewer:
    """Who asks."""

    id: strawberry.ID | None = strawberry.field(
        description="Of the person's or client app's record; null for an unnamed one."
    )
    label: str | None = strawberry.field(
        description="What to call it; null if nobody is signed in."
    )
    email: str | None = strawberry.field(description="By which the person signs in.")
    client: str | None = strawberry.field(description="Name of the client app.")
    purpose: str = strawberry.field(description="What the request is for.")
    roles: list[str] = strawberry.field(description="Roles held now, by name.")
    firm: ViewerFirm | None = strawberry.field(description="The firm acted for.")
    firms: list[ViewerFirm] = strawberry.field(description="Firms that may be acted for.")
    actions: list[str] = strawberry.field(
        resolver=_actions, description="Actions that may be called, by name."
    )
    may: list[Permission] = strawberry.field(
        resolver=_may,
        description="What may be done, by type; types of which nothing is open are left out.",
    )


def viewer(info: Info) -> Viewer:
    """Who asks."""
    asking = info.context
    principal, signed_in = asking.principal, asking.signed_in
    firms = signed_in.firms if signed_in else ()
    return Viewer(
        id=strawberry.ID(str(principal.id)) if principal.id else None,
        label=signed_in.name if signed_in else None,
        email=signed_in.email if signed_in else None,
        client=signed_in.client if signed_in else None,
        purpose=principal.purpose,
        roles=sorted(principal.roles),
        firm=next((_firm(each) for each in firms if each.id == principal.firm), None),
        firms=[_firm(each) for each in firms],
    )


def _firm(firm: Firm) -> ViewerFirm:
    return ViewerFirm(id=strawberry.ID(str(firm.id)), label=firm.label)


def _permissions(asking: Asking, types: Sequence[str] | None) -> Iterator[Permission]:
    known = asking.catalogue.types
    for name in sorted(known) if types is None else types:
        # A type that is not there is told from one that is closed by nothing.
        rights = _rights(asking, known[name]) if name in known else {}
        if any(rights.values()):
            yield Permission(
                type=name,
                **rights,
                fields=_fields(asking, known[name], Right.READ),
                editable=_fields(asking, known[name], Right.CREATE | Right.UPDATE),
            )


_RIGHTS: Final = {
    "read": Right.READ,
    "create": Right.CREATE,
    "update": Right.UPDATE,
    "delete": Right.DELETE,
    "relate": Right.RELATE,
    "aggregate": Right.AGGREGATE,
    "history": Right.HISTORY,
}


def _rights(asking: Asking, known: RecordType) -> dict[str, bool]:
    return {name: bool(_grants(asking, known, right)) for name, right in _RIGHTS.items()}


def _grants(asking: Asking, known: RecordType, right: Right) -> tuple[Grant, ...]:
    return view_of(asking.principal).grants(asking.catalogue, known.name, right)


def _fields(asking: Asking, known: RecordType, right: Right) -> list[str]:
    """The fields on which one of these rights is granted at all."""
    granted, view = _grants(asking, known, right), view_of(asking.principal)
    written = right is not Right.READ
    return [
        camel(name)
        for name, each in known.fields.items()
        if not (written and (each.built_in or each.computed))
        and any(view.holds(asking.catalogue, grant, each, known) for grant in granted)
    ]
