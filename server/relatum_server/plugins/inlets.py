"""Inlets: where messages from outside come in, signed, and are taken once however often they are sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson
from pydantic import SecretStr

from relatum.access import Principal
from relatum.access.principal import PUBLIC
from relatum.session import Context, Database, Session, context_for
from relatum_schemas.errors import BadValue, NotFound, NotSignedIn
from relatum_schemas.policy import Right
from relatum_server.plugins.signatures import Signature, StandardWebhooks, unsigned

LARGEST: Final = 2**18
"""Bytes of a message, where an inlet does not say otherwise."""


@dataclass(frozen=True)
class Message:
    """What came in.

    Attributes:
        id: names it, the same whenever it is sent again.
        body: as it was signed.
        headers: by name in lower case.
    """

    id: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def json(self) -> Any:
        """The body, which is JSON.

        Raises:
            BadValue: it is none.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise BadValue("The message is no JSON.") from error


Handler = Callable[[Context, Message], Awaitable[object]]


@dataclass(frozen=True)
class Inlet:
    """Where messages of one sort come in: ``POST /x/<plugin>/in/<name>``.

    Attributes:
        name: the last part of the address.
        handler: takes a message, in the unit of work in which its id is remembered; what it returns is told as JSON.
        secret: the plugin's setting that holds the secret, or several while it is exchanged; without one nobody comes in.
        signature: how messages are signed.
        elevated: rights that the handler needs, by type: the sender itself has only those of the role ``public``.
        largest: bytes of a message.
    """

    name: str
    handler: Handler
    secret: str
    signature: Signature = field(default_factory=StandardWebhooks)
    elevated: Mapping[type | str, Right] = field(default_factory=dict)
    largest: int = LARGEST

    @property
    def rights(self) -> dict[str, Right]:
        """The rights that the handler needs, by the names of types."""
        return {
            each if isinstance(each, str) else each.__name__: right
            for each, right in self.elevated.items()
        }


async def taken(
    inlet: Inlet, plugin: str, database: Database, body: bytes, headers: Mapping[str, str]
) -> bytes:
    """What an inlet answers to a message: of one that it took before, what it answered then.

    Raises:
        NotSignedIn: the message is not signed as it should be.
        NotFound: the inlet has no secret.
        RelatumError: the handler refuses it; nothing was written, and it may be sent again.
    """
    secrets = _secrets(inlet, plugin, database)
    if not secrets:
        raise NotFound("There is no such inlet, or it has no secret yet.")
    message = Message(_verified(inlet, secrets, body, headers), body, headers)
    principal = Principal(roles=PUBLIC.roles, client=f"{plugin}.{inlet.name}")

    async def work(unit: Session) -> bytes:
        if inlet.elevated:
            rights = {name: str(right.name).lower() for name, right in sorted(inlet.rights.items())}
            await unit.note("elevated", inlet=f"{plugin}.{inlet.name}", rights=rights)
        context = context_for(
            unit, plugin=plugin, function=inlet.name, elevated=inlet.rights, key=message.id
        )
        return orjson.dumps(await inlet.handler(context, message))

    session = database.as_(principal, origin=principal.client)
    with database.storage.surroundings.health.watching(plugin, f"inlet {inlet.name}"):
        return await session.once(message.id, sha256(body).digest(), work, reason=inlet.name)


def _verified(inlet: Inlet, secrets: Sequence[str], body: bytes, headers: Mapping[str, str]) -> str:
    """The id of a message that is signed with one of the secrets."""
    for secret in secrets:
        try:
            return inlet.signature.verified(secret, body, headers)
        except NotSignedIn:
            continue
    raise unsigned()


def _secrets(inlet: Inlet, plugin: str, database: Database) -> list[str]:
    given = getattr(database.storage.surroundings.settings.get(plugin), inlet.secret, None)
    several = given if isinstance(given, list | tuple) else [given]
    texts = (each.get_secret_value() if isinstance(each, SecretStr) else each for each in several)
    return [each for each in texts if each]
