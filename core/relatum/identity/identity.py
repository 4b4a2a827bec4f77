"""The identity room as it is reached: `database.identity`. Each method stands for a function of the module it names."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identity import (
    accounts,
    authenticating,
    holdings,
    inviting,
    sessions,
    signing_in,
    tickets,
    tokens,
)
from relatum.identity.letters import Mailer
from relatum.identity.room import Lifetimes, Place, Room
from relatum.identity.rules import Rules
from relatum.identity.signing_in import Visitor, Voucher
from relatum.identity.standing import Standings
from relatum.identity.values import (
    Account,
    Client,
    Holding,
    Kind,
    NewSession,
    NewTicket,
    NewToken,
    SessionInfo,
    SignedIn,
    StoredRule,
    Ticket,
    Token,
)
from relatum_schemas.errors import RelatumError

QUARTER: Final = timedelta(days=90)


class Identity:
    """Who may sign in to a database, as whom, and with which roles.

    `by` is always who does it: administrators (and the system) may do everything, others what the methods say. What is
    done stands in the access log, in the same transaction. What is taken away is gone with the next request.
    """

    def __init__(
        self,
        place: Place,
        *,
        lifetimes: Lifetimes,
        mailer: Mailer | None = None,
    ) -> None:
        """Bind the database in use, whose catalogue is that of the plugins."""
        self.room = Room(place, lifetimes=lifetimes, mailer=mailer)
        self._rules = Rules(self.room, place.storage.catalogue)
        self._standings = Standings(self.room)

    async def close(self) -> None:
        """Wait for what is done beside answers: mails, notes of last use."""
        await self.room.finish()

    # --- who asks

    async def authenticate(self, secret: str, *, purpose: str | None = None) -> SignedIn | None:
        """Who has a session's or token's secret, judged now; None when it opens nothing (any more).

        Args:
            secret: as the cookie or the header brought it.
            purpose: what the call is for; None for the token's own, or to operate.

        Raises:
            Forbidden: the token is for another purpose.
        """
        return await authenticating.authenticate(
            self.room, self._rules, self._standings, secret, purpose=purpose
        )

    async def sign_in(
        self,
        email: str,
        password: str,
        *,
        firm: UUID | None = None,
        agent: str = "",
        address: str = "",
    ) -> NewSession:
        """Sign in by password.

        Args:
            email: of the account.
            password: of the account.
            firm: to act for; None for the only one there is, if there is only one.
            agent: what the browser says it is, for the person's list of sessions.
            address: of the network, by which attempts are limited.

        Raises:
            SignInRefused: one message for every reason.
            TooManyAttempts: this was tried too often.
            Forbidden: the person may not act for the firm.
        """
        visitor = Visitor(firm, agent, address)
        return await signing_in.sign_in(
            self.room, self._rules, self._standings, email, password, visitor
        )

    async def sign_in_vouched(
        self,
        email: str | None,
        *,
        by: str,
        subject: str | None = None,
        firm: UUID | None = None,
        agent: str = "",
        address: str = "",
    ) -> NewSession:
        """Sign in on the word of another authority, such as an OpenID provider.

        Args:
            email: an address that the authority has made sure of; None where it has not.
            by: the authority.
            subject: its name for the person, which stays; once it is known, it counts instead of the address.
            firm: to act for.
            agent: what the browser says it is.
            address: of the network.

        Raises:
            SignInRefused: no open account is meant.
            Forbidden: the person may not act for the firm.
        """
        return await signing_in.sign_in_vouched(
            self.room,
            self._rules,
            self._standings,
            Voucher(by, subject, email),
            Visitor(firm, agent, address),
        )

    async def switch_firm(self, signed_in: SignedIn, firm: UUID | None) -> SignedIn:
        """Let a session act for another firm, or for none.

        Raises:
            Forbidden: the person may not act for it, or was not signed in by a session.
        """
        return await signing_in.switch_firm(self.room, self._standings, signed_in, firm)

    # --- links that are sent by mail

    async def send_link(self, email: str, *, use: tickets.LinkUse) -> None:
        """Send a link to sign in, or for a new password. Whether there is an account, nobody is told.

        Raises:
            BadValue: the address is none.
            BadSetting: the installation sends no mail.
            TooManyAttempts: too many links were asked for.
        """
        await tickets.send_link(self.room, email, use=use)

    async def make_link(self, by: Principal, account: UUID, *, use: tickets.LinkUse) -> NewTicket:
        """Make a link for an account, for administrators to hand over themselves.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: there is no such account.
        """
        return await tickets.make_link(self.room, by, account, use=use)

    async def ticket(self, secret: str) -> Ticket | None:
        """What a link is for, without using it; None when it opens nothing (any more)."""
        return await tickets.ticket(self.room, secret)

    async def redeem(
        self,
        secret: str,
        *,
        password: str | None = None,
        firm: UUID | None = None,
        agent: str = "",
        address: str = "",
    ) -> NewSession:
        """Use a link, once: the person is signed in; by an invitation it is taken in first.

        Args:
            secret: of the link.
            password: a new one; needed by a link for a new password, welcome with an invitation.
            firm: to act for; an invitation's own goes before.
            agent: what the browser says it is.
            address: of the network.

        Raises:
            SpentLink: the link was used, withdrawn, has expired, or never was.
            Required, BadValue: the password is missing or too easy; the link can still be used.
        """
        return await tickets.redeem(
            self.room,
            self._rules,
            self._standings,
            secret,
            password=password,
            visitor=Visitor(firm, agent, address),
        )

    # --- sessions

    async def sessions(self, by: Principal, account: UUID) -> tuple[SessionInfo, ...]:
        """The sessions of an account that last: one's own, or for administrators anybody's.

        Raises:
            NotFound: there is no such account, or none that `by` may know of.
        """
        return await sessions.sessions(self.room, by, account)

    async def end_session(self, by: Principal, session: UUID) -> None:
        """End a session: one's own, or for administrators anybody's.

        Raises:
            NotFound: there is no such session, or none that `by` may know of.
        """
        await sessions.end_session(self.room, by, session)

    async def end_all(self, by: Principal, account: UUID, *, but: UUID | None = None) -> None:
        """End all sessions of an account, except one.

        Raises:
            NotFound: there is no such account, or none that `by` may know of.
        """
        await sessions.end_all(self.room, by, account, but=but)

    # --- accounts

    async def add_account(
        self,
        by: Principal,
        email: str,
        *,
        record: UUID,
        password: str | None = None,
        demo: bool = False,
    ) -> Account:
        """Let a person of the graph sign in. Without a password it does so by links.

        Raises:
            Forbidden: `by` is no administrator.
            BadValue, BadReference, Conflict: address, password or record cannot be taken.
        """
        return await accounts.add_account(
            self.room, by, email, record=record, password=password, demo=demo
        )

    async def accounts(self, by: Principal) -> tuple[Account, ...]:
        """All accounts, by address.

        Raises:
            Forbidden: `by` is no administrator.
        """
        return await accounts.accounts(self.room, by)

    async def account_of(self, by: Principal, email: str) -> Account | None:
        """The account that has an address, or None.

        Raises:
            Forbidden: `by` is no administrator.
        """
        return await accounts.account_of(self.room, by, email)

    async def set_password(self, by: Principal, account: UUID, password: str) -> None:
        """Give an account another password, which ends its other sessions: oneself, or an administrator.

        Raises:
            Forbidden: `by` is neither.
            BadValue: the password is too easy.
        """
        await accounts.set_password(self.room, by, account, password)

    async def set_disabled(self, by: Principal, account: UUID, *, disabled: bool) -> None:
        """Close an account, which ends its sessions, or open it again.

        Raises:
            Forbidden: `by` is no administrator.
        """
        await accounts.set_disabled(self.room, by, account, disabled=disabled)

    # --- client apps and tokens

    async def add_client(
        self, by: Principal, name: str, *, record: UUID | None = None, roles: Collection[str] = ()
    ) -> Client:
        """Register a client app, with the roles that its tokens have at most.

        Raises:
            Forbidden: `by` is no administrator.
            Conflict, BadValue: the name is taken, a role is not known.
        """
        return await tokens.add_client(self.room, by, name, record=record, roles=roles)

    async def clients(self, by: Principal) -> tuple[Client, ...]:
        """All client apps, by name.

        Raises:
            Forbidden: `by` is no administrator.
        """
        return await tokens.clients(self.room, by)

    async def end_client(self, by: Principal, client: UUID) -> None:
        """End a client app, and with it all its tokens.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: there is no such app.
        """
        await tokens.end_client(self.room, by, client)

    async def add_token(
        self,
        by: Principal,
        name: str,
        *,
        account: UUID | None = None,
        client: UUID | None = None,
        roles: Collection[str] = (),
        firm: UUID | None = None,
        purpose: str | None = None,
        lasts: timedelta = QUARTER,
    ) -> NewToken:
        """Make a token: of one's own account while signed in, or for administrators of any account or app.

        Args:
            by: who makes it.
            name: what it is for, in the person's own words.
            account: whose it is, or else
            client: the app whose it is.
            roles: the only ones it has of its holder's; none for all.
            firm: it acts for.
            purpose: the only one it is for; None for any.
            lasts: how long it can be used, up to a year.

        Raises:
            Forbidden, NotFound, BadValue, Required: it cannot be made like this.
        """
        return await tokens.add_token(
            self.room,
            by,
            name,
            account=account,
            client=client,
            roles=roles,
            firm=firm,
            purpose=purpose,
            lasts=lasts,
        )

    async def tokens(
        self, by: Principal, *, account: UUID | None = None, client: UUID | None = None
    ) -> tuple[Token, ...]:
        """Tokens, ended and expired ones included, newest first: one's own, or for administrators all.

        Raises:
            Forbidden: they are others', and `by` is no administrator.
        """
        return await tokens.tokens(self.room, by, account=account, client=client)

    async def end_token(self, by: Principal, token: UUID) -> None:
        """End a token: one's own, or for administrators anybody's.

        Raises:
            NotFound: there is no such token, or none that `by` may know of.
        """
        await tokens.end_token(self.room, by, token)

    # --- invitations

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

    # --- roles

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
        await self._rules.refresh()
        catalogue = self.room.catalogue if at is None else await self._rules.at(at)
        return await self._standings.roles_of(record, firm, at=at, catalogue=catalogue)

    # --- rules as data

    async def refresh(self) -> None:
        """Put the rules in force that administrators keep, as `authenticate` does by itself."""
        await self._rules.refresh()

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

    # --- the access log

    async def log(
        self,
        kind: str,
        principal: Principal,
        *,
        type_name: str | None = None,
        record: UUID | None = None,
        **details: object,
    ) -> None:
        """Append a line to the access log, in a transaction of its own."""

        async def work(connection: Connection) -> None:
            await note(
                connection,
                principal,
                kind,
                at=self.room.now(),
                type_name=type_name,
                record=record,
                details=details,
            )

        await self.room.write(work)
