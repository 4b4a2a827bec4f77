"""Secrets of webhooks are sealed where there are keys, and signatures are those of the specification."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from relatum.apps.signing import new_webhook_secret, resealed, secrets_of, signed, stored_secret
from relatum.apps.stored import App
from relatum.identifiers import new_id
from relatum.sealing import followed, new_keyring
from relatum_schemas.app import manifest_of_data
from relatum_schemas.errors import KeyMissing, Unsealable

NOW = datetime.now(UTC)


def app(secret: str) -> App:
    """An app with a secret as it is stored."""
    return App(
        id=new_id(),
        manifest=manifest_of_data({"name": "hello", "title": "Hello", "publisher": "Hello Ltd"}),
        state="active",
        why=None,
        secret=secret,
        former_secret=None,
        former_until=None,
        failing=None,
        installed_at=NOW,
        installed_by=None,
        changed_at=NOW,
        changed_by=None,
    )


def test_a_secret_is_sealed_for_its_app_alone() -> None:
    keys, secret, plain = new_keyring(), new_webhook_secret(), app("")
    sealed = replace(plain, secret=stored_secret(secret, plain.id, keys))
    assert secret not in sealed.secret
    assert secrets_of(sealed, keys, NOW) == [secret]
    with pytest.raises(KeyMissing):
        secrets_of(sealed, None, NOW)
    with pytest.raises(Unsealable):
        secrets_of(replace(sealed, id=new_id()), keys, NOW)
    # What was kept before the installation had a key is read as it is.
    assert secrets_of(app(secret), keys, NOW) == [secret]


def test_secrets_are_sealed_with_the_key_that_follows() -> None:
    keys, secrets = new_keyring(), [new_webhook_secret(), new_webhook_secret()]
    plain = replace(
        app(secrets[0]), former_secret=secrets[1], former_until=NOW + timedelta(hours=1)
    )
    changed: Any = resealed(plain, keys)
    first, then = replace(plain, **changed), followed(keys)
    changed = resealed(first, then)
    second = replace(first, **changed)
    assert len({plain.secret, first.secret, second.secret}) == 3
    assert secrets_of(second, then, NOW) == secrets
    assert resealed(second, then) == {}


def test_two_secrets_sign_while_one_follows_the_other() -> None:
    new, old, now = new_webhook_secret(), new_webhook_secret(), datetime.now(UTC)
    rotated = replace(app(new), former_secret=old, former_until=now + timedelta(days=1))
    headers = signed("msg_1", b"{}", secrets_of(rotated, None, now), now)
    for secret in (new, old):
        assert Webhook(secret).verify(b"{}", headers) == {}
    assert secrets_of(rotated, None, now + timedelta(days=1)) == [new]
