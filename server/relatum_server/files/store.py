"""The folder of files. A file's name in it is the SHA-256 of its content, so that equal files are one.

What arrives is written under a passing name and moved in place when it is complete and on the disk: a reader never
meets half a file, and a machine that stops leaves nothing but a passing one, which `sweeping` takes away.
"""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from relatum_schemas.kinds import FileReference

ARRIVING: Final = "arriving"
"""The folder within the folder in which files are that arrive."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_AT_ONCE: Final = 256 * 1024
"""Bytes that are gathered before a thread writes them."""


class FileStore:
    """A folder of files.

    Args:
        folder: in which they are; made when the first one arrives. Processes that serve together share it.
    """

    def __init__(self, folder: Path) -> None:
        """Keep where the folder is."""
        self.folder = folder

    def place(self, digest: str) -> Path | None:
        """Where the file of this digest is, if it is here; none where this is no digest."""
        return self.folder / digest[:2] / digest if _DIGEST.fullmatch(digest) else None

    @asynccontextmanager
    async def arriving(self) -> AsyncIterator["Arriving"]:
        """A file that arrives within the block; what has not been kept when it ends is gone."""
        passing = self.folder / ARRIVING / uuid4().hex
        file = await asyncio.to_thread(_begun, passing)
        arriving = Arriving(self, passing, file)
        try:
            yield arriving
        finally:
            await asyncio.shield(asyncio.to_thread(_ended, passing, file))

    async def keep(self, name: str, media_type: str, content: bytes) -> FileReference:
        """Keep a file that this process has made.

        Args:
            name: that it is saved under.
            media_type: that it is of.
            content: all of it.
        """
        async with self.arriving() as arriving:
            await arriving.write(content)
            return await arriving.keep(name, media_type)

    async def content(self, reference: FileReference) -> bytes:
        """All of a file that is kept.

        Raises:
            FileNotFoundError: it is not here.
        """
        place = self.place(reference.digest)
        if place is None:
            raise FileNotFoundError(reference.digest)
        return await asyncio.to_thread(place.read_bytes)

    def old(self, seconds: float) -> Iterator[Path]:
        """The files that have been here for so long, those that never came to be kept among them."""
        latest = time.time() - seconds
        for found in self.folder.glob("*/*"):
            if is_older(found, latest):
                yield found


class Arriving:
    """A file on its way into the store."""

    def __init__(self, store: FileStore, passing: Path, file: BinaryIO) -> None:
        """Begin with nothing."""
        self.size = 0
        self._store = store
        self._passing = passing
        self._file = file
        self._digest = hashlib.sha256()
        self._gathered: list[bytes] = []
        self._unwritten = 0

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        self._gathered.append(chunk)
        self._unwritten += len(chunk)
        if self._unwritten >= _AT_ONCE:
            await self._flush()

    async def keep(self, name: str, media_type: str) -> FileReference:
        """Move the file in place; when this returns, a power cut does not lose it.

        Args:
            name: that its sender gave it.
            media_type: that its sender says it is of.
        """
        await self._flush()
        digest = self._digest.hexdigest()
        place = self._store.place(digest)
        assert place is not None
        await asyncio.to_thread(_moved, self._file, self._passing, place)
        return FileReference(name=name, media_type=media_type, size=self.size, digest=digest)

    async def _flush(self) -> None:
        gathered, self._gathered, self._unwritten = b"".join(self._gathered), [], 0
        await asyncio.to_thread(self._write, gathered)

    def _write(self, content: bytes) -> None:
        self._digest.update(content)
        self._file.write(content)


def is_older(path: Path, latest: float) -> bool:
    """Whether a file was last put in place before a moment, in seconds of the system's clock; one that is gone was not."""
    try:
        return path.stat().st_mtime < latest
    except FileNotFoundError:
        return False


def _begun(passing: Path) -> BinaryIO:
    passing.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return passing.open("xb")


def _ended(passing: Path, file: BinaryIO) -> None:
    file.close()
    passing.unlink(missing_ok=True)


def _moved(file: BinaryIO, passing: Path, place: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    place.parent.mkdir(exist_ok=True, mode=0o700)
    # A file that is there already gives way to its equal, which begins its time anew.
    passing.replace(place)
    for folder in (place.parent, place.parent.parent):
        _settled(folder)


def _settled(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
