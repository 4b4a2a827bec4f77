"""Where browsers reach the server: what cookies, links in mails and the check against other sites' requests rest on.

It is never taken from what a request says of itself (``Host``): another could say it, too.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from relatum_schemas.errors import CrossSite

NAMES_OF_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "[::1]")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Address:
    """An origin, ``https://relatum.example`` or, on this machine alone, ``http://127.0.0.1:8000``.

    Attributes:
        origin: scheme, name and port.
        aliases: further origins that are the same server.
    """

    origin: str
    aliases: frozenset[str] = frozenset()

    @property
    def secure(self) -> bool:
        """Whether what passes between browser and server is encrypted."""
        return self.origin.startswith("https:")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; on this machine each port has its own."""
        if self.secure:
            return "__Host-relatum"
        return f"relatum-{urlsplit(self.origin).port or 80}"

    def link(self, path: str) -> str:
        """The whole address of a page."""
        return self.origin + path

    def owns(self, origin: str) -> bool:
        """Whether a page of this origin is a page of this server."""
        return origin == self.origin or origin in self.aliases


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def stated_address(text: str) -> str:
    """The origin that a setting states.

    Raises:
        ValueError: it is no origin, or one that is reached unencrypted by others.
    """
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ValueError(f"{text!r} is no address such as https://relatum.example")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("people sign in there, so it begins with https://")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def address_at(scope: Scope, stated: str | None) -> Address:
    """The address of the server that a request came to.

    Args:
        scope: of the request; the socket it came to counts where nothing is stated.
        stated: the origin that the installation states.
    """
    if stated is not None:
        return _address(stated)
    host, port = scope.get("server") or ("localhost", None)
    scheme = "http" if is_loopback(host) else "https"
    shown = f"[{host}]" if ":" in host else host
    return _address(f"{scheme}://{shown}{f':{port}' if port else ''}")


def _address(origin: str) -> Address:
    parts = urlsplit(origin)
    if parts.scheme == "https":
        return Address(origin)
    suffix = f":{parts.port}" if parts.port else ""
    return Address(origin, frozenset(f"http://{name}{suffix}" for name in NAMES_OF_THIS_MACHINE))


def check_same_origin(scope: Scope, address: Address) -> None:
    """See to it that a request that changes something was made by a page of this server.

    A browser says where a request comes from by ``Sec-Fetch-Site`` and ``Origin``; one that says neither is refused.

    Raises:
        CrossSite: another site's page made it, or nobody says who did.
    """
    if scope["method"] in _SAFE:
        return
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        raise CrossSite(
            "The request does not say which page it comes from.",
            hint="A program signs in with a token: Authorization: Bearer rlt_t_...",
        )
    if (site is not None and site != "same-origin") or (origin and not address.owns(origin)):
        raise CrossSite(
            "The request comes from a page of another site.",
            hint="Open the page anew, at the address that this server states as its own.",
        )
