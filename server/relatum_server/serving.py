"""Serving: the address is claimed before any work is done, then uvicorn runs in one process or several.

What reaches the processes is the settings and nothing else, so that each of them can be started anew.
"""

import errno
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import Final

import click
import uvicorn
from typing_extensions import override
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from relatum_schemas.errors import BadSetting, PortInUse
from relatum_server.launching import application
from relatum_server.observability.logs import configure_logs
from relatum_server.observability.sharing import shared_figures
from relatum_server.settings import Settings
from relatum_server.sockets import websockets

SECONDS_TO_START: Final = 60
SECONDS_TO_FINISH: Final = 5
"""How long requests under way may take once the server has been told to end."""


def claim(host: str, port: int, *, another: str = "--port ") -> socket.socket:
    """Return a socket bound to the address, so that nobody else can take it.

    Args:
        host: a name or an address of this machine.
        port: 0 takes a free one.
        another: what a person writes to take another port.

    Raises:
        PortInUse: another program listens there.
        BadSetting: the address is not one of this machine, or not for this user.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    claimed = socket.socket(family)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    claimed.set_inheritable(True)
    try:
        claimed.bind((host, port))
    except OSError as error:
        claimed.close()
        if error.errno == errno.EADDRINUSE:
            raise _in_use(host, port, another) from error
        raise BadSetting(
            f"{host}, port {port}, cannot be served on: {error.strerror}.",
            hint="Name an address of this machine, and a port of 1024 or above.",
        ) from error
    return claimed


def address_of(claimed: socket.socket) -> str:
    """The address of a socket as a browser takes it."""
    host, port, *_ = claimed.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(settings: Settings, claimed: socket.socket, announcement: str) -> None:
    """Serve until Ctrl-C or a signal to end, requests under way finished.

    Args:
        settings: with a database that is there and fits the code.
        claimed: the socket to serve on, see `claim`.
        announcement: what is printed once requests are answered.

    Raises:
        PortInUse: another program began to listen meanwhile.
    """
    configuration = uvicorn.Config(
        partial(application, settings),
        factory=True,
        workers=settings.workers,
        log_level=settings.log_level,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        **websockets(settings.sockets),
    )
    configure_logs(settings.log_level, profile=settings.profile)
    with suppress(KeyboardInterrupt):
        if settings.workers == 1:
            _serve_alone(configuration, claimed, announcement)
            return
        with shared_figures():
            _Several(configuration, claimed, announcement).run()


def _serve_alone(configuration: uvicorn.Config, claimed: socket.socket, announcement: str) -> None:
    try:
        _Alone(configuration, announcement).run([claimed])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            host, port, *_ = claimed.getsockname()
            raise _in_use(host, port, "--port ") from error
        raise


def _in_use(host: str, port: int, another: str) -> PortInUse:
    return PortInUse(
        f"Another program listens on port {port} of {host}.",
        hint=f"End it, or take another port: {another}{port + 10}",
    )


class _Alone(uvicorn.Server):
    """The server of one process."""

    def __init__(self, configuration: uvicorn.Config, announcement: str) -> None:
        super().__init__(configuration)
        self._announcement = announcement

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        if self.started:
            click.echo(self._announcement)


class _Several(Multiprocess):
    """A process that keeps several others serving."""

    def __init__(
        self, configuration: uvicorn.Config, claimed: socket.socket, announcement: str
    ) -> None:
        super().__init__(configuration, [claimed])
        self._announcement = announcement

    @override
    def init_processes(self) -> None:
        """Start them, and say when the first one answers."""
        super().init_processes()
        if self.processes[0].wait_until_ready(SECONDS_TO_START, self.should_exit):
            click.echo(self._announcement)

    @override
    def run(self) -> None:
        """Serve until told to end; a process that cannot start ends all."""
        super().run()
        if STARTUP_FAILURE in [process.exitcode for process in self.processes]:
            sys.exit(STARTUP_FAILURE)
