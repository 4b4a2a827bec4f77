"""Sends mail by the server that the installation names. Plain text: it is read everywhere, and hides no address."""

import asyncio
import logging
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from relatum.identity import Letter
from relatum_schemas.channel import Notice
from relatum_schemas.errors import MailUnavailable
from relatum_server.identity.address import is_loopback
from relatum_server.identity.letters import in_words

_SECONDS: Final = 20
_BYTES: Final = "application/octet-stream"
_MEDIA_TYPE: Final = re.compile(r"(application|audio|font|image|text|video)/[\w.+-]+")
_PORTS: Final = {"smtp": 587, "smtps": 465}

log = logging.getLogger("relatum.mail")

Encryption = Literal["tls", "starttls", "none"]


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail.

    Attributes:
        host: its name.
        port: that it listens on.
        encryption: TLS from the start (``smtps``), by STARTTLS, or none, on this machine only.
        user: to sign in there, if it asks for that.
        password: of the user.
    """

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = None


def mail_server(url: str) -> MailServer:
    """The server at an address such as ``smtp://user:password@mail.example:587``.

    Raises:
        ValueError: it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("a mail server is named like smtp://user:password@mail.example:587")
    encryption: Encryption = "tls" if parts.scheme == "smtps" else "starttls"
    if parts.scheme == "smtp" and is_loopback(parts.hostname):
        encryption = "none"
    return MailServer(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        encryption,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


@dataclass(frozen=True)
class Mailer:
    """Sends letters.

    Attributes:
        server: that takes them.
        sender: whom they are from, an address, or ``Relatum <relatum@firm.example>``.
        origin: at which browsers reach this server, for the links in them.
    """

    server: MailServer
    sender: str
    origin: str

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server.

        Raises:
            MailUnavailable: it cannot be reached, or does not take the letter. The log says why.
        """
        worded = in_words(letter, self.origin)
        number = make_msgid(domain=self._domain)
        await self._send(self._composed(letter.to, worded.subject, worded.text, number))

    async def deliver(self, notice: Notice) -> None:
        """Hand a notice of a plugin to the server. Sent twice it has the same number, by which receivers know it.

        Raises:
            MailUnavailable: the server cannot be reached, or does not take it. The log says why.
        """
        number = f"<{sha256(notice.key.encode()).hexdigest()[:40]}@{self._domain}>"
        composed = self._composed(notice.to, notice.subject, notice.text, number)
        composed["X-Relatum-Key"] = notice.key
        for each in notice.attachments:
            said = each.media_type if _MEDIA_TYPE.fullmatch(each.media_type) else _BYTES
            kind, _, subtype = said.partition("/")
            composed.add_attachment(
                each.content, maintype=kind, subtype=subtype, filename=each.name
            )
        await self._send(composed)

    def _composed(self, to: str, subject: str, text: str, number: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), number
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    async def _send(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(_hand_over, self.server, message)
        except (OSError, smtplib.SMTPException) as error:
            log.error("the mail server %s failed: %s", self.server.host, error)
            raise MailUnavailable(
                "The mail could not be sent.", hint="Try again later, or tell the administrator."
            ) from error

    @property
    def _domain(self) -> str:
        return self.sender.rpartition("@")[2].rstrip(">") or self.server.host


def _hand_over(server: MailServer, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
        if server.encryption == "tls"
        else smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    )
    with connection:
        if server.encryption == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password or "")
        connection.send_message(message)
