"""Forms with files, as clients send them, to a served shop that keeps files."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from httpx2 import AsyncClient, Response

from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.files.store import FileStore
from relatum_server.graphql.limits import Limits
from tests.server.serving import application, served

PREFLIGHT: Final = {"graphql-preflight": "1"}
CREATE: Final = """
mutation ($input: CreateProduct!) {
  createProduct(input: $input) { record { id manual { name mediaType size digest url } } }
}
"""
Part = tuple[str, bytes]


@asynccontextmanager
async def keeping_files(
    database: Database, folder: Path, *, token: str | None, limits: Limits | None = None
) -> AsyncIterator[AsyncClient]:
    """A client of the shop, which keeps files in a folder."""
    settings = AppSettings(files=FileStore(folder), limits=limits or Limits())
    async with served(application(database, settings), token=token) as client:
        yield client


def form(*parts: Part) -> tuple[bytes, str]:
    """The body of a form and its media type.

    Args:
        parts: the headers of each and what it holds.
    """
    body = b"".join(
        b"--frontier\r\n%s\r\n\r\n%s\r\n" % (head.encode(), content) for head, content in parts
    )
    return body + b"--frontier--\r\n", "multipart/form-data; boundary=frontier"


def text_part(name: str, content: object) -> Part:
    """A part that is JSON."""
    text = content if isinstance(content, bytes) else orjson.dumps(content)
    return f'Content-Disposition: form-data; name="{name}"', text


def file_part(name: str, content: bytes, *, filename: str, media_type: str) -> Part:
    """A part that is a file."""
    disposition = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return f"{disposition}\r\nContent-Type: {media_type}", content


def product_with(content: bytes, filename: str = "manual.pdf") -> tuple[Part, ...]:
    """The parts by which a product comes with its manual."""
    question = {"query": CREATE, "variables": {"input": {"title": "Kettle", "manual": None}}}
    return (
        text_part("operations", question),
        text_part("map", {"0": ["variables.input.manual"]}),
        file_part("0", content, filename=filename, media_type="application/pdf"),
    )


async def send(
    client: AsyncClient, parts: Iterable[Part], headers: dict[str, str] | None = None
) -> Response:
    """Post a form."""
    body, content_type = form(*parts)
    sent = {"content-type": content_type, **(PREFLIGHT if headers is None else headers)}
    return await client.post("/graphql", content=body, headers=sent)


async def product(client: AsyncClient, content: bytes, filename: str = "manual.pdf") -> Any:
    """A new product with a manual, as GraphQL shows it."""
    answer = await send(client, product_with(content, filename))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert "errors" not in found, found
    return found["data"]["createProduct"]["record"]


def kept(folder: Path) -> list[Path]:
    """The files in a folder, those that arrive among them."""
    return [each for each in folder.rglob("*") if each.is_file()]
