"""What the database tells of whoever holds a secret, as texts: whose it is, and what that person is entitled to now.

The same columns stand in a statement of their own when a request is authenticated, and beside the answer when it is only
presumed who asks (`relatum.identity.presuming`): where they tell the same, the same is known.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, cast
from uuid import UUID

import orjson
from sqlalchemy import FromClause, Table, func, not_, or_, select

from relatum.access import UNGUARDED, Principal
from relatum.catalogue import Catalogue
from relatum.connections import Connection, Prepared, document, prepare
from relatum.connections.types import Identifier
from relatum.identity.room import Room
from relatum.identity.stored import ACCOUNT, CLIENT, RECORD, SESSION, SETTING, TOKEN, given
from relatum.reading.binds import Binds
from relatum.reading.binds import Moment as Run
from relatum.reading.compiling import beginning
from relatum.reading.context import PRESENT, Context
from relatum.reading.sql import Json, Predicate, Sql, rows_of, value_from
from relatum.reading.standing import Standing, standing_of_text, standing_text
from relatum.reading.times import moment
from relatum_schemas.kinds import Instant, Text

Kind = Literal["session", "token"]
"""What a secret belongs to."""

_HASH: Final = "secret_hash"
_IDLE_SINCE: Final = "idle_since"


@dataclass(frozen=True)
class Bearer:
    """Whose a secret is.

    Attributes:
        seen_as: the person as whom its holder looks at things.
        seen_for: the firm that this person acts for.
    """

    id: UUID
    account: UUID | None
    email: str | None
    record: UUID | None
    name: str
    firm: UUID | None
    edition: int
    seen_as: UUID | None = None
    seen_for: UUID | None = None
    client: str | None = None
    client_roles: frozenset[str] = frozenset()
    only_roles: frozenset[str] = frozenset()
    purpose: str | None = None

    @property
    def person(self) -> UUID | None:
        """The record by which it is judged what it is entitled to; None for client apps, who have their roles."""
        return None if self.account is None else self.record


class Testimony(NamedTuple):
    """What is asked of the database: columns of a statement, each a text.

    Attributes:
        kind: what the secret belongs to.
        standing: whether its holder is a person, whose ties and roles are judged.
        brief: whether it is not followed what led nowhere when it was told last: to the firm acted for, the client app,
            what records became. The same is told then as long as it still leads nowhere, and something else after.
    """

    kind: Kind
    standing: bool
    brief: bool = False

    def columns(self, context: Context) -> tuple[Sql, ...]:
        """Return the columns, for a statement whose principal is the one presumed."""
        context = replace(context, access=UNGUARDED, clock=PRESENT)
        holder = document(_holder(self, context))
        if not self.standing:
            return (holder,)
        return (holder, document(standing_text(context, brief=self.brief)))


class Told(NamedTuple):
    """What the database told.

    Attributes:
        columns: of the testimony.
        used_at: when the secret was used last; None for never.
    """

    columns: tuple[object, ...]
    used_at: datetime | None

    @property
    def bearer(self) -> Bearer | None:
        """Whose the secret is; None where it opens nothing (any more)."""
        return None if self.columns[0] is None else _bearer(cast(bytes, self.columns[0]))

    @property
    def standing(self) -> Standing:
        """What the person was found entitled to."""
        return standing_of_text(cast(bytes, self.columns[1]))

    @property
    def is_brief(self) -> bool:
        """Whether a brief testimony tells the same of this person."""
        return _leads_nowhere(cast(bytes, self.columns[0])) and not any(
            firm for _, firm in self.standing.held
        )


class Testimonies:
    """Asks for testimonies by statements of their own, compiled once per catalogue."""

    def __init__(self, room: Room) -> None:
        """Bind the room."""
        self._room = room
        self._kept: tuple[Catalogue, dict[Testimony, tuple[Prepared, Binds]]] | None = None

    async def ask(
        self,
        testimony: Testimony,
        secret_hash: bytes,
        principal: Principal,
        connection: Connection | None = None,
    ) -> Told:
        """Return what the database tells of a secret now, and of the principal presumed to hold it.

        Args:
            testimony: what it is asked.
            secret_hash: of the secret.
            principal: that is presumed to hold it.
            connection: that is asked; None for one that is lent for it.
        """
        prepared, binds = self._statement(testimony)
        now = self._room.now()
        run = Run({}, now, principal)
        values = {
            **binds.arguments(run),
            **given_values(secret_hash, now - self._room.lifetimes.idle),
        }
        if connection is not None:
            ((*columns, used_at),) = await connection.rows(prepared, values)
        else:
            connections = self._room.storage.connections
            ((*columns, used_at),) = await connections.rows(prepared, prepared.arguments(values))
        return Told(tuple(columns), cast("datetime | None", used_at))

    def _statement(self, testimony: Testimony) -> tuple[Prepared, Binds]:
        storage = self._room.storage
        if self._kept is None or self._kept[0] is not storage.catalogue:
            self._kept = (storage.catalogue, {})
        known = self._kept[1].get(testimony)
        if known is not None:
            return known
        dialect = storage.connections.dialect
        context = beginning(
            catalogue=storage.catalogue, tables=storage.tables, access=UNGUARDED, dialect=dialect
        )
        statement = select(*testimony.columns(context), _used_at(testimony.kind))
        made = self._kept[1][testimony] = prepare(statement, dialect), context.binds
        return made


def given_values(secret_hash: bytes, idle_since: datetime) -> Mapping[str, object]:
    """Return what the columns take beside the values of their context.

    Args:
        secret_hash: of the secret.
        idle_since: a session that was not used since then is over.
    """
    return {_HASH: secret_hash, _IDLE_SINCE: idle_since}


def _bearer(text: bytes) -> Bearer:
    told: Mapping[str, Any] = orjson.loads(text)
    client = told.get("client")
    return Bearer(
        id=UUID(told["id"]),
        account=_uuid(told["account"]),
        email=told["email"],
        record=_uuid(told["record"]),
        name=client or told["label"] or told["email"],
        firm=_uuid(told["firm"]),
        edition=int(told["edition"] or 0),
        seen_as=_uuid(told.get("as_record")),
        seen_for=_uuid(told.get("as_firm")),
        client=client,
        client_roles=frozenset(told.get("client_roles") or ()),
        only_roles=frozenset(told.get("only_roles") or ()),
        purpose=told.get("purpose"),
    )


def _leads_nowhere(text: bytes) -> bool:
    told: Mapping[str, Any] = orjson.loads(text)
    return told["firm"] is None and told["merged"] is None and told.get("client") is None


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


_BECAME: Final = RECORD.alias("became")
_FIRM: Final = RECORD.alias("firm")


def _holder(testimony: Testimony, context: Context) -> Json:
    """The object that says whose a secret is, or NULL."""
    session = testimony.kind == "session"
    if testimony.brief:
        return _person(SESSION if session else TOKEN, context)
    return _session_holder(context) if session else _token_holder(context)


def _used_at(kind: Kind) -> Sql:
    table = SESSION if kind == "session" else TOKEN
    return value_from(
        rows_of(table, table.c.secret_hash == given(_HASH, table.c.secret_hash)), table.c.used_at
    )


def _person(secrets: Table, context: Context) -> Json:
    """Whose a secret is, in brief: a person's, with firm and client app as they stand there."""
    held, account, record = secrets.c, ACCOUNT.c, RECORD.c
    source = secrets.join(ACCOUNT, account.id == held.account_id).join(
        RECORD, record.id == account.record_id
    )
    client = None if secrets is SESSION else (held.client_id, context.dialect.missing(Text()))
    entries = _entries(secrets, firm=held.firm_id, client=client)
    fulfilled = (*_in_force(secrets, context), not_(account.disabled), not_(record.deleted))
    return _told(source, fulfilled, entries, RECORD, context)


def _session_holder(context: Context) -> Json:
    session, account = SESSION.c, ACCOUNT.c
    source = (
        SESSION.join(ACCOUNT, account.id == session.account_id)
        .join(RECORD, RECORD.c.id == account.record_id)
        .join(_BECAME, _BECAME.c.id == func.coalesce(RECORD.c.merged_into, RECORD.c.id))
        .outerjoin(_FIRM, _FIRM.c.id == session.firm_id)
    )
    fulfilled = (*_in_force(SESSION, context), not_(account.disabled), not_(_BECAME.c.deleted))
    entries = _entries(SESSION, firm=_firm(session.firm_id))
    return _told(source, fulfilled, entries, _BECAME, context)


def _token_holder(context: Context) -> Json:
    token, account, client = TOKEN.c, ACCOUNT.c, CLIENT.c
    owner = func.coalesce(account.record_id, client.record_id, type_=Identifier())
    source = (
        TOKEN.outerjoin(ACCOUNT, account.id == token.account_id)
        .outerjoin(CLIENT, client.id == token.client_id)
        .outerjoin(RECORD, RECORD.c.id == owner)
        .outerjoin(_BECAME, _BECAME.c.id == func.coalesce(RECORD.c.merged_into, RECORD.c.id))
        .outerjoin(_FIRM, _FIRM.c.id == token.firm_id)
    )
    fulfilled = (
        *_in_force(TOKEN, context),
        or_(account.id.is_(None), not_(account.disabled)),
        client.ended_at.is_(None),
        or_(_BECAME.c.id.is_(None), not_(_BECAME.c.deleted)),
    )
    firm = _firm(token.firm_id)
    entries = _entries(TOKEN, firm=firm, client=(client.name, client.roles))
    return _told(source, fulfilled, entries, _BECAME, context)


def _in_force(secrets: Table, context: Context) -> Iterator[Predicate]:
    """What a session or token fulfils that opens something."""
    held = secrets.c
    yield held.secret_hash == given(_HASH, held.secret_hash)
    yield held.ended_at.is_(None)
    yield held.expires_at > moment(unit=Instant(), context=context)
    if secrets is SESSION:
        yield held.used_at > given(_IDLE_SINCE, held.used_at)


def _entries(
    secrets: Table, *, firm: Sql, client: tuple[Sql, Sql] | None = None
) -> Mapping[str, Sql]:
    """What is told of a session or token and its account; of a token also its client app's name and roles."""
    held, account = secrets.c, ACCOUNT.c
    entries: dict[str, Sql] = {
        "id": held.id,
        "firm": firm,
        "account": account.id,
        "email": account.email,
        "merged": RECORD.c.merged_into,
    }
    if secrets is SESSION:
        entries |= {"as_record": held.as_record_id, "as_firm": held.as_firm_id}
    if client is not None:
        name, roles = client
        entries |= {"only_roles": held.roles, "purpose": held.purpose}
        entries |= {"client": name, "client_roles": roles}
    return entries


def _firm(column: Sql) -> Sql:
    return func.coalesce(_FIRM.c.merged_into, column, type_=Identifier())


def _told(
    source: FromClause,
    fulfilled: Iterable[Predicate],
    entries: Mapping[str, Sql],
    record: FromClause,
    context: Context,
) -> Json:
    """The object of the one row, with the record that it leads to and the edition of the rules in force."""
    edition = select(SETTING.c.value).where(SETTING.c.name == "rules").scalar_subquery()
    also = {"record": record.c.id, "label": record.c.label, "edition": edition}
    shown = [
        (name, context.dialect.id_text(value) if isinstance(value.type, Identifier) else value)
        for name, value in {**entries, **also}.items()
    ]
    return context.dialect.first_object(rows_of(source, *fulfilled), shown)
