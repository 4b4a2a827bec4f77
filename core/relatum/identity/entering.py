"""How people and programs come in: the methods of `Identity` about who asks, sign-ins, links and sessions."""

from uuid import UUID

from relatum.access import Principal
from relatum.identity import (
    looking,
    sessions,
    signing_in,
    tickets,
)
from relatum.identity.parts import Parts
from relatum.identity.presuming import Presumption
from relatum.identity.signing_in import Visitor, Voucher
from relatum.identity.values import (
    NewSession,
    NewTicket,
    SessionInfo,
    SignedIn,
    Ticket,
)


class Entering(Parts):
    """Who comes in, and as whom."""

    async def authenticate(self, secret: str, *, purpose: str | None = None) -> SignedIn | None:
        """Who has a session's or token's secret, judged now; None when it opens nothing (any more).

        Args:
            secret: as the cookie or the header brought it.
            purpose: what the call is for; None for the token's own, or to operate.

        Raises:
            Forbidden: the token is for another purpose.
        """
        return await self._authentication.authenticate(secret, purpose=purpose)

    def presume(self, secret: str, *, purpose: str | None = None) -> Presumption | None:
        """Whom a secret is presumed to belong to, for `Database.presuming`; None where that has to be found out first.

        Args:
            secret: as the cookie or the header brought it.
            purpose: what the call is for; None for the token's own, or to operate.
        """
        return self._authentication.presume(secret, purpose=purpose)

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
            self.room, self.force, self._standings, email, password, visitor
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
            self.force,
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
            self.force,
            self._standings,
            secret,
            password=password,
            visitor=Visitor(firm, agent, address),
        )

    async def look_as(self, by: SignedIn, record: UUID, *, firm: UUID | None = None) -> None:
        """Have an administrator's session see what a person sees, by that person's rights, until it is ended.

        Args:
            by: who looks.
            record: the person, who has an account.
            firm: for which the person acts.

        Raises:
            Forbidden, NotFound: see [`look_as`][relatum.identity.looking.look_as].
        """
        await looking.look_as(self.room, self._standings, by, record, firm)

    async def end_looking(self, signed_in: SignedIn) -> Principal:
        """End that a session sees what somebody else sees; return whose session it is, without roles."""
        return await looking.end_looking(self.room, signed_in)

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
