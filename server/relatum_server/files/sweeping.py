"""The end of files that no record names: uploads that came to nothing, and what was erased."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from relatum.session import Database
from relatum.session.files import named_files
from relatum_schemas.errors import RelatumError
from relatum_server.files.store import ARRIVING, FileStore, is_older

GRACE: Final = 24 * 3600
"""Seconds for which a file is kept that no record names yet."""

AT_FIRST: Final = 300
"""Seconds that a process serves before it sweeps."""

EVERY: Final = 6 * 3600
"""Seconds between sweepings."""

_AT_ONCE: Final = 1_000
_ASIDE: Final = ".swept"
"""What the name of a file ends with while it is decided whether it goes."""

log = logging.getLogger("relatum.files")


@asynccontextmanager
async def sweeping(database: Database, store: FileStore | None) -> AsyncIterator[None]:
    """Sweep now and then while the block runs; nothing where no files are kept."""
    task = asyncio.create_task(_keep_sweeping(database, store)) if store else None
    try:
        yield
    finally:
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _keep_sweeping(database: Database, store: FileStore) -> None:
    await asyncio.sleep(AT_FIRST)
    while True:
        try:
            await sweep(database, store)
        except (OSError, RelatumError):
            log.warning("files could not be swept", exc_info=True)
        await asyncio.sleep(EVERY)


async def sweep(database: Database, store: FileStore, *, grace: float = GRACE) -> int:
    """Delete the files that no record names, and return how many.

    None is deleted while there may be records of types out of force: nobody knows which files these name.

    Args:
        database: whose records name files.
        store: that holds them.
        grace: seconds for which a file is left in peace after it came.
    """
    if not database.catalogue.complete:
        return 0
    old = await asyncio.to_thread(_old, store, grace)
    swept = 0
    for start in range(0, len(old), _AT_ONCE):
        files = old[start : start + _AT_ONCE]
        named = await named_files(database, [each.name for each in files])
        unnamed = [each for each in files if each.name not in named]
        swept += await asyncio.to_thread(_delete, unnamed, time.time() - grace)
    return swept


def _old(store: FileStore, grace: float) -> list[Path]:
    """The files that have been there for so long, when those are back that a sweeping left aside that was broken off."""
    for aside in store.folder.glob(f"*/*{_ASIDE}"):
        if aside.with_suffix("").exists():
            aside.unlink(missing_ok=True)
        else:
            aside.rename(aside.with_suffix(""))
    return list(store.old(grace))


def _delete(files: Sequence[Path], latest: float) -> int:
    return sum(_is_deleted(each, latest) for each in files)


def _is_deleted(file: Path, latest: float) -> bool:
    """Take a file away, unless it has come anew since it was looked at."""
    if file.parent.name == ARRIVING:
        file.unlink(missing_ok=True)
        return True
    aside = file.with_suffix(_ASIDE)
    try:
        file.rename(aside)
    except FileNotFoundError:
        return False
    if not is_older(aside, latest):
        with suppress(FileNotFoundError):
            aside.replace(file)
        return False
    aside.unlink(missing_ok=True)
    return True
