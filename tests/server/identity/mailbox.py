"""A mail server on this machine that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """The mails that came in.

    Attributes:
        url: of the server, as the settings name it.
        mails: in the order in which they came.
        refuses: whether it takes none.
    """

    url: str = ""
    mails: asyncio.Queue[EmailMessage] = field(default_factory=asyncio.Queue)
    refuses: bool = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Take a mail."""
        if self.refuses:
            return "451 Not now"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.put_nowait(mail)
        return "250 OK"

    async def one(self) -> EmailMessage:
        """The next mail; it may still be on its way."""
        async with asyncio.timeout(20):
            return await self.mails.get()


@asynccontextmanager
async def mail_server() -> AsyncIterator[Mailbox]:
    """A mail server that answers until the block ends."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    mailbox.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield mailbox
