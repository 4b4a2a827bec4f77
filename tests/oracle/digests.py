"""What a cursor names its order by."""

import hashlib


def digest(order: object) -> str:
    """A short name of an order."""
    return hashlib.sha256(repr(order).encode()).hexdigest()[:8]
