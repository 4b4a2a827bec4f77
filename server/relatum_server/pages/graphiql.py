"""GraphiQL, served from this process alone, with example queries ready to run."""

from collections.abc import Sequence
from typing import Final

import orjson
from markupsafe import Markup
from starlette.responses import HTMLResponse

from relatum_server.pages.offering import OfferedQuery
from relatum_server.pages.page import page
from relatum_server.pages.who import Who

_POLICY: Final = {
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
}


def graphiql_page(who: Who, examples: Sequence[OfferedQuery]) -> HTMLResponse:
    """The page at ``/graphql``."""
    content = orjson.dumps(
        [{"name": each.name, "text": each.text, "variables": each.variables} for each in examples]
    )
    harmless = Markup(content.decode().replace("<", "\\u003c"))  # noqa: S704  # JSON that closes no element
    return page(
        "graphiql.html", {"who": who, "examples": examples, "content": harmless}, policy=_POLICY
    )
