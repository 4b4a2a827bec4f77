"""The SQLite library of the process, set up before its first connection; `dbapi2` is its DB-API.

SQLite counts the memory that it has in use, and at every allocation takes a mutex of the whole process for it. Statements
that run in several threads then wait for each other: two cores answer no more than one, and work for the waiting. Nobody
asks for the count, so it is turned off, which is possible only before the library begins.

Before the driver binds bytes it asks who would make something else of them, in vain, which takes longer than to look one
up; ids are bytes. So it is told that bytes stay what they are.
"""

import ctypes
import logging
from typing import Final

from pysqlite3 import _sqlite3, dbapi2

__all__ = ["dbapi2", "memory_in_use"]

_OK: Final = 0
_CONFIG_MEMSTATUS: Final = 9
"""``SQLITE_CONFIG_MEMSTATUS`` in sqlite3.h."""

_log: Final = logging.getLogger("relatum.connections")


def memory_in_use() -> int:
    """Return the bytes that SQLite has in use, 0 when it does not count them.

    Raises:
        AttributeError, OSError: the driver does not offer the library's functions.
    """
    used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    used.restype = ctypes.c_int64
    return int(used())


def _stop_counting_memory() -> None:
    """Turn the count off. Loading the driver has begun the library, so it is ended and begun again."""
    try:
        library = ctypes.CDLL(_sqlite3.__file__)
        end, configure, begin = (
            getattr(library, f"sqlite3_{name}") for name in ("shutdown", "config", "initialize")
        )
        if memory_in_use():
            return  # somebody has a connection open, whose library must not end
    except (AttributeError, OSError) as error:
        _log.info("SQLite goes on counting its memory, which costs speed: %s", error)
        return
    configure.argtypes = [
        ctypes.c_int
    ]  # the rest is variadic, which some processors pass otherwise
    outcomes = end(), configure(_CONFIG_MEMSTATUS, ctypes.c_int(0)), begin()
    if outcomes != (_OK, _OK, _OK):
        _log.warning("SQLite could not be told to stop counting its memory: %s", outcomes)


_stop_counting_memory()
dbapi2.register_adapter(bytes, bytes)
