"""Uploads by the GraphQL multipart request specification (github.com/jaydenseric/graphql-multipart-request-spec).

A form whose first part is the question (``operations``), whose second says which file belongs at which null within it
(``map``), and whose other parts are the files. They go to the disk as they arrive, and never into memory as a whole.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from relatum_schemas.kinds import FileReference
from relatum_server.files.media_types import media_type
from relatum_server.files.store import Arriving, FileStore
from relatum_server.graphql.errors import Refusal

OPERATIONS: Final = "operations"
MAP: Final = "map"

_LONGEST_NAME: Final = 255
_NAMELESS: Final = "file"

Events = AsyncIterator[MultipartSegment | bytes | None]
"""A part's head, then what it holds piece by piece, then nothing; then the next one."""


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """What an upload may hold at most.

    Attributes:
        text: bytes of the parts that are no files, each.
        file: bytes of a file.
        files: how many there may be.
    """

    text: int
    file: int
    files: int


@dataclass
class Upload:
    """A multipart request on its way in: first `question`, then `files`."""

    events: Events
    limits: UploadLimits
    places: dict[str, list[str]] = field(default_factory=dict)
    given: Any = None

    async def question(self) -> Any:
        """What is asked, as JSON said it, when the parts have arrived that come before the files.

        Raises:
            Refusal: they are not as the specification says.
        """
        self.given = _json(OPERATIONS, await self._text(OPERATIONS))
        self.places = _places(_json(MAP, await self._text(MAP)))
        if len(self.places) > self.limits.files:
            raise Refusal.of_request(
                413, f"There are {len(self.places)} files; at most {self.limits.files} are taken."
            )
        for path in (path for paths in self.places.values() for path in paths):
            _null_at(self.given, path)
        return self.given

    async def files(self, store: FileStore) -> tuple[FileReference, ...]:
        """Keep the files, and put their references in their places within the question.

        Raises:
            Refusal: one is too large, missing, or belongs nowhere; then none is kept.
        """
        waiting = dict(self.places)
        async with AsyncExitStack() as arriving:
            arrived: list[tuple[list[str], MultipartSegment, Arriving]] = []
            async for head in self.events:
                assert isinstance(head, MultipartSegment)
                paths = waiting.pop(head.name or "", None)
                if paths is None:
                    raise Refusal.of_request(
                        400,
                        f"The part {_shown(head.name or '')} is not in the map, or comes twice.",
                    )
                file = await arriving.enter_async_context(store.arriving())
                await self._fill(file)
                arrived.append((paths, head, file))
            if waiting:
                raise Refusal.of_request(
                    400, f"The map names {_shown(next(iter(waiting)))}, which did not come."
                )
            return tuple([await self._kept(*each) for each in arrived])

    async def _fill(self, file: Arriving) -> None:
        async for chunk in self._content():
            if file.size + len(chunk) > self.limits.file:
                raise Refusal.of_request(
                    413,
                    f"A file has more than {self.limits.file} bytes.",
                    headers={"connection": "close"},
                )
            await file.write(chunk)

    async def _kept(
        self, paths: list[str], head: MultipartSegment, file: Arriving
    ) -> FileReference:
        kept = await file.keep(_name(head.filename), media_type(head.content_type))
        for path in paths:
            holder, key = _null_at(self.given, path)
            holder[key] = kept
        return kept

    async def _text(self, name: str) -> bytes:
        head = await anext(self.events, None)
        if not isinstance(head, MultipartSegment) or head.name != name:
            raise Refusal.of_request(
                400,
                f"The part {name} is missing here.",
                hint="The parts come in this order: operations, map, then the files.",
            )
        text = b""
        async for chunk in self._content():
            text += chunk
            if len(text) > self.limits.text:
                raise Refusal.of_request(
                    413,
                    f"The part {name} has more than {self.limits.text} bytes.",
                    headers={"connection": "close"},
                )
        return text

    async def _content(self) -> AsyncIterator[bytes]:
        async for event in self.events:
            if event is None:
                return
            assert isinstance(event, bytes)
            yield event


async def parts(content_type: str, chunks: AsyncIterator[bytes], limits: UploadLimits) -> Events:
    """The parts of a multipart body as they arrive.

    Args:
        content_type: the header, which says what stands between them.
        chunks: of the body.
        limits: of which the number of parts follows.

    Raises:
        Refusal: the body is no multipart form.
    """
    _, options = parse_options_header(content_type)
    try:
        parser = PushMultipartParser(
            options.get("boundary", ""), max_segment_count=limits.files + 2, strict=True
        )
        async for chunk in chunks:
            for event in parser.parse(chunk) if chunk else ():
                yield event
        parser.close()
    except ParserLimitReached as error:
        raise Refusal.of_request(413, f"The form is too large: {error}.") from error
    except MultipartError as error:
        raise Refusal.of_request(400, f"The request is no multipart form: {error}.") from error


def _json(name: str, text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refusal.of_request(400, f"The part {name} is not JSON: {error}.") from error


def _places(given: object) -> dict[str, list[str]]:
    """Where each part belongs, by its name."""
    if isinstance(given, Mapping) and all(map(_is_paths, given.values())):
        return dict(given)
    raise Refusal.of_request(
        400,
        "The map is not one from parts to places.",
        hint='Write {"0": ["variables.input.manual"]}.',
    )


def _is_paths(given: object) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(each, str) for each in given)


def _null_at(given: Any, path: str) -> tuple[Any, Any]:
    """What holds the null to which a path leads, and under which key.

    Raises:
        Refusal: it leads to none.
    """
    *steps, last = path.split(".")
    if steps[:1] == ["variables"]:
        holder = given
        for step in steps:
            holder = _within(holder, step)
        key = _key(holder, last)
        if key is not None and holder[key] is None:
            return holder, key
    raise Refusal.of_request(
        400, f"The map leads to {_shown(path)}, where there is no null within the variables."
    )


def _within(holder: Any, step: str) -> Any:
    key = _key(holder, step)
    return None if key is None else holder[key]


def _key(holder: Any, step: str) -> str | int | None:
    """The key by which a step leads further; none where it leads nowhere."""
    if isinstance(holder, dict):
        return step if step in holder else None
    if isinstance(holder, list) and step.isascii() and step.isdigit() and len(step) < 10:
        return int(step) if int(step) < len(holder) else None
    return None


def _name(sent: str | None) -> str:
    """The name of a file without the folders that it lay in, and without what nobody can see."""
    last = re.split(r"[/\\]", sent or "")[-1]
    return "".join(filter(str.isprintable, last)).strip()[:_LONGEST_NAME] or _NAMELESS


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
