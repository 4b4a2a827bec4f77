"""Addresses of pages of this server: where a browser is sent, and which of them it may be sent to."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response


def redirect(path: str, **parameters: str) -> Response:
    """Send the browser to another page of this server."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return RedirectResponse(path + query, 303, {"cache-control": "no-store"})


def path_of(request: Request) -> str:
    """The page that was asked for, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def own_path(path: str) -> str:
    """The path, if it is one of this server; else that of the start page."""
    plain = path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"
