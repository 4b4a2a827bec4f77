"""What a form of a page says: its fields, and the files that come with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message as Header
from io import BytesIO
from typing import Final
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser
from starlette.requests import Request

from relatum_schemas.errors import BadValue
from relatum_server.files.media_types import media_type

_MOST_FIELDS: Final = 1000
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True)
class SentFile:
    """A file that came with a form.

    Attributes:
        name: as the browser calls it, without folders.
        media_type: as the browser says; what is none is ``application/octet-stream``.
        content: all of it.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


FormPairs = Sequence[tuple[str, str | SentFile]]
"""Fields of a form by name, in their order; a field of files that was left empty is not among them."""


async def form_of(request: Request) -> FormPairs:
    """What the form says that a request brings.

    Raises:
        BadValue: it is no form.
        TooLarge: it is longer than any may be.
    """
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    try:
        if content_type.startswith(_MULTIPART):
            return _parts(body, content_type)
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except (ValueError, MultipartError) as error:
        raise BadValue("The form is not well formed.") from error


def _parts(body: bytes, content_type: str) -> FormPairs:
    header = Header()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    parser = MultipartParser(
        BytesIO(body),
        str(boundary),
        content_length=len(body),
        part_limit=_MOST_FIELDS,
        buffer_size=2**16,
        memory_limit=len(body) + 2**16,
        disk_limit=0,
        spool_limit=len(body) + 2**16,
    )
    pairs: list[tuple[str, str | SentFile]] = []
    for part in parser:
        if part.filename is None:
            pairs.append((part.name, part.value))
        elif part.filename:
            name = part.filename.replace("\\", "/").rpartition("/")[2]
            pairs.append((part.name, SentFile(name, media_type(part.content_type), part.raw)))
    return pairs
