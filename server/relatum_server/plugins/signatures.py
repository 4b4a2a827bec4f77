"""How messages from outside prove whose they are. All comparisons take the same time, whatever differs."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from standardwebhooks import Webhook

from relatum_schemas.errors import NotSignedIn


class Signature(Protocol):
    """Finds out whether a message is signed, and which one it is."""

    def verified(self, secret: str, body: bytes, headers: Mapping[str, str]) -> str:
        """The id of a message, the same whenever it is sent again.

        Args:
            secret: that both sides know.
            body: of the message.
            headers: by name in lower case.

        Raises:
            NotSignedIn: it is not signed with this secret, or too long ago.
        """
        ...


@dataclass(frozen=True)
class StandardWebhooks:
    """By the Standard Webhooks specification (https://www.standardwebhooks.com): id, time and body are signed."""

    def verified(self, secret: str, body: bytes, headers: Mapping[str, str]) -> str:
        """The message's ``webhook-id``; see `Signature.verified`."""
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except Exception as error:
            # Headers that are not well formed end the library's check with errors of many kinds.
            raise unsigned() from error
        return headers["webhook-id"]


@dataclass(frozen=True)
class Hmac:
    """By an HMAC-SHA256 of the body in a header of its own, as GitHub, Shopify and many others do.

    Attributes:
        header: that holds it.
        encoding: in which it is written.
        prefix: before it, such as ``sha256=``.
        id_header: that names the message; without one it goes by its body, so that the same text counts once a day.
    """

    header: str = "x-hub-signature-256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = "sha256="
    id_header: str | None = None

    def verified(self, secret: str, body: bytes, headers: Mapping[str, str]) -> str:
        """The message's id; see `Signature.verified`."""
        digest = hmac.digest(secret.encode(), body, "sha256")
        encoded = digest.hex() if self.encoding == "hex" else b64encode(digest).decode()
        expected = f"{self.prefix}{encoded}".encode()
        if not hmac.compare_digest(expected, headers.get(self.header.lower(), "").encode()):
            raise unsigned()
        named = headers.get(self.id_header.lower()) if self.id_header else None
        return named or sha256(body).hexdigest()


def unsigned() -> NotSignedIn:
    """The error that says that a message is not signed, and not why."""
    return NotSignedIn(
        "The message is not signed by whom it should be, or was signed too long ago."
    )
