"""What those may do who are in: the methods of `Identity` about invitations, roles and rules as data."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.identity import (
    holdings,
    inviting,
)
from relatum.identity.parts import Parts
from relatum.identity.room import for_administrators
from relatum.identity.values import (
    Account,
    Firm,
    Holding,
    Kind,
    NewTicket,
    StoredRule,
    Ticket,
)
from relatum_schemas.errors import RelatumError


class Granting(Parts):
    """What people may do."""

    async def invite(
        self,
        by: Principal,
        email: str,
        *,
        record: UUID | None = None,
        person: Mapping[str, object] | None = None,
        tie: str | None = None,
        roles: Collection[str] = (),
        firm: UUID | None = None,
    ) -> NewTicket:
        """Invite somebody: administrators anybody, holders of a role with `invites` to the firm they act for.

        Args:
            by: who invites.
            email: whom; who has an account already is taken in as that person.
            record: the person, where the graph has it, or else
            person: values of the record that is made when the invitation is accepted.
            tie: the relationship type by which it comes to act for the firm; None where there is one only.
            roles: it gets; with a firm, while it acts for that.
            firm: it is invited to; None for the one acted for, or for administrators for none.

        Raises:
            Forbidden, Required, BadValue, BadReference, Conflict, Problems, TooManyAttempts: see
                [`invite`][relatum.identity.inviting.invite].
        """
        return await inviting.invite(
            self.room,
            self._standings,
            by,
            email,
            record=record,
            person=person,
            tie=tie,
            roles=roles,
            firm=firm,
        )

    async def invitations(self, by: Principal, *, firm: UUID | None = None) -> tuple[Ticket, ...]:
        """The invitations that wait to be accepted, newest first.

        Raises:
            Forbidden: `by` may not invite, or not there.
        """
        return await inviting.invitations(self.room, by, firm=firm)

    async def users(self, by: Principal, *, firm: UUID | None = None) -> tuple[Account, ...]:
        """The accounts of those who may act for a firm now (None for the one acted for), by address.

        Raises:
            Forbidden: `by` may not invite, or not there.
        """
        return await inviting.users(self.room, self._standings, by, firm=firm)

    async def withdraw(self, by: Principal, ticket: UUID) -> None:
        """Take an invitation back.

        Raises:
            NotFound: there is none that waits, or none that `by` may know of.
        """
        await inviting.withdraw(self.room, by, ticket)

    async def remove_user(self, by: Principal, record: UUID, *, firm: UUID | None = None) -> None:
        """End what lets a person act for a firm: ties, roles there, sessions and tokens for it, invitations to it.

        Raises:
            Forbidden, NotFound: see [`remove_user`][relatum.identity.inviting.remove_user].
        """
        await inviting.remove_user(self.room, self._standings, by, record, firm=firm)

    async def hold(
        self, by: Principal, record: UUID, role: str, *, firm: UUID | None = None
    ) -> Holding:
        """Give a role to a record, everywhere or only while it acts for a firm.

        Raises:
            Forbidden: `by` is no administrator.
            BadValue, BadReference: there is no such role, record or firm.
        """
        return await holdings.hold(self.room, by, record, role, firm=firm)

    async def let_go(
        self, by: Principal, record: UUID, role: str, *, firm: UUID | None = None
    ) -> None:
        """Take a role from a record.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: it does not hold the role.
        """
        await holdings.let_go(self.room, by, record, role, firm=firm)

    async def holdings(
        self, *, record: UUID | None = None, role: str | None = None
    ) -> tuple[Holding, ...]:
        """Who holds what now: of a record, of a role, of both, or all."""
        return await holdings.holdings(self.room, record=record, role=role)

    async def roles_of(
        self, record: UUID, firm: UUID | None, *, at: datetime | None = None
    ) -> frozenset[str]:
        """The roles of a record while acting for a firm, held or by rules: now, or as known and held at a time."""
        await self.force.refresh()
        catalogue = self.room.catalogue if at is None else await self._rules.at(at)
        return await self._standings.roles_of(record, firm, at=at, catalogue=catalogue)

    async def firms_of(self, by: Principal, record: UUID) -> tuple[Firm, ...]:
        """The firms that a person may act for now, by their labels.

        Raises:
            Forbidden: `by` is no administrator, and not the person.
        """
        if by.id != record:
            for_administrators(by, "see for whom others act")
        standing, _ = await self._standings.judge(record, None)
        return tuple(Firm(each, label) for each, label in standing.firms.items())

    async def capacities(self, record: UUID) -> tuple[Principal, ...]:
        """As whom a person may ask now: for itself, and for each firm that it may act for."""
        await self.force.refresh()
        alone, _ = await self._standings.judge(record, None)
        found = [Principal(id=record, roles=alone.roles(None))]
        for firm in alone.firms:
            standing, acted_for = await self._standings.judge(record, firm)
            if acted_for is not None:
                found.append(Principal(id=record, firm=firm, roles=standing.roles(firm)))
        return tuple(found)

    async def refresh(self) -> None:
        """Put in force what is kept: plugins, types and rules, as `authenticate` does by itself."""
        await self.force.refresh()

    async def keep_policy(self, by: Principal, name: str, data: Mapping[str, object]) -> StoredRule:
        """Put a policy in force, in place of the one of its name.

        Raises:
            Forbidden: `by` is no administrator.
            BadValue, UnknownType, UnknownField, ...: the policy has no meaning.
        """
        return await self._rules.keep(by, "policy", name, data)

    async def end_policy(self, by: Principal, name: str) -> None:
        """Put a policy out of force.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: none of the name is kept as data.
        """
        await self._rules.end(by, "policy", name)

    async def keep_role(self, by: Principal, name: str, data: Mapping[str, object]) -> StoredRule:
        """Put a role in force, in place of the one of its name. Raises as `keep_policy` does."""
        return await self._rules.keep(by, "role", name, data)

    async def end_role(self, by: Principal, name: str) -> None:
        """Put a role out of force. Raises as `end_policy` does."""
        await self._rules.end(by, "role", name)

    async def keep_purpose(
        self, by: Principal, name: str, data: Mapping[str, object]
    ) -> StoredRule:
        """Put a purpose in force, in place of the one of its name. Raises as `keep_policy` does."""
        return await self._rules.keep(by, "purpose", name, data)

    async def end_purpose(self, by: Principal, name: str) -> None:
        """Put a purpose out of force. Raises as `end_policy` does."""
        await self._rules.end(by, "purpose", name)

    async def rules(self, kind: Kind | None = None) -> tuple[StoredRule, ...]:
        """The rules that are kept as data, of a kind or all."""
        return await self._rules.all(kind)

    async def rule_problems(self) -> list[RelatumError]:
        """What is wrong with rules that are kept, since the types are others now; such rules grant nothing."""
        return await self._rules.problems()

    async def catalogue_at(self, at: datetime) -> Catalogue:
        """The catalogue with the rules as they were kept at a recorded time."""
        return await self._rules.at(at)
