"""Which media type to answer in, by the ``Accept`` header (RFC 9110, 12.5.1)."""

from functools import lru_cache
from typing import Final

_KEPT: Final = 64
"""Headers of which it is remembered what they accept: clients always send the same."""

GRAPHQL: Final = b"application/graphql-response+json"
JSON: Final = b"application/json"
HTML: Final = b"text/html"


@lru_cache(_KEPT)
def accepted(header: bytes | None, *, page: bool) -> bytes | None:
    """The media type to answer in; None when none that is accepted is spoken here.

    Args:
        header: as sent; JSON is meant when there is none.
        page: whether a page can be shown, too.
    """
    if not header:
        return JSON
    spoken = (HTML, GRAPHQL, JSON) if page else (GRAPHQL, JSON)
    ranges = _ranges(header)
    weighed = [(_weight(each, ranges), each) for each in spoken]
    best = max(weight for weight, _ in weighed)
    if best == (0.0, 0):
        return None
    liked = [each for weight, each in weighed if weight == best]
    return JSON if JSON in liked else liked[0]


def _ranges(header: bytes) -> dict[bytes, float]:
    """Media ranges with their quality."""
    ranges: dict[bytes, float] = {}
    for part in header.lower().split(b","):
        name, *parameters = (each.strip() for each in part.split(b";"))
        quality = next((each[2:] for each in parameters if each.startswith(b"q=")), b"1")
        try:
            ranges[name] = min(1.0, max(0.0, float(quality)))
        except ValueError:
            ranges[name] = 0.0
    return ranges


def _weight(media_type: bytes, ranges: dict[bytes, float]) -> tuple[float, int]:
    """How much a media type is liked, and how exactly it was named."""
    family = media_type.split(b"/")[0] + b"/*"
    for precision, name in ((3, media_type), (2, family), (1, b"*/*")):
        if name in ranges:
            return (ranges[name], precision) if ranges[name] else (0.0, 0)
    return (0.0, 0)
