"""What is sent to people, and what sends it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message on its way to one person.

    Attributes:
        to: the address.
        subject: one line.
        text: the message itself.
        key: names it, the same when it is sent again because it is not known whether it was.
    """

    to: str
    subject: str
    text: str
    key: str


class Messenger(Protocol):
    """What brings messages to people."""

    async def deliver(self, message: Message) -> None:
        """Send a message, or hand it over to something that will; raises what is wrong, and is tried again then."""
        ...
