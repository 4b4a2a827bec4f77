"""Lets apps in and takes them out again: client app, role, policies and token in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ClauseElement, select, update

from relatum.access import Principal
from relatum.access.grants import grants
from relatum.apps.following import until_numbered
from relatum.apps.judging import judge_address, judged, policies_of, role_of
from relatum.apps.signing import new_webhook_secret, stored_secret
from relatum.apps.stored import App, add_app, app_on, apps_on, drop_waiting, set_app
from relatum.apps.telling import root_of
from relatum.apps.terms import terms_of
from relatum.catalogue import Catalogue
from relatum.changes import readers
from relatum.changes.accesses import note
from relatum.changes.sequencer import end_of_log
from relatum.connections import FOREVER, Connection, repeat
from relatum.editions import count_up
from relatum.identifiers import new_id
from relatum.identity.room import for_administrators
from relatum.identity.secrets import hashed, new_secret
from relatum.identity.stored import CLIENT, RULE, TOKEN, add, given, rows, run
from relatum.identity.stored_rules import end_rule, rules_on
from relatum.reading import Plans
from relatum.reading.binds import Moment
from relatum.reading.following import Span
from relatum.session import Session
from relatum.tables.fixed import ENGINE
from relatum_schemas.app import AppManifest
from relatum_schemas.errors import Conflict, RelatumError
from relatum_schemas.policy import Policy, Right
from relatum_schemas.policy_data import policy_as_data

TOKEN_LASTS: Final = timedelta(days=365)
"""How long the token of an app can be used; it is renewed before."""

OVERLAP: Final = timedelta(days=1)
"""How long a former token can be used beside its successor."""


@dataclass(frozen=True)
class NewApp:
    """An app that was just let in.

    Attributes:
        app: as it is now.
        token: by which it asks; told this once.
        secret: that signs what it is sent; told this once.
    """

    app: App
    token: str
    secret: str


async def install_app(session: Session, manifest: AppManifest) -> NewApp:
    """Let an app in, or let one that is in have another manifest, with a new token and secret.

    It is told of what is committed from now on; one that was in already, from where it stood.

    Args:
        session: of an administrator.
        manifest: what the app says of itself.

    Raises:
        Forbidden: the session's principal is no administrator.
        Conflict: a client app that is none of these has the name, or a plugin.
        BadValue, Problems, ...: see `judged`, `judge_address`; or an event is on a condition that the app may not ask.
    """
    for_administrators(session.principal, "let apps in")
    await session.certify()
    _judge_name(session, manifest.name)
    if manifest.webhook is not None:
        judge_address(manifest.webhook, terms_of(session.storage.connections).allowed)
    policies = policies_of(manifest)
    _judge_conditions(session, judged(session.catalogue, manifest, policies), manifest)
    await until_numbered(session.storage.connections)
    token, secret = new_secret("token"), new_webhook_secret()

    async def attempt() -> App:
        async with session.storage.connections.writing() as connection:
            installing = _Installing(connection, session, manifest)
            return await installing.install(policies, token, secret)

    return NewApp(await repeat(attempt), token, secret)


def _judge_name(session: Session, name: str) -> None:
    """Refuse the name of a plugin: what plugins do by themselves is known, and done once, by their names.

    Raises:
        Conflict: it is one.
    """
    loaded = (each.name for each in session.storage.surroundings.loading.plugins)
    if name in {ENGINE, *session.catalogue.plugins, *loaded}:
        raise Conflict(
            f"There is a plugin named {name!r}.", path="name", hint="Let the app have another name."
        )


def _judge_conditions(session: Session, known: Catalogue, manifest: AppManifest) -> None:
    """Refuse events on conditions that the app may not ask: it could be told of nothing by them.

    Raises:
        RelatumError: it is one; the path leads to it.
    """
    role, storage = role_of(manifest.name), session.storage
    plans = Plans(catalogue=known, tables=storage.tables, dialect=storage.connections.dialect)
    who = Principal(client=manifest.name, roles=frozenset({role}))
    moment = Moment({}, storage.clock(), who, storage.keys)
    for number, event in enumerate(manifest.events):
        for each in known.concrete(event.type) if event.where is not None else ():
            if not grants(known, {role}, each, Right.READ):
                continue
            try:
                plan = plans.following(root_of(known, event, each, "updated"), who)
                plan.lines(moment, Span(0, 0, None, None), since=0, most=1, settled=True)
            except RelatumError as error:
                error.path = ("events", number, "where")
                raise


async def remove_app(session: Session, name: str) -> App:
    """Take an app out: its tokens open nothing, its scopes are gone, and what waited for it is not sent.

    Args:
        session: of an administrator.
        name: of the app.

    Raises:
        Forbidden: the session's principal is no administrator.
        NotFound: no such app is installed.
    """
    for_administrators(session.principal, "take apps out")
    await session.certify()

    async def attempt() -> App:
        async with session.storage.connections.writing() as connection:
            app = await app_on(connection, name)
            return await _Installing(connection, session, app.manifest).remove(app)

    return await repeat(attempt)


async def renew_token(session: Session, name: str) -> str:
    """Make an app another token; those before can be used for one day more.

    Args:
        session: of an administrator.
        name: of the app.

    Raises:
        Forbidden: the session's principal is no administrator.
        NotFound: no such app is installed.
    """
    for_administrators(session.principal, "make tokens of apps")
    await session.certify()
    token = new_secret("token")

    async def attempt() -> None:
        async with session.storage.connections.writing() as connection:
            app = await app_on(connection, name)
            installing = _Installing(connection, session, app.manifest)
            await installing.token(app.id, token, former=OVERLAP)
            await installing.note("app_token_renewed")

    await repeat(attempt)
    return token


class _Installing:
    """What is done in one transaction."""

    def __init__(self, connection: Connection, session: Session, manifest: AppManifest) -> None:
        self._connection = connection
        self._session = session
        self._manifest = manifest
        self._now: datetime = session.storage.clock()
        self._by = session.principal

    async def install(self, policies: Mapping[UUID, Policy], token: str, secret: str) -> App:
        name = self._manifest.name
        known = {each.name: each for each in await apps_on(self._connection)}.get(name)
        id = new_id() if known is None else known.id
        await self._rules(policies)
        await self._client(id, is_new=known is None)
        changed: dict[str, object] = {
            "manifest": self._manifest.model_dump(mode="json", exclude_none=True),
            "state": "active",
            "why": None,
            "secret": stored_secret(secret, id, self._session.storage.keys),
            "former_secret": None,
            "former_until": None,
            "failing": None,
            "changed_at": self._now,
            "changed_by": self._by.id,
        }
        if known is None:
            installed = {"installed_at": self._now, "installed_by": self._by.id}
            await add_app(self._connection, {"id": id, "name": name, **changed, **installed})
        else:
            await set_app(self._connection, id, **changed)
        await self.token(id, token, former=timedelta())
        app = await app_on(self._connection, name)
        if known is None or known.state == "removed":
            end, _ = await end_of_log(self._connection)
            await readers.move(self._connection, {app.reader: end})
        await self.note("app_installed")
        return app

    async def remove(self, app: App) -> App:
        await self._rules({})
        await run(self._connection, _ended, key=app.id, now=self._now)
        await run(self._connection, _tokens_ended, key=app.id, now=self._now)
        await drop_waiting(self._connection, app.id)
        await set_app(
            self._connection,
            app.id,
            state="removed",
            former_secret=None,
            changed_at=self._now,
            changed_by=self._by.id,
        )
        await self.note("app_removed")
        return next(each for each in await apps_on(self._connection) if each.id == app.id)

    async def token(self, app: UUID, secret: str, *, former: timedelta) -> None:
        """Make a token, and let those before end after a while."""
        await run(self._connection, _tokens_ending, key=app, now=self._now + former)
        row = {
            "id": new_id(),
            "name": self._manifest.name,
            "client_id": app,
            "secret_hash": hashed(secret),
            "roles": [],
            "created_at": self._now,
            "created_by": self._by.id,
            "expires_at": self._now + TOKEN_LASTS,
        }
        await add(self._connection, TOKEN, row)

    async def note(self, kind: str) -> None:
        """Note in the access log what is done."""
        details = {"app": self._manifest.name}
        await note(self._connection, self._by, kind, at=self._now, details=details)

    async def _rules(self, policies: Mapping[UUID, Policy]) -> None:
        """Put the app's role and policies in force in place of those that it had."""
        await count_up(self._connection)
        role = role_of(self._manifest.name)
        for each in await rules_on(self._connection):
            if each.name == role or each.name.startswith(f"{role} "):
                await end_rule(
                    self._connection, each.kind, each.name, now=self._now, by=self._by.id
                )
        if policies:
            await add(self._connection, RULE, self._rule(new_id(), "role", role, self._role()))
        for number, (id, policy) in enumerate(policies.items(), start=1):
            row = self._rule(id, "policy", f"{role} {number}", policy_as_data(policy))
            await add(self._connection, RULE, row)

    def _role(self) -> dict[str, object]:
        return {"title": self._manifest.title}

    def _rule(
        self, id: UUID, kind: str, name: str, definition: Mapping[str, object]
    ) -> dict[str, object]:
        return {
            "id": id,
            "kind": kind,
            "name": name,
            "definition": definition,
            "recorded_from": self._now,
            "recorded_to": FOREVER,
            "made_by": self._by.id,
        }

    async def _client(self, id: UUID, *, is_new: bool) -> None:
        """The client app as which the app asks."""
        name, role = self._manifest.name, role_of(self._manifest.name)
        if not is_new:
            await run(self._connection, _begun_anew, key=id)
            return
        if await rows(self._connection, _named, name=name):
            raise Conflict(
                f"There is a client app named {name!r} already.",
                path="name",
                hint="Let the app have another name.",
            )
        row = {"id": id, "name": name, "roles": [role], "created_at": self._now}
        await add(self._connection, CLIENT, row)


def _named() -> ClauseElement:
    columns = CLIENT.c
    return select(columns.id).where(columns.name == given("name", columns.name))


def _ended() -> ClauseElement:
    columns = CLIENT.c
    ending = update(CLIENT).where(columns.id == given("key", columns.id))
    return ending.values(ended_at=given("now", columns.ended_at))


def _begun_anew() -> ClauseElement:
    columns = CLIENT.c
    return update(CLIENT).where(columns.id == given("key", columns.id)).values(ended_at=None)


def _of_app() -> Any:
    columns = TOKEN.c
    of_app = columns.client_id == given("key", columns.client_id)
    return update(TOKEN).where(of_app, columns.ended_at.is_(None))


def _tokens_ended() -> ClauseElement:
    ending: ClauseElement = _of_app().values(ended_at=given("now", TOKEN.c.ended_at))
    return ending


def _tokens_ending() -> ClauseElement:
    columns = TOKEN.c
    now = given("now", columns.expires_at)
    ending: ClauseElement = _of_app().where(columns.expires_at > now).values(expires_at=now)
    return ending
