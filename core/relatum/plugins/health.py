"""How the plugins of a process fare: what failed in them, where, since when, and how often.

A failure is an error that nobody foresaw, or that a plugin's health check reports. That somebody was refused something is
none. What has failed is unhealthy until the same place succeeds.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from relatum.clock import Clock, utc_now
from relatum.connections import Outdated, Repeat
from relatum_schemas.errors import RelatumError

_log: Final = logging.getLogger("relatum.plugins")


@dataclass(frozen=True)
class Trouble:
    """What is wrong in one place of a plugin.

    Attributes:
        where: the place, such as ``reaction tell_dispatch``.
        kind: the code or class of the error, which tells nothing of the data.
        message: what the last error says, for administrators.
        since: when it began.
        last: when it was seen last.
        times: how often it was seen.
    """

    where: str
    kind: str
    message: str
    since: datetime
    last: datetime
    times: int = 1


class PluginHealth:
    """What is wrong with which plugin, in this process."""

    def __init__(self, clock: Clock = utc_now) -> None:
        """Begin in good health."""
        self._clock = clock
        self._troubles: dict[str, dict[str, Trouble]] = {}

    def failed(self, plugin: str, where: str, error: BaseException) -> None:
        """Note, and log, that something of a plugin failed.

        Args:
            plugin: its name.
            where: the place in it, by kind and name: ``reaction tell_dispatch``, ``hook startup``.
            error: that it raised.
        """
        now = self._clock()
        kind = error.code if isinstance(error, RelatumError) else type(error).__name__
        known = self._troubles.setdefault(plugin, {}).get(where)
        if known is None:
            trouble = Trouble(where, kind, str(error), since=now, last=now)
        else:
            trouble = replace(known, kind=kind, message=str(error), last=now, times=known.times + 1)
        self._troubles[plugin][where] = trouble
        _log.error("The plugin %r is not well: %s failed.", plugin, where, exc_info=error)

    def recovered(self, plugin: str, where: str) -> None:
        """Note that something of a plugin succeeds, be it again; as cheap as a look where nothing was wrong."""
        troubles = self._troubles.get(plugin)
        if troubles is None or troubles.pop(where, None) is None:
            return
        if not troubles:
            del self._troubles[plugin]
        _log.warning("The plugin %r recovered: %s succeeds.", plugin, where)

    def healthy(self, plugin: str) -> bool:
        """Whether nothing is known to be wrong with a plugin."""
        return plugin not in self._troubles

    def troubles(self, plugin: str) -> tuple[Trouble, ...]:
        """What is wrong with a plugin, by place."""
        return tuple(each for _, each in sorted(self._troubles.get(plugin, {}).items()))

    @property
    def unhealthy(self) -> tuple[str, ...]:
        """The plugins with which something is wrong, by name."""
        return tuple(sorted(self._troubles))

    @contextmanager
    def watching(self, plugin: str, where: str) -> Iterator[None]:
        """Note how the block ends: errors of the family are answers of the plugin, any other is a failure of it.

        What is raised goes on its way.
        """
        try:
            yield
        except RelatumError:
            self.recovered(plugin, where)
            raise
        except (Repeat, Outdated):
            raise
        except Exception as error:
            self.failed(plugin, where, error)
            raise
        self.recovered(plugin, where)
