"""The one key: UUID version 7 (RFC 9562), made where a record is written.

Ids that one process makes ascend strictly, so that rows of one batch lie side by side in every index.
"""

import os
import time
from uuid import UUID

_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_RANDOM_BITS = (1 << 62) - 1


class _Moment:
    """The last sub-millisecond count given; 60 bits: 48 of milliseconds, 12 of their fraction."""

    last = 0


def new_id() -> UUID:
    """Return an id greater than all that this process made before."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    moment = max((milliseconds << 12) | (rest * 4096 // 1_000_000), _Moment.last + 1)
    _Moment.last = moment
    random = int.from_bytes(os.urandom(8), "big") & _RANDOM_BITS
    upper = ((moment >> 12) << 80) | ((moment & 0xFFF) << 64)
    return UUID(int=upper | _VERSION_AND_VARIANT | random)
