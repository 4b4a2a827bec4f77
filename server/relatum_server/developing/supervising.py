"""The process that holds the address: it watches the files, and has one process serve after another.

The socket stays open all the time. Between two processes it listens on: who asks then waits for the next one.
"""

import multiprocessing
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Final

import click
from watchfiles import Change, PythonFilter, watch

from relatum.migration.marking import NAME
from relatum_server.developing.standing_by import Task, stand_by
from relatum_server.serving import SECONDS_TO_FINISH

_WATCHED: Final = (".html", ".jinja", ".po", ".toml")
"""Files beside those of Python."""

_TICK: Final = 0.2
_SECONDS_TO_END: Final = SECONDS_TO_FINISH + 3


def supervise(task: Callable[[], Task], claimed: socket.socket) -> None:
    """Serve what is declared, and again after each change, until Ctrl-C or a signal to end.

    Args:
        task: what is developed, with the settings as they are now.
        claimed: the socket to serve on.
    """
    claimed.listen()
    with _told_to_end() as ending:
        supervisor = _Supervisor(claimed, ending)
        try:
            supervisor.take_turns(task())
            for _ in _changes(task().packages, ending):
                click.echo("Something has changed ...")
                supervisor.take_turns(replace(task(), first=not supervisor.served))
        finally:
            supervisor.end()


class _Supervisor:
    """Keeps one process serving."""

    def __init__(self, claimed: socket.socket, ending: Event) -> None:
        self._claimed = claimed
        self._ending = ending
        self._spawning = multiprocessing.get_context("spawn")
        self._serving: BaseProcess | None = None
        self.served = False

    def take_turns(self, task: Task) -> None:
        """Let another process serve, once it is ready; the one before goes on where it does not get so far."""
        channel, far = self._spawning.Pipe()
        process = self._spawning.Process(target=stand_by, args=(task, self._claimed, far))
        with _left_alone():
            process.start()
        far.close()
        if not self._ready(process, channel):
            _end(process)
            if self._serving is not None and not self._ending.is_set():
                click.echo("What was declared before is served on.", err=True)
            return
        self.end()
        channel.send(True)
        channel.close()
        self._serving, self.served = process, True

    def _ready(self, process: BaseProcess, channel: Connection) -> bool:
        while not self._ending.is_set():
            if wait([channel, process.sentinel], _TICK):
                try:
                    return bool(channel.recv())
                except EOFError:
                    return False
        return False

    def end(self) -> None:
        """Let the process that serves end, with the requests that are under way."""
        if self._serving is not None:
            _end(self._serving)
            self._serving = None


@contextmanager
def _left_alone() -> Iterator[None]:
    """Processes that are begun in the block are not ended by Ctrl-C: the one that began them sees to that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(_SECONDS_TO_END)
    process.kill()
    process.join()


def _changes(packages: Sequence[Path], ending: Event) -> Iterator[set[tuple[Change, str]]]:
    """Changes of the files of packages, and of the settings beside them, but for what is written here."""
    known = PythonFilter(extra_extensions=_WATCHED)

    def concerns(change: Change, file: str) -> bool:
        return known(change, file) and not Path(file).stem.endswith(NAME)

    settings = [each for each in (Path("relatum.toml"),) if each.exists()]
    return iter(
        watch(
            *packages,
            *settings,
            watch_filter=concerns,
            stop_event=ending,
            raise_interrupt=False,
        )
    )


@contextmanager
def _told_to_end() -> Iterator[Event]:
    """An event that is set by Ctrl-C, or by a signal to end."""
    ending = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ending.set()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield ending
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
