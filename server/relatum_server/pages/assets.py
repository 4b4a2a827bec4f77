"""Files that pages bring along: each has its content's fingerprint in its address, so browsers keep it for good."""

from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from relatum_schemas.errors import NotFound

_DIGITS: Final = 12
KEPT: Final = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
}
"""The headers of what has its fingerprint in its address."""


class Assets:
    """The files of some folders, of which an earlier one goes before a later one.

    Args:
        folders: in which they are.
        at: the path under which they are served.
    """

    def __init__(self, *folders: Path, at: str) -> None:
        """Read nothing yet."""
        self._folders = folders
        self._at = at

    def address(self, name: str) -> str:
        """The address of a file.

        Raises:
            NotFound: there is none of that name.
        """
        if name not in self._found:
            raise NotFound(f"There is no file {name!r} beside the pages.")
        return f"{self._at}/{self._found[name][1]}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return name in self._found

    def route(self, at: str | None = None) -> Route:
        """The route that serves them.

        Args:
            at: the path as the router sees it; None for that of the addresses.
        """
        return Route(f"{self._at if at is None else at}/{{digest}}/{{name}}", self._answer)

    async def _answer(self, request: Request) -> Response:
        file, digest = self._found.get(request.path_params["name"], (None, ""))
        if file is None or request.path_params["digest"] != digest:
            return Response(status_code=404)
        return FileResponse(file, headers=KEPT)

    @cached_property
    def _found(self) -> dict[str, tuple[Path, str]]:
        return {
            file.name: (file, sha256(file.read_bytes()).hexdigest()[:_DIGITS])
            for folder in reversed(self._folders)
            if folder.is_dir()
            for file in sorted(folder.iterdir())
            if file.is_file()
        }


def folder_of(package: str, name: str) -> Path:
    """A folder beside the modules of a package."""
    return Path(str(files(package))) / name


OWN_ASSETS: Final = Assets(
    folder_of("relatum_server.pages", "static"),
    folder_of("relatum_server.pages", "vendor"),
    at="/assets",
)
"""Those of the server."""
