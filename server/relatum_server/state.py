"""What requests are answered from: the open database, and what the application was told besides."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import Request
from starlette.types import Scope

from relatum.session import Database
from relatum_server.files.store import FileStore
from relatum_server.graphql.api import Judged
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.trusted import TrustedDocuments
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.identity.address import Address, address_at
from relatum_server.identity.authenticating import Authenticate
from relatum_server.identity.demo import DemoSignIn
from relatum_server.identity.openid import Provider
from relatum_server.observability.publishing import Publisher
from relatum_server.pages.brand import UNBRANDED, Brand
from relatum_server.pages.examples import ExampleQuery
from relatum_server.pages.offering import Offering
from relatum_server.plugins.living import Life
from relatum_server.plugins.mounting import PluginPages

Ready = Callable[[], Awaitable[None]]
"""Looks whether requests can be served; raises what is wrong."""


@dataclass(frozen=True, kw_only=True)
class AppSettings:
    """What an application is told besides its database.

    Attributes:
        limits: of a request.
        trusted: documents that can be asked by name.
        files: keeps the files of records.
        sockets: limits of websockets.
        graphiql: which browsers are shown GraphiQL.
        example_queries: offered there and on the start page.
        address: the origin at which browsers reach the server; the socket's own where none is stated.
        mail: whether the database's identity can send mail.
        providers: by which people sign in, by name.
        demo: sign-ins offered in one click.
        profile: whether figures and plans are told to whoever asks.
        log_slow: seconds from which on a request is logged as a warning.
        metrics_token: that Prometheus sends, if it may read the figures.
        public_per_minute: requests to plugins that one network address may make without signing in.
        judged: a schema that was made of a catalogue already.
        brand: what stands at the top of each page.
    """

    limits: Limits = field(default_factory=Limits)
    trusted: TrustedDocuments | None = None
    files: FileStore | None = None
    sockets: SocketLimits = field(default_factory=SocketLimits)
    graphiql: Literal["signed_in", "open", "off"] = "signed_in"
    example_queries: tuple[ExampleQuery, ...] = ()
    address: str | None = None
    mail: bool = False
    providers: Mapping[str, Provider] = field(default_factory=dict)
    demo: Mapping[str, DemoSignIn] = field(default_factory=dict)
    profile: Literal["production", "demo"] = "production"
    log_slow: float = 1.0
    metrics_token: str | None = field(default=None, repr=False)
    public_per_minute: int = 60
    judged: Judged | None = None
    brand: Brand = UNBRANDED


@dataclass(frozen=True)
class ServerState:
    """An application that serves."""

    database: Database
    settings: AppSettings
    authenticate: Authenticate
    offering: Offering
    ready: Ready | None
    life: Life
    publisher: Publisher
    pages: PluginPages

    @property
    def files(self) -> FileStore | None:
        """What keeps the files of records."""
        return self.settings.files

    def address(self, scope: Scope) -> Address:
        """Where browsers reach the server."""
        return address_at(scope, self.settings.address)


def state_of(request: Request) -> ServerState:
    """The state of the application that a request came to."""
    state: ServerState = request.app.state.serving
    return state
