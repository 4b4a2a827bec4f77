"""What opens doors: the methods of `Identity` about accounts, client apps and tokens."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from relatum.access import Principal
from relatum.identity import (
    accounts,
    tokens,
)
from relatum.identity.parts import Parts
from relatum.identity.room import for_administrators
from relatum.identity.values import (
    Account,
    Client,
    NewToken,
    Token,
)

QUARTER: Final = timedelta(days=90)


class Keeping(Parts):
    """By what people and programs come in."""

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

    async def accounts_of(self, by: Principal, records: Collection[UUID]) -> tuple[Account, ...]:
        """The accounts of some records, by address.

        Raises:
            Forbidden: `by` is no administrator.
        """
        for_administrators(by, "see others' accounts")
        return await accounts.accounts_of(self.room, records)

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

    async def set_language(self, by: Principal, account: UUID, language: str | None) -> None:
        """Keep the language that a person has chosen to be spoken to in; None to forget it. See `language_of`.

        Raises:
            Forbidden: `by` is neither the person itself, signed in, nor an administrator.
            BadValue: there is no such language.
        """
        await accounts.set_language(self.room, by, account, language)

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
