"""The folder into which several processes that serve write their figures, so that any of them can show the sums."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names it to Prometheus's library, which looks for it when it is imported."""

_OF_THE_LIVING: Final = "gauge_live*.db"


@contextmanager
def shared_figures() -> Iterator[None]:
    """Have the processes that are started within the block share their figures."""
    with tempfile.TemporaryDirectory(prefix="relatum-figures-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def are_shared() -> bool:
    """Whether this process is one of several."""
    return FOLDER in os.environ


def forget_the_dead() -> None:
    """Leave out what processes that have ended said of their present."""
    for file in Path(os.environ[FOLDER]).glob(_OF_THE_LIVING):
        if not _lives(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
