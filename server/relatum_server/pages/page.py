"""A page of HTML with the headers that go with it."""

from collections.abc import Mapping
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

_EVERYWHERE: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_FORBIDDEN: Final = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_PLAIN: Final = {"style-src": "'self'", "img-src": "'self'"}
_TEMPLATES: Final = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    policy: Mapping[str, str] = _PLAIN,
) -> HTMLResponse:
    """A page that nobody keeps and nobody frames.

    Args:
        template: a file in ``templates``.
        values: shown in it; text is escaped.
        status: of HTTP.
        policy: the content security policy; what it does not name is forbidden.
    """
    line = "; ".join(f"{name} {value}" for name, value in {**_FORBIDDEN, **policy}.items())
    text = _TEMPLATES.get_template(template).render(values)
    return HTMLResponse(text, status, {**_EVERYWHERE, "content-security-policy": line})
