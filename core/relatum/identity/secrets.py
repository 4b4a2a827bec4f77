"""Secrets that open something by themselves. 256 random bits each, so that their hash needs neither salt nor slowness."""

import secrets
from hashlib import sha256
from typing import Final, Literal

SecretKind = Literal["session", "token", "ticket"]

_LETTERS: Final[dict[SecretKind, str]] = {"session": "s", "token": "t", "ticket": "k"}
_BYTES: Final = 32
_LONGEST: Final = 100
"""Characters beyond which nothing is looked up: whatever it is, it is none of ours."""


def new_secret(kind: SecretKind) -> str:
    """Return a secret that says what it is: scanners for leaked secrets find it by its beginning."""
    return f"rlt_{_LETTERS[kind]}_{secrets.token_urlsafe(_BYTES)}"


def kind_of(secret: str) -> SecretKind | None:
    """Return what a secret claims to be; None for what is no secret of ours."""
    if len(secret) > _LONGEST or not secret.isascii():
        return None
    found = [kind for kind, letter in _LETTERS.items() if secret.startswith(f"rlt_{letter}_")]
    return found[0] if found else None


def hashed(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return sha256(secret.encode()).digest()
