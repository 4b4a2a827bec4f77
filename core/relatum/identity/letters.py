"""What goes out by mail. The core says what a letter is about; the server words it, makes the link and sends it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from relatum.identity.values import Use


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A ticket on its way to the person it is for.

    Attributes:
        to: the address.
        use: what the link in it is for.
        secret: what the link has to carry.
        expires_at: until when it can be used.
        firm: label of the firm that an invitation is to.
        sender: label of whoever invites.
    """

    to: str
    use: Use
    secret: str = field(repr=False)
    expires_at: datetime
    firm: str | None = None
    sender: str | None = None


class Mailer(Protocol):
    """What sends letters."""

    async def send(self, letter: Letter) -> None:
        """Send a letter, or hand it over to something that will."""
        ...
