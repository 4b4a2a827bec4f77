"""The sign-ins of the demo. Who they are stands beside the example data, in ``sign-ins.toml``.

::

    [supplier]
    email = "charlotte.cooper@exotic-liquids.example"
    type = "Person"
    key = "supplier:1:contact"     # the external key of the record, in the system of the mapping
    roles = []                     # held beside those that its ties give, as far as a plugin in force knows them

Their secrets are drawn when a sign-in is made, and kept from one start to the next.
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from relatum.access import SYSTEM
from relatum.access.principal import PUBLIC as ANYBODY
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.catalogue.wording import spoken
from relatum.identity import Account, SignedIn
from relatum.identity.newcomers import person_type
from relatum.importing.lookup import Lookup
from relatum.session import Database
from relatum_schemas.errors import BadValue, NotFound, SignInRefused, UnreadableFile
from relatum_server.cli.user import named
from relatum_server.identity.demo import DemoSignIn, fresh_password

FILE: Final = "sign-ins.toml"
"""Its name, in the folder of the mapping."""

_TOKEN: Final = "demo"  # noqa: S105  # what the token is called
_TOKEN_LASTS: Final = timedelta(days=365)


class Declared(BaseModel):
    """A sign-in as the example data declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: str
    type: str
    key: str
    roles: tuple[str, ...] = ()


_DECLARED: Final = TypeAdapter(dict[str, Declared])


def declared_sign_ins(folder: Path) -> Mapping[str, Declared]:
    """The sign-ins that come with example data; none where there is no such file.

    Raises:
        UnreadableFile: the file is not in its form.
    """
    file = folder / FILE
    if not file.exists():
        return {}
    try:
        return _DECLARED.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise UnreadableFile(f"{file} does not say who may sign in: {error}.") from error


async def make_sign_ins(
    database: Database,
    declared: Mapping[str, Declared],
    system: str,
    kept: Mapping[str, DemoSignIn],
) -> Mapping[str, DemoSignIn]:
    """See to it that each sign-in works.

    Args:
        database: that has the example data.
        declared: who may sign in.
        system: where the keys of records come from.
        kept: secrets from an earlier start.

    Returns:
        The secrets that work now; those kept, where they do.

    Raises:
        NotFound: a record is not there.
    """
    made = {}
    for name, each in declared.items():
        account = await database.identity.account_of(SYSTEM, each.email)
        if account is None:
            account = await _account(database, each, system)
        made[name] = await _working(database, account, kept.get(name))
    return made


async def make_developer(
    database: Database, kept: Mapping[str, DemoSignIn]
) -> Mapping[str, DemoSignIn]:
    """Sign-ins for whoever writes a plugin: an administrator, and one for each role that is only given.

    There are none where no type of those who sign in is declared.

    Args:
        database: that is developed with.
        kept: secrets from an earlier start.

    Returns:
        The secrets that work now; those kept, where they do.
    """
    catalogue = database.catalogue
    roles = [name for name, each in catalogue.roles.items() if each.type is None]
    try:
        type_ = person_type(catalogue)
    except BadValue:
        return {}
    made = {}
    for role in sorted(
        {ADMINISTRATOR, *roles} - ANYBODY.roles, key=lambda each: each != ADMINISTRATOR
    ):
        email = f"{role.replace('_', '-')}@dev.example"
        account = await database.identity.account_of(SYSTEM, email)
        if account is None:
            values = named(catalogue, f"Dev {spoken(role)}")
            person = await database.as_(SYSTEM).create(catalogue.classes[type_](**values))
            account = await database.identity.add_account(
                SYSTEM, email, record=person.id, demo=True
            )
            await database.identity.hold(SYSTEM, person.id, role)
        made[role] = await _working(database, account, kept.get(role))
    return made


async def _account(database: Database, declared: Declared, system: str) -> Account:
    identity = database.identity
    record = await _record(database, (declared.type, system, declared.key))
    account = await identity.add_account(SYSTEM, declared.email, record=record, demo=True)
    for role in declared.roles:
        if role in database.catalogue.roles:
            await identity.hold(SYSTEM, record, role)
    return account


async def _record(database: Database, key: tuple[str, str, str]) -> UUID:
    storage = database.storage
    lookup = Lookup(storage.tables, storage.connections.dialect)
    async with storage.connections.reading() as connection:
        found = await lookup.records(connection, [key])
    if key not in found:
        raise NotFound(
            f"The data has no {key[0]} with the key {key[2]!r}.",
            hint="Begin anew: relatum demo --fresh",
        )
    return found[key].id


async def _working(database: Database, account: Account, kept: DemoSignIn | None) -> DemoSignIn:
    identity = database.identity
    if kept is not None and await _opens(database, kept):
        return kept
    for each in await identity.tokens(SYSTEM, account=account.id):
        if each.name == _TOKEN and each.ended_at is None:
            await identity.end_token(SYSTEM, each.id)
    password = fresh_password()
    await identity.set_password(SYSTEM, account.id, password)
    person = await _looked_in(database, account.email, password)
    token = await identity.add_token(
        SYSTEM, _TOKEN, account=account.id, firm=person.principal.firm, lasts=_TOKEN_LASTS
    )
    return DemoSignIn(account.email, password, token.secret)


async def _opens(database: Database, kept: DemoSignIn) -> bool:
    """Whether both secrets open the account."""
    try:
        await _looked_in(database, kept.email, kept.password)
    except SignInRefused:
        return False
    return await database.identity.authenticate(kept.token) is not None


async def _looked_in(database: Database, email: str, password: str) -> SignedIn:
    """Sign in and out again; returns who that was."""
    session = await database.identity.sign_in(email, password, agent="relatum demo")
    signed_in = session.signed_in
    assert signed_in.session
    await database.identity.end_session(signed_in.principal, signed_in.session)
    return signed_in
