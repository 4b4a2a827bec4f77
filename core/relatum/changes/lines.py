"""What makes the change log evident of tampering: a salted digest per line, and a chain over the digests.

A line's digest covers what the line says and who wrote it, with a random salt. The chain runs over digests in the order
of positions. Erasing a line's content and salt for good leaves its digest, so the chain still verifies, and without the
salt nobody can tell from the digest what the line had said.
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson

SALT_BYTES: Final = 16
BEGINNING: Final = b""
"""What the chain of the first line starts from."""


def new_salt() -> bytes:
    """Return a salt for one line."""
    return os.urandom(SALT_BYTES)


def line_digest(
    salt: bytes,
    *,
    unit: UUID,
    actor: UUID | None,
    type_name: str,
    record: UUID,
    version: int,
    operation: str,
    fields: Sequence[str],
) -> bytes:
    """Return the salted digest of one line."""
    author = None if actor is None else actor.hex
    said = (unit.hex, author, type_name, record.hex, version, operation, fields)
    return sha256(salt + orjson.dumps(said)).digest()


def chained(previous: bytes, digest: bytes) -> bytes:
    """Return the chain's value at a line, from its value at the line before."""
    return sha256(previous + digest).digest()
