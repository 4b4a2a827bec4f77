"""Who asks, presumed to be whom the last request by the same secret was found to be, and borne out by what answers.

A statement made for the one presumed tells beside its answer what the database knows of the secret in the same instant.
Where that is no longer what was presumed, nobody sees the answer: the request is authenticated in full, and answered anew.
So one statement answers, and yet rights are judged at each request; nothing has to tell processes what was taken away.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from relatum.connections import Connection
from relatum.identity.testimony import Testimony, Told, given_values
from relatum.identity.values import SignedIn

KEPT: Final = 10_000
"""Secrets of which a process remembers what it found; the one not used for longest goes first."""


class Mistaken(Exception):
    """Who asks is not, or not any more, who was presumed.

    Internal to the engine and its server: the request is authenticated in full and answered anew, and nobody is told.
    """


@dataclass(frozen=True)
class Presumption:
    """What is presumed of a request.

    Attributes:
        signed_in: who asks.
        testimony: what the database is asked beside the answer.
        told: what it has to tell.
        secret_hash: of the secret that the request brought.
        idle: how long a session may not be used.
        until: when it counts no longer, so that the use of the secret is noted.
        ask: lets the database tell now, in a statement of its own, on a connection or on one that is lent for it.
    """

    signed_in: SignedIn
    testimony: Testimony
    told: tuple[object, ...]
    secret_hash: bytes
    idle: timedelta
    until: datetime
    ask: Callable[[Connection | None], Awaitable[Told]] = field(compare=False)

    def values(self, now: datetime) -> Mapping[str, object]:
        """Return what the testimony's columns take beside the values of their statement."""
        return given_values(self.secret_hash, now - self.idle)

    def judge(self, told: Sequence[object]) -> None:
        """Compare what the database told.

        Raises:
            Mistaken: it is something else.
        """
        if tuple(told) != self.told:
            raise Mistaken

    async def certify(self, connection: Connection | None = None) -> None:
        """Let the database bear it out by a statement of its own.

        Args:
            connection: in whose transaction; None for a connection that is lent for it.

        Raises:
            Mistaken: it does not.
        """
        self.judge((await self.ask(connection)).columns)


class Presumptions:
    """What a process has found of secrets, by their hash and the purpose they were used for."""

    def __init__(self) -> None:
        """Begin without any."""
        self._kept: OrderedDict[tuple[bytes, str | None], Presumption] = OrderedDict()

    def find(self, secret_hash: bytes, purpose: str | None, *, now: datetime) -> Presumption | None:
        """Return what to presume; None where the request has to be authenticated first."""
        key = (secret_hash, purpose)
        found = self._kept.get(key)
        if found is None:
            return None
        if now >= found.until:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return found

    def forget(self, secret_hash: bytes, purpose: str | None) -> None:
        """Presume nothing of a secret any more."""
        self._kept.pop((secret_hash, purpose), None)

    def keep(self, presumption: Presumption, purpose: str | None) -> None:
        """Presume this from now on."""
        while len(self._kept) >= KEPT:
            self._kept.popitem(last=False)
        self._kept[presumption.secret_hash, purpose] = presumption
