"""Channels: ways in which people are told of something. Mail is built in; plugins bring others by filling a port.

::

    class Texts:
        def __init__(self, ctx: Context) -> None: ...

        async def deliver(self, notice: Notice) -> None: ...


    by_text = Filling(CHANNEL, Texts)

A channel is called as its plugin is, ``texting`` say; by that name people mute what they do not want to be told by it.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from relatum_schemas.port import Port


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a notice."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something on its way to one person.

    Attributes:
        to: the address for mail.
        subject: one line.
        text: what it says.
        key: names it, the same when it is sent again because it is not known whether it was.
        person: the receiver's record; None where only the address is known.
        attachments: files that go along, where the channel can send such.
    """

    to: str
    subject: str
    text: str
    key: str
    person: UUID | None = None
    attachments: tuple[Attachment, ...] = ()


class Channel(Protocol):
    """What brings notices to people."""

    async def deliver(self, notice: Notice) -> None:
        """Send a notice, or hand it over to something that will.

        Whoever cannot be reached by the channel is none of its business: then it does nothing. What it raises is tried
        again later, under the same key.

        Args:
            notice: for one person.
        """
        ...


CHANNEL: Final = Port("channel", Channel, several=True)  # type: ignore[type-abstract]  # named by its protocol
"""The port that ways of telling people are put into. Its fillings read the database with the rights of the receiver."""
