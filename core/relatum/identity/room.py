"""What every part of the room stands on: the database in use, the clock, how long things last, who sends mail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.connections import Connection, Connections, repeat
from relatum.identity.letters import Letter, Mailer
from relatum.identity.values import Use
from relatum.writing import Storage
from relatum_schemas.errors import BadSetting, Forbidden

T = TypeVar("T")

_log: Final = logging.getLogger("relatum.identity")


@dataclass(frozen=True, kw_only=True)
class Lifetimes:
    """How long what was given out can be used.

    Attributes:
        session: a sign-in, however much it is used.
        idle: a sign-in that is not used.
        sign_in: a sign-in link.
        reset: a link for a new password.
        invitation: an invitation.
    """

    session: timedelta = timedelta(days=14)
    idle: timedelta = timedelta(hours=12)
    sign_in: timedelta = timedelta(minutes=15)
    reset: timedelta = timedelta(hours=1)
    invitation: timedelta = timedelta(days=7)

    def of_ticket(self, use: Use) -> timedelta:
        """How long a ticket can be used."""
        match use:
            case "sign_in":
                return self.sign_in
            case "reset":
                return self.reset
            case "invitation":
                return self.invitation


class Place(Protocol):
    """The database in use. Its storage is replaced when another catalogue comes into force."""

    @property
    def storage(self) -> Storage:
        """What it consists of now."""
        ...

    @property
    def changing(self) -> Callable[[], AbstractContextManager[None]]:
        """What is entered while a catalogue is made."""
        ...

    async def obey(self, catalogue: Catalogue, edition: int) -> None:
        """Put another catalogue in force, that of an edition, for all who ask from then on."""
        ...


class Room:
    """What the functions of this package are given."""

    def __init__(self, place: Place, *, lifetimes: Lifetimes, mailer: Mailer | None = None) -> None:
        """Bind the database in use."""
        self.place = place
        self.lifetimes = lifetimes
        self.mailer = mailer
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def storage(self) -> Storage:
        """What the database consists of now."""
        return self.place.storage

    @property
    def connections(self) -> Connections:
        """The database's connections."""
        return self.place.storage.connections

    @property
    def catalogue(self) -> Catalogue:
        """The types and rules in force."""
        return self.place.storage.catalogue

    def now(self) -> datetime:
        """The present."""
        return self.place.storage.clock()

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection to read on."""
        return self.connections.reading()

    async def write(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do something in a transaction of its own, and again from its start if the database undid it."""

        async def attempt() -> T:
            async with self.connections.writing() as connection:
                return await work(connection)

        return await repeat(attempt)

    def send(self, letter: Letter) -> None:
        """Hand a letter to whoever sends mail, without waiting for it."""
        self.later(self.needed_mailer().send(letter))

    def needed_mailer(self) -> Mailer:
        """Who sends mail.

        Raises:
            BadSetting: nobody does.
        """
        if self.mailer is None:
            raise BadSetting(
                "This installation sends no mail.", hint="Name a mail server in the settings."
            )
        return self.mailer

    def later(self, work: Coroutine[object, object, None]) -> None:
        """Let something be done beside what is answered now. That it failed is logged."""
        task = asyncio.create_task(_logged(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what is done beside."""
        while self._under_way:
            await asyncio.wait(tuple(self._under_way))


def for_administrators(by: Principal, what: str) -> None:
    """Refuse what only administrators may do.

    Raises:
        Forbidden: the principal is none.
    """
    if not by.unrestricted:
        raise Forbidden(f"Only administrators {what}.")


async def _logged(work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception:
        _log.exception("What was to be done beside an answer failed.")
