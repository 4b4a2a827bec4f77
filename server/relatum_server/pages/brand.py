"""What an installation is called and which picture stands for it, on every page."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relatum_schemas.errors import BadSetting
from relatum_server.pages.assets import KEPT, OWN_ASSETS

_OURS: Final = "Relatum"
_KINDS: Final = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
_LARGEST: Final = 200_000
_RUNS_NOTHING: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}
"""For who looks at a picture by itself: SVG may carry scripts."""


@dataclass(frozen=True)
class Picture:
    """A picture as browsers are given it.

    Attributes:
        content: its bytes.
        media_type: of what kind they are.
        digest: its fingerprint: browsers keep it for good.
    """

    content: bytes = field(repr=False)
    media_type: str
    digest: str


def read_picture(file: Path) -> Picture:
    """The picture in a file.

    Raises:
        BadSetting: it cannot be read, or is no picture for the top of a page.
    """
    media_type = _KINDS.get(file.suffix.lower())
    if media_type is None:
        raise BadSetting(
            f"{file.name} is no picture for the top of a page.",
            path="logo",
            hint="Name an SVG, PNG or WebP file.",
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadSetting(f"{file} cannot be read: {error.strerror}.", path="logo") from error
    if len(content) > _LARGEST:
        raise BadSetting(
            f"The picture {file.name} has {len(content):,} bytes.",
            path="logo",
            hint=f"Take one of at most {_LARGEST:,}: everybody's first page waits for it.",
        )
    return Picture(content, media_type, sha256(content).hexdigest()[:12])


@dataclass(frozen=True)
class Brand:
    """How an installation presents itself.

    Attributes:
        own_name: what people call it; None where nobody has said.
        picture: its logo; None for ours.
    """

    own_name: str | None = None
    picture: Picture | None = None

    @property
    def name(self) -> str:
        """What stands at the top of its pages, and in the browser's title."""
        return self.own_name or _OURS

    @property
    def logo(self) -> str:
        """The address of the logo."""
        if self.picture is None:
            return OWN_ASSETS.address("relatum.svg")
        return f"/logo/{self.picture.digest}"


UNBRANDED: Final = Brand()
"""What an installation is that says nothing of itself."""

BRAND: Final[ContextVar[Brand]] = ContextVar("BRAND", default=UNBRANDED)
"""Of the installation whose request is answered."""


async def _logo(request: Request) -> Response:
    picture = BRAND.get().picture
    if picture is None or picture.digest != request.path_params["digest"]:
        return Response(status_code=404)
    headers = {**KEPT, **_RUNS_NOTHING}
    return Response(picture.content, headers=headers, media_type=picture.media_type)


LOGO: Final = Route("/logo/{digest}", _logo)
"""Where the logo is."""
