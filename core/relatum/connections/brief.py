"""Statements that take next to no time, run in the event loop: handing one to a thread takes longer than it does.

Nothing stops the loop for long. SQLite tells every few steps of its machine that it is still at work; what has had its
steps is broken off and runs in a thread as any other; it only read, so nothing but these steps is lost. A statement that is
broken off more than now and then is not tried again for a while. And there are so many steps for all statements in one turn
of the loop: who asks when they are spent waits for another one, behind those who wait already.

A transaction is opened here, too, when nobody has to be waited for, and a few new rows are written here: they go into
memory. What puts them on the disk, the commit, runs in a thread.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from relatum.connections.sqlite_library import dbapi2
from relatum.connections.sqlite_settings import RawConnection

STEPS: Final = 10_000
"""Steps of SQLite's machine that a statement may take: a third of a millisecond where its pages are in memory."""

STEPS_OF_A_TURN: Final = 10 * STEPS
"""Steps that all statements may take in one turn of the loop."""

_LOOK: Final = 500
"""Steps between two looks at what is left."""

_LONGEST_TEXT: Final = 20_000
"""Characters of a statement; longer ones take long to prepare."""

_ONLY_READS: Final = "SELECT "
"""How a statement begins that only reads: in a transaction, one that writes would undo it when it is broken off."""

_UNBOUNDED: Final = " MATCH "
"""What asks the index of words does so in one step, however long that takes."""

_TRIED_AGAIN: Final = 60.0
"""Seconds after which a statement that was broken off too often is tried again."""

_ENDS_FOR_A_BREAK: Final = 4
"""How often a statement has to come to its end for each time that it is broken off, which loses more than an end gains."""

_MOST_ENDS: Final = 20
"""How many times of coming to its end count at most."""

_SMOOTHED: Final = 16
"""Of how many statements the steps are looked at to tell how many the next ones take."""

_KEPT: Final = 2_000

ROWS_WRITTEN: Final = 40
"""New rows that are written here at a time."""

LENGTH_WRITTEN: Final = 20_000
"""Characters and bytes that the texts in them may have together."""

Row = Sequence[object]


@dataclass(slots=True)
class _Broken:
    """A statement that was broken off.

    Attributes:
        ends: how often it came to its end, less what its breaks take from that.
        again: when it is tried again.
    """

    ends: int = 0
    again: float = 0.0


class Brief:
    """A connection that reads in the event loop.

    Args:
        raw: the connection; it waits for no other process, and nobody else uses it.
        patience: seconds that connections with a thread wait for other processes.
    """

    def __init__(self, raw: RawConnection, patience: float) -> None:
        self._raw = raw
        self._patience = int(1_000 * patience)
        self._loop = asyncio.get_running_loop()
        self._left = 0
        self._left_in_turn = STEPS_OF_A_TURN
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._called = 0
        self._ending = False
        self._typical = float(STEPS)
        self._broken: OrderedDict[str, _Broken] = OrderedDict()
        raw.set_progress_handler(self._is_over, _LOOK)

    async def turn(self, text: str) -> None:
        """Wait until it is a statement's turn, in the order of asking: threads are slower where many ask at once."""
        before_it = self._waiting or self._called
        if (self._left_in_turn > 0 and not before_it) or not self._is_tried(text):
            return
        put = self._waiting.append
        while True:
            call = self._loop.create_future()
            put(call)
            self._end_turn()
            try:
                await call
            finally:
                self._called -= call.done() and not call.cancelled()
            if self._left_in_turn > 0:
                return
            put = self._waiting.appendleft

    def rows(self, text: str, arguments: Row) -> list[Row] | None:
        """Return the rows of a statement; None where a thread has to run it."""
        return self._rows(self._raw, text, arguments)

    def _rows(self, raw: RawConnection, text: str, arguments: Row) -> list[Row] | None:
        if self._left_in_turn <= 0 or not self._is_tried(text):
            return None
        broken = self._broken.get(text)
        self._end_turn()
        self._left_in_turn -= _LOOK
        self._left = STEPS
        try:
            found: list[Row] = raw.execute(text, arguments).fetchall()
        except dbapi2.Error:
            # It was broken off, or another process had to be waited for. If it is wrong, the thread finds the same.
            self._break_off(text, broken)
            return None
        self._typical += (STEPS - self._left - self._typical) / _SMOOTHED
        if broken is not None:
            broken.ends = min(broken.ends + 1, _MOST_ENDS)
        return found

    def rows_within(self, raw: RawConnection, text: str, arguments: Row) -> list[Row] | None:
        """Return the rows of a statement in the transaction of another connection; None where its thread has to run it.

        Args:
            raw: the connection, whose thread is idle.
            text: of the statement.
            arguments: in their order.
        """
        if not text.startswith(_ONLY_READS):
            return None
        raw.set_progress_handler(self._is_over, _LOOK)
        try:
            return self._rows(raw, text, arguments)
        finally:
            raw.set_progress_handler(None, 0)

    def begins(self, raw: RawConnection, text: str) -> bool:
        """Open a transaction of another connection, whose thread is idle; False where another process has to be waited for.

        Args:
            raw: the connection.
            text: of the statement that opens it.
        """
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            raw.execute(text)
        except dbapi2.OperationalError:  # the thread is told the same, or waits
            return False
        finally:
            raw.execute(f"PRAGMA busy_timeout = {self._patience}")
        return True

    def close(self) -> None:
        """Close the connection."""
        self._raw.close()

    def _end_turn(self) -> None:
        """Have another turn begin when the loop goes round."""
        if not self._ending:
            self._ending = True
            self._loop.call_soon(self._begin_turn)

    def _begin_turn(self) -> None:
        """Give out steps anew, and call as many of those who wait as they are likely to do for."""
        self._ending = False
        self._left_in_turn = STEPS_OF_A_TURN
        for _ in range(1 + int(STEPS_OF_A_TURN / max(self._typical, _LOOK))):
            if not self._waiting:
                return
            call = self._waiting.popleft()
            if not call.done():
                call.set_result(None)
                self._called += 1
        self._end_turn()

    def _is_tried(self, text: str) -> bool:
        """Whether a statement is run here at all, and was not broken off too often of late."""
        broken = self._broken.get(text)
        return _is_bounded(text) and (broken is None or self._loop.time() >= broken.again)

    def _break_off(self, text: str, broken: _Broken | None) -> None:
        if broken is None:
            while len(self._broken) >= _KEPT:
                self._broken.popitem(last=False)
            self._broken[text] = _Broken()
            return
        broken.ends -= _ENDS_FOR_A_BREAK
        if broken.ends < 0:
            broken.ends, broken.again = 0, self._loop.time() + _TRIED_AGAIN

    def _is_over(self) -> bool:
        self._left -= _LOOK
        self._left_in_turn -= _LOOK
        return self._left < 0


@lru_cache(_KEPT)
def _is_bounded(text: str) -> bool:
    """Whether all that a statement takes can be counted in steps."""
    return len(text) <= _LONGEST_TEXT and _UNBOUNDED not in text


def are_few(rows: Iterable[Row], *, beside: int) -> bool:
    """Whether new rows are few and short enough to be written in the event loop.

    Args:
        rows: as the driver takes them.
        beside: how many short ones there are beside these.
    """
    few = list(islice(rows, ROWS_WRITTEN + 1))
    length = sum(len(value) for row in few for value in row if isinstance(value, str | bytes))
    return len(few) + beside <= ROWS_WRITTEN and length <= LENGTH_WRITTEN
