"""What passes between the identity room and whoever asks it: frozen values, never a secret beside a hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from relatum.access import Principal

Use = Literal["invitation", "sign_in", "reset"]
"""What a ticket is for."""

Kind = Literal["policy", "role", "purpose"]
"""What administrators keep as data."""


@dataclass(frozen=True)
class Firm:
    """A firm that a person may act for."""

    id: UUID
    label: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who asks, as a session or a token tells it, judged now.

    Attributes:
        principal: what reads and writes are done as.
        account: of the person; None for a client app.
        session: the session that the secret belongs to, or else
        token: the token.
        client: the name of the client app.
        name: what to call it: the label of its record, or the name of the client app.
        email: by which the person signs in.
        firms: which the person may act for.
    """

    principal: Principal
    account: UUID | None = None
    session: UUID | None = None
    token: UUID | None = None
    client: str | None = None
    name: str = ""
    email: str | None = None
    firms: tuple[Firm, ...] = ()


@dataclass(frozen=True)
class NewSession:
    """A session that has just begun. Its secret is told this once."""

    secret: str
    signed_in: SignedIn
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Account:
    """How a person signs in.

    Attributes:
        language: that the person has chosen to be spoken to in, by its tag; None where it has not.
    """

    id: UUID
    record: UUID
    name: str
    email: str
    has_password: bool
    disabled: bool
    demo: bool
    created_at: datetime
    locked_until: datetime | None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    """A session, as the person whose it is sees it in a list."""

    id: UUID
    firm: UUID | None
    agent: str
    address: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client app: a program that asks by itself, with the roles it was given."""

    id: UUID
    name: str
    record: UUID | None
    roles: frozenset[str]
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Token:
    """A bearer token, without its secret. No roles means all of the holder's."""

    id: UUID
    name: str
    account: UUID | None
    client: UUID | None
    roles: frozenset[str]
    firm: UUID | None
    purpose: str | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class NewToken:
    """A token that was just made. Its secret is told this once."""

    token: Token
    secret: str


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a link in a mail is for, without its secret.

    Attributes:
        record: who signs in by it; None for an invitation that makes a new person.
        firm: which an invitation is to.
        roles: which an invitation gives.
        created_by: the record of whoever invited.
        firm_label: what people call that firm, where a link is looked at.
    """

    id: UUID
    use: Use
    email: str
    record: UUID | None
    firm: UUID | None
    roles: frozenset[str]
    created_at: datetime
    created_by: UUID | None
    expires_at: datetime
    firm_label: str | None = None


@dataclass(frozen=True)
class NewTicket:
    """A ticket that was just made.

    The secret is told to administrators alone. Whoever else invites must not learn it: it opens the account of the
    person invited.
    """

    ticket: Ticket
    secret: str | None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """That a record holds a role; with a firm, only while acting for it."""

    id: UUID
    record: UUID
    name: str
    role: str
    firm: UUID | None
    recorded_from: datetime
    recorded_to: datetime
    granted_by: UUID | None


@dataclass(frozen=True, kw_only=True)
class StoredRule:
    """A policy, role or purpose that administrators keep as data."""

    id: UUID
    kind: Kind
    name: str
    definition: Mapping[str, object]
    recorded_from: datetime
    recorded_to: datetime
    made_by: UUID | None
