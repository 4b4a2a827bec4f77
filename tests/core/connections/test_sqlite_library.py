"""The SQLite library counts no memory, unless somebody had it open before."""

import subprocess
import sys

from relatum.connections.sqlite_library import dbapi2, memory_in_use

OPEN_BEFORE = """
from pysqlite3 import dbapi2
connection = dbapi2.connect(":memory:")
from relatum.connections.sqlite_library import memory_in_use
assert memory_in_use() > 0
assert connection.execute("SELECT 1").fetchone() == (1,)
"""


def test_memory_is_not_counted() -> None:
    connection = dbapi2.connect(":memory:")
    assert connection.execute("SELECT length(zeroblob(100000))").fetchone() == (100_000,)
    assert memory_in_use() == 0
    connection.close()


def test_the_library_goes_on_for_who_has_it_open() -> None:
    subprocess.run([sys.executable, "-c", OPEN_BEFORE], check=True)
