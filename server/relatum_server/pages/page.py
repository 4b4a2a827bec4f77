"""A page of HTML with the headers that go with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_EVERYWHERE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


@dataclass(frozen=True)
class Page:
    """What a browser is shown.

    Attributes:
        body: HTML in UTF-8.
        headers: in the form of ASGI, the content type left out.
    """

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


def page(text: str, policy: Mapping[str, str]) -> Page:
    """A page under a content security policy; what the policy does not name is forbidden."""
    directives = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    directives |= {"frame-ancestors": "'none'", **policy}
    line = "; ".join(f"{name} {value}" for name, value in directives.items())
    return Page(text.encode(), (*_EVERYWHERE, (b"content-security-policy", line.encode())))
