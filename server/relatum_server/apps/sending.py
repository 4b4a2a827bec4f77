"""Brings messages to apps by HTTP, and to nobody whom the network would have kept out.

A webhook's address comes from outside, and so may what its name resolves to. Therefore the name is resolved here, each
address that comes of it is judged, and the connection is made to one of those that were judged: a name that is resolved
twice could lead elsewhere the second time. Redirects are not followed. Hosts that the installation trusts
(`webhook_hosts`) are taken as they are.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpcore2
from typing_extensions import override

from relatum.apps import Receipt, Undeliverable

SECONDS: Final = 15.0
"""How long an app may take in all, as Standard Webhooks advises."""

LARGEST_ANSWER: Final = 64_000
"""Bytes of an answer that are read; nothing in it matters but the status."""

_LONGEST_WAIT: Final = 6
"""Digits of seconds that an app may want to be left alone."""

_CARRYING: Final = tuple(map(IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
"""Networks whose addresses carry one of version 4 at their end, for a gateway."""


_RESOLVING: Final = ThreadPoolExecutor(64, "relatum-resolving")
"""Where names are resolved: whose name servers do not answer holds up none of the other threads of this process."""


class HttpCourier:
    """Brings messages by HTTP."""

    def __init__(self, allowed: Iterable[str] = (), *, seconds: float = SECONDS) -> None:
        """Bring to public addresses, encrypted, and to hosts that are allowed.

        Args:
            allowed: hosts, by name or address, that are trusted: they may be private, and do without encryption.
            seconds: how long an app may take in all.
        """
        self.allowed = frozenset(each.lower() for each in allowed)
        self._seconds = seconds
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_Judging(self.allowed),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=30.0,
        )

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of all connections."""
        await self._pool.aclose()

    async def bring(self, address: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Bring a message, and return what was answered.

        Raises:
            Undeliverable: nothing was answered in time, or the address is one that nothing may be brought to.
        """
        host = (urlsplit(address).hostname or "").lower()
        if not address.startswith("https://") and host not in self.allowed:
            raise Undeliverable("Its address is not encrypted, and its host is not allowed that.")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(address, headers, body)
        except TimeoutError:
            raise Undeliverable(f"It did not answer within {self._seconds:g} seconds.") from None
        except (
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.TimeoutException,
            httpcore2.UnsupportedProtocol,
            OSError,
        ) as error:
            raise Undeliverable(
                f"It could not be reached: {error or type(error).__name__}."
            ) from error

    async def _post(self, address: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        host = urlsplit(address).netloc
        sent = {**headers, "host": host, "user-agent": "Relatum", "content-length": str(len(body))}
        async with self._pool.stream(
            "POST", address, headers=list(sent.items()), content=body
        ) as response:
            read = 0
            async for chunk in response.aiter_stream():
                read += len(chunk)
                if read > LARGEST_ANSWER:
                    break
            return Receipt(response.status, _after(response.headers))


def _after(headers: Iterable[tuple[bytes, bytes]]) -> float | None:
    """The seconds of ``Retry-After``; None for a date, or none."""
    for name, value in headers:
        text = value.decode("latin-1").strip()
        if name.lower() == b"retry-after" and text.isdecimal() and len(text) <= _LONGEST_WAIT:
            return float(text)
    return None


class _Judging(httpcore2.AsyncNetworkBackend):
    """Opens connections to addresses that were judged."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._plain = httpcore2.AnyIOBackend()

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a host, if all its addresses are public or it is trusted."""
        addresses = await addresses_of(host, port, trusted=host.lower() in self._allowed)
        failed: Exception | None = None
        for each in addresses:
            try:
                return await self._plain.connect_tcp(
                    each, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise Undeliverable(f"{host} cannot be reached.") from failed

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def addresses_of(host: str, port: int, *, trusted: bool) -> list[str]:
    """The addresses of a host, each judged.

    Args:
        host: by name or address.
        port: that is asked for.
        trusted: whether they may be whatever they are.

    Raises:
        Undeliverable: it has none, or one of them is not public.
    """
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            _RESOLVING,
            partial(
                socket.getaddrinfo,
                host.strip("[]"),
                port,
                type=socket.SOCK_STREAM,
                proto=socket.IPPROTO_TCP,
            ),
        )
    except (OSError, UnicodeError) as error:
        raise Undeliverable(f"There is no host {host}.") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not trusted:
        for address in addresses:
            if not is_public(address):
                raise Undeliverable(
                    f"{host} is at {address}, which is no public address, and is not among webhook_hosts."
                )
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is one that anybody may reach: no private, local, reserved or multicast one, however written."""
    judged = ip_address(address.partition("%")[0])
    carried = _carried(judged)
    return judged.is_global and not judged.is_multicast and (not carried or is_public(str(carried)))


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The address of version 4 to which one of version 6 leads, if it does."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None or address.sixtofour is not None:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in each for each in _CARRYING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
