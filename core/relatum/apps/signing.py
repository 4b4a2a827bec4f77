"""Signs what apps are sent, as Standard Webhooks says, and keeps the secrets by which it does.

Secrets are sealed where the installation has keys. A secret that is followed by another one signs beside it for a day, so
that the app has time to learn the new one.
"""

import os
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from standardwebhooks import Webhook

from relatum.apps.stored import App
from relatum.sealing import FieldPlace, Keyring, needed, sealed_with

FORMER_LASTS: Final = timedelta(days=1)
"""How long a secret signs beside the one that follows it."""

_PLACE: Final = FieldPlace("app", "secret")
_BYTES: Final = 32


def new_webhook_secret() -> str:
    """A secret, in the form of the specification."""
    return f"whsec_{b64encode(os.urandom(_BYTES)).decode()}"


def stored_secret(secret: str, app: UUID, keys: Keyring | None) -> str:
    """A secret as it is kept: sealed where there are keys."""
    return secret if keys is None else keys.seal(secret.encode(), _PLACE, app)


def resealed(app: App, keys: Keyring) -> dict[str, str]:
    """What is to be kept of an app's secrets so that all are sealed with the present key: those that are not yet."""
    kept = {"secret": app.secret, "former_secret": app.former_secret}
    return {
        name: stored_secret(_opened(each, app.id, keys), app.id, keys)
        for name, each in kept.items()
        if each is not None and sealed_with(each) != keys.current
    }


def secrets_of(app: App, keys: Keyring | None, now: datetime) -> list[str]:
    """The secrets that sign what an app is sent, the present one first.

    Raises:
        KeyMissing: they are sealed, and there is no key.
    """
    kept = [app.secret]
    if app.former_secret and app.former_until and now < app.former_until:
        kept.append(app.former_secret)
    return [_opened(each, app.id, keys) for each in kept]


def signed(id: str, body: bytes, secrets: list[str], now: datetime) -> dict[str, str]:
    """The headers that go with a body: which message it is, when it was sent, and the signatures.

    Args:
        id: of the message.
        body: that is sent.
        secrets: that sign it, each for itself.
        now: the present.
    """
    text = body.decode()
    signatures = [Webhook(each).sign(msg_id=id, timestamp=now, data=text) for each in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _opened(kept: str, app: UUID, keys: Keyring | None) -> str:
    if sealed_with(kept) is None:
        return kept
    return needed(keys).open(kept, [_PLACE], app).decode()
