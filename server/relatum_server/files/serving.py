"""Files as records name them: ``/files/{record}/{field}``.

Who asks reads that field as in any query. What may not be read is not there; what may be is streamed from the folder, as
something to be saved and never shown in place, so that a file is no page of this server.
"""

import asyncio
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from relatum.catalogue import Catalogue
from relatum.identity import SignedIn
from relatum.session import Session
from relatum_schemas.errors import NotFound, RelatumError
from relatum_schemas.kinds import FileKind, FileReference
from relatum_schemas.selection import (
    Compare,
    FieldOutput,
    FieldPath,
    One,
    Operator,
    RootField,
    Rows,
)
from relatum_schemas.selection import Request as Selection
from relatum_server.files.addresses import FOLDER
from relatum_server.graphql.errors import engine_error, masked
from relatum_server.graphql.names import camel
from relatum_server.identity.asking import done_for
from relatum_server.state import state_of
from relatum_server.statuses import headers_of, status_of

_HEADERS: Final = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


async def _serve(request: Request) -> Response:
    try:
        return await _file(request)
    except RelatumError as error:
        return _refused([engine_error(error)], status_of(error), headers_of(error))
    except Exception as error:
        return _refused([masked(error)], 500, {})


async def _file(request: Request) -> Response:
    state = state_of(request)
    record_id, field = _record_id(request), request.path_params["field"]

    async def read(session: Session, signed_in: SignedIn | None) -> FileReference | None:
        del signed_in
        return await _reference(session, record_id, field)

    found = await done_for(
        request.scope, read, database=state.database, authenticate=state.authenticate
    )
    path = state.files.place(found.digest) if found and state.files else None
    if found is None or path is None or not await asyncio.to_thread(path.is_file):
        raise _not_found()
    return _response(path, found)


def _response(path: Path, file: FileReference) -> Response:
    return FileResponse(
        path,
        headers={**_HEADERS, "etag": f'"{file.digest}"'},
        media_type=file.media_type,
        filename=file.name,
    )


def _record_id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["record"])
    except ValueError as error:
        raise _not_found() from error


def _not_found() -> NotFound:
    return NotFound("There is no such file, or none that you may see.")


async def _reference(session: Session, record_id: UUID, field: str) -> FileReference | None:
    """The file that a field of a record names, as far as the session may read it."""
    asked = Selection(
        fields=tuple(
            RootField(
                key=type_name,
                source=Rows(type=type_name, filter=_is(record_id)),
                form=One(outputs=(FieldOutput(key="file", field=name),)),
            )
            for type_name, name in _fields(session.catalogue, field)
        )
    )
    if not asked.fields:
        return None
    answer = orjson.loads(await session.read(asked))
    found = next((each["file"] for each in answer.values() if each and each["file"]), None)
    return FileReference.model_validate(found) if found else None


def _fields(catalogue: Catalogue, name: str) -> list[tuple[str, str]]:
    """The types that have a field of files by this name, each with the name as declared."""
    return [
        (record_type.name, field.name)
        for record_type in catalogue.types.values()
        for field in record_type.fields.values()
        if isinstance(field.kind, FileKind) and camel(field.name) == name
    ]


def _is(record_id: UUID) -> Compare:
    return Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(record_id))


def _refused(errors: list[dict[str, object]], status: int, headers: dict[str, str]) -> Response:
    return Response(
        orjson.dumps({"errors": errors}), status, {**_HEADERS, **headers}, "application/json"
    )


FILES: Final = Route(FOLDER + "/{record}/{field}", _serve)
