"""Settings: what an installation is told by flags, environment variables and a file.

One model says what there is; a field's name is its entry in the file (`log_level`), its environment
variable (`RELATUM_LOG_LEVEL`) and its flag (`--log-level`). `relatum_server.settings_sources`
brings the sources together. `docs/settings.md` lists them, and a test compares the page with the model.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
)

from relatum.apps.terms import Terms
from relatum.sealing import Keyring, read_keys
from relatum_schemas.errors import BadSetting, BadValue
from relatum_schemas.kinds import Language
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.trusted import TrustedDocuments, trusted_documents
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.identity.address import NAMES_OF_THIS_MACHINE, stated_address
from relatum_server.identity.mail import Mailer, mail_server
from relatum_server.identity.openid import Provider
from relatum_server.pages.brand import Brand, read_picture

PREFIX: Final = "RELATUM_"
"""What the names of environment variables begin with."""

FILE: Final = Path("relatum.toml")
"""The settings file that is read when none is named and the current folder has one."""


def _split(given: object) -> object:
    """A list as an environment variable spells it: separated by commas."""
    if isinstance(given, str):
        return [name for part in given.split(",") if (name := part.strip())]
    return given


def _from_json(given: object) -> object:
    """A table as an environment variable spells it: as JSON."""
    return orjson.loads(given) if isinstance(given, str) else given


def _known_language(tag: str) -> str:
    """The tag of a language, such as ``de``."""
    try:
        return Language().parse(tag)
    except BadValue as error:
        raise ValueError(error.message) from error


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]


def _limit(name: str, description: str, *, most: int | None = None) -> Any:
    """A limit of GraphQL, by default that of the server."""
    return Field(getattr(Limits(), name), gt=0, le=most, description=description)


def _socket_limit(name: str, description: str) -> Any:
    """A limit of websockets, by default that of the server."""
    return Field(getattr(SocketLimits(), name), gt=0, description=description)


class Settings(BaseModel):
    """All settings of an installation. Values are checked when they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str | None = Field(
        default=None,
        description="Address of the database: `sqlite:///path/to/file.db` or `postgresql://user:password@host/name`.",
    )
    key_file: Path | None = Field(
        default=None,
        description="File with the keys of encrypted fields, which only its owner can read; `relatum key new` makes one.",
    )
    host: str = Field(default="127.0.0.1", description="Address to serve on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to serve on; 0 takes a free one."
    )
    workers: int = Field(
        default=1,
        ge=1,
        description="Processes that serve. SQLite is served by one, PostgreSQL by as many as wanted.",
    )
    profile: Literal["production", "demo"] = Field(
        default="production",
        description="`production`, or `demo`: with sign-ins that everybody on this machine may use.",
    )
    address: Annotated[str, AfterValidator(stated_address)] | None = Field(
        default=None,
        description="Address at which browsers reach the server, such as `https://relatum.example`. Needed where "
        "others than this machine do.",
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=60,
        description="What people call the installation, such as a firm's name: at the top of its pages and in the "
        "browser's title.",
    )
    logo: Path | None = Field(
        default=None, description="Picture (SVG, PNG or WebP) that stands before the name."
    )
    graphiql: Literal["signed_in", "open", "off"] = Field(
        default="signed_in",
        description="Who is shown GraphiQL: people who are `signed_in`, everybody (`open`, in the demo only), "
        "or nobody (`off`).",
    )
    mail_server: str | None = Field(
        default=None,
        description="Server that sends mail: `smtp://user:password@mail.example:587`, or `smtps://...`.",
    )
    mail_from: str = Field(
        default="Relatum <relatum@localhost>", description="Whom mails are from."
    )
    providers: Annotated[Mapping[str, Provider], BeforeValidator(_from_json)] = Field(
        default_factory=dict,
        description="OpenID Connect providers by which people sign in, each a table with `title`, `issuer`, `client` "
        "and `secret`.",
    )
    only: Names = Field(
        default=(),
        description="Plugins in force, with those that they require; when none is named all that are installed, but of "
        "the bundled ones `base` alone.",
    )
    also: Names = Field(
        default=(), description="Bundled plugins in force beside those: `sales`, `portal`."
    )
    without: Names = Field(default=(), description="Plugins left out.")
    plugins: Annotated[Mapping[str, Mapping[str, Any]], BeforeValidator(_from_json)] = Field(
        default_factory=dict,
        description="What plugins are told, each in a table of its own, `[plugins.<name>]`, as its page says.",
    )
    trace_hooks: bool = Field(
        default=False,
        description="Whether each call of a plugin's hook is logged, with what it is given and what it gives.",
    )
    zone: str = Field(default="UTC", description="Time zone (IANA) that says which day today is.")
    language: Annotated[str, AfterValidator(_known_language)] = Field(
        default="en",
        description="Language in which people and firms are written to who have said nothing of theirs.",
    )
    queries: Path | None = Field(
        default=None, description="Folder of `.graphql` files that GraphiQL offers as examples."
    )
    documents: Path | None = Field(
        default=None,
        description="Trusted documents: a folder of `.graphql` files, or the JSON list that Relay's compiler or "
        "Apollo's tool wrote.",
    )
    documents_only: bool = Field(
        default=False,
        description="Whether no other GraphQL documents than the trusted ones are admitted.",
    )
    introspection: Literal["on", "off"] = Field(
        default="on", description="Whether GraphQL tells of its schema; GraphiQL needs it."
    )
    suggestions: Literal["on", "off"] = Field(
        default="on",
        description="Whether an error of GraphQL names what may have been meant, to those who may know of everything.",
    )
    files: Path | None = Field(
        default=None,
        description="Folder that keeps the files of records; without it none are taken. Processes that serve together "
        "share it.",
    )
    rejects: Path | None = Field(
        default=None,
        description="Folder for the rows that an import sets aside, with the reasons; beside the "
        "imported files when none is named.",
    )
    limit_body: int = _limit("body", "Bytes of a GraphQL request.")
    limit_tokens: int = _limit("tokens", "Tokens of a GraphQL document.")
    limit_depth: int = _limit("depth", "Levels of fields within each other in a GraphQL document.")
    limit_roots: int = _limit("roots", "Root fields of a GraphQL document.")
    limit_fields: int = _limit("fields", "Fields of a GraphQL document.")
    limit_aliases: int = _limit("aliases", "Aliases of a GraphQL document.")
    limit_directives: int = _limit("directives", "Directives of a GraphQL document.")
    limit_page: int = _limit(
        "page", "Rows that one list of a GraphQL document may ask at once.", most=1_000
    )
    limit_rows: int = _limit(
        "rows", "Rows that a GraphQL answer may have by its page sizes, nested ones multiplied."
    )
    limit_batch: int = _limit(
        "batch", "Records and ties that one GraphQL mutation may write, nested ones included."
    )
    limit_seconds: float = _limit(
        "seconds", "Seconds for an answer of GraphQL; what the database does for it is then ended."
    )
    limit_body_seconds: float = _limit("body_seconds", "Seconds for a request to arrive.")
    limit_upload: int = _limit("upload", "Bytes of a file that comes with a mutation.")
    limit_uploads: int = _limit("uploads", "Files that come with a mutation.")
    limit_upload_seconds: float = _limit("upload_seconds", "Seconds for files to arrive.")
    limit_public: int = Field(
        default=60,
        gt=0,
        description="Requests a minute that one network address may make to routes and inlets of plugins without signing "
        "in, in one process.",
    )
    webhook_hosts: Names = Field(
        default=(),
        description="Hosts, by name or address, at which apps may be told of changes though they are private, and without "
        "encryption.",
    )
    webhook_patience: int = Field(
        default=5, gt=0, description="Days that nothing may arrive at an app before it is paused."
    )
    webhook_log: int = Field(
        default=30, gt=0, description="Days for which it is known what apps were told."
    )
    limit_sockets: int = _socket_limit("sockets", "Websockets open in one process.")
    limit_sockets_of_one: int = _socket_limit(
        "sockets_of_one", "Websockets that one person or program may have open in one process."
    )
    limit_operations: int = _socket_limit(
        "operations", "Operations, such as subscriptions, under way on one websocket."
    )
    limit_message: int = _socket_limit("message", "Bytes of a message over a websocket.")
    socket_init_seconds: float = _socket_limit(
        "init_seconds", "Seconds in which a client must say who it is on a websocket."
    )
    socket_taking_seconds: float = _socket_limit(
        "taking_seconds",
        "Seconds after which a websocket ends whose client takes nothing of what it is sent.",
    )
    socket_keep_alive_seconds: float = _socket_limit(
        "keep_alive_seconds",
        "Seconds after which a websocket is sent a ping, and its sign-in is looked at again.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning",
        description="The least severe messages that are logged: `debug`, `info`, `warning` or `error`.",
    )
    log_slow: float = Field(
        default=1.0, gt=0, description="Seconds from which on a request is logged as a warning."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=20,
        description="What Prometheus sends as its bearer token to read `/metrics`. Without one they are shown in the "
        "demo only.",
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone, such as Europe/Berlin") from error

    @field_validator("mail_server")
    @classmethod
    def _mail_server(cls, url: str | None) -> str | None:
        if url is not None:
            mail_server(url)
        return url

    def mailer_at(self, origin: str | None) -> Mailer | None:
        """What sends mail, with links that lead to an origin; nothing where no mail server is named."""
        if self.mail_server is None:
            return None
        return Mailer(mail_server(self.mail_server), self.mail_from, origin or "")

    @property
    def terms(self) -> Terms:
        """On which terms apps are told of changes; the demo's may be on this machine."""
        own = NAMES_OF_THIS_MACHINE if self.profile == "demo" else ()
        return Terms(
            allowed=frozenset(each.lower().strip("[]") for each in (*self.webhook_hosts, *own)),
            patience=timedelta(days=self.webhook_patience),
            kept=timedelta(days=self.webhook_log),
        )

    @property
    def brand(self) -> Brand:
        """What stands at the top of each page.

        Raises:
            BadSetting: the logo is no picture, or cannot be read.
        """
        return Brand(self.name, None if self.logo is None else read_picture(self.logo))

    @property
    def keys(self) -> Keyring | None:
        """The keys of encrypted fields; None where no key file is named.

        Raises:
            UnreadableFile, BadSetting: it cannot be read, others can read it, or it is none.
        """
        return None if self.key_file is None else read_keys(self.key_file)

    @property
    def trusted(self) -> TrustedDocuments | None:
        """The trusted documents; None where none are named.

        Raises:
            UnreadableFile: they cannot be read.
            BadSetting: only they are admitted, and there are none.
        """
        if self.documents is not None:
            return trusted_documents(self.documents, only=self.documents_only)
        if self.documents_only:
            raise BadSetting(
                "Only trusted documents are admitted, and none are named.",
                path="documents_only",
                hint="Name them by documents, or leave documents_only out.",
            )
        return None

    @property
    def database_url(self) -> str:
        """The address of the database, for commands that cannot do without.

        Raises:
            BadSetting: none is named.
        """
        if self.database:
            return self.database
        raise BadSetting(
            "No database is named.",
            hint=f"Say --database sqlite:///my.db, or set {PREFIX}DATABASE, or write database = "
            f'"sqlite:///my.db" into {FILE}.',
        )

    @property
    def limits(self) -> Limits:
        """What a GraphQL request may ask at most."""
        return Limits(
            body=self.limit_body,
            tokens=self.limit_tokens,
            depth=self.limit_depth,
            roots=self.limit_roots,
            fields=self.limit_fields,
            aliases=self.limit_aliases,
            directives=self.limit_directives,
            page=self.limit_page,
            rows=self.limit_rows,
            batch=self.limit_batch,
            seconds=self.limit_seconds,
            body_seconds=self.limit_body_seconds,
            upload=self.limit_upload,
            uploads=self.limit_uploads,
            upload_seconds=self.limit_upload_seconds,
            introspection=self.introspection == "on",
            suggestions=self.suggestions == "on",
        )

    @property
    def sockets(self) -> SocketLimits:
        """What bounds websockets."""
        return SocketLimits(
            sockets=self.limit_sockets,
            sockets_of_one=self.limit_sockets_of_one,
            operations=self.limit_operations,
            message=self.limit_message,
            init_seconds=self.socket_init_seconds,
            taking_seconds=self.socket_taking_seconds,
            keep_alive_seconds=self.socket_keep_alive_seconds,
        )
