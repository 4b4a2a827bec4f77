"""Questions that come with files (see `relatum_server.files.uploads`).

A page of another site can make a browser send such a form without asking, so it takes a header that such a page cannot
set. Nothing is kept before it is known that a mutation was asked, and by somebody.
"""

from collections.abc import Callable
from typing import Final

from starlette.types import Receive, Scope

from relatum_schemas.errors import CrossSite, NotSignedIn
from relatum_server.files.store import FileStore
from relatum_server.files.uploads import Upload, UploadLimits, parts
from relatum_server.graphql.api import Question
from relatum_server.graphql.bodies import chunks, header, in_time
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits

PREFLIGHTS: Final = (
    b"graphql-preflight",
    b"graphql-require-preflight",
    b"apollo-require-preflight",
    b"x-apollo-operation-name",
    b"x-graphql-yoga-csrf",
)
"""Headers that clients send for no other reason than that a browser has to ask before another site's page sends them."""


def check_preflight(scope: Scope) -> None:
    """See to it that no page of another site made a browser send a form.

    Raises:
        CrossSite: it may have.
    """
    if not any(header(scope, each) for each in PREFLIGHTS):
        raise CrossSite(
            "A page of any site could have made a browser send this form.",
            hint="Send the header GraphQL-Preflight: 1 with it.",
        )


async def uploaded(
    scope: Scope,
    receive: Receive,
    store: FileStore,
    limits: Limits,
    ask: Callable[[object], Question],
) -> Question:
    """The question of a multipart request, with its files kept.

    Args:
        scope: of the request.
        receive: gives its body.
        store: that keeps the files.
        limits: of what may be sent.
        ask: the question within its parameters, if it is one that may come with files; raises what is wrong otherwise.

    Raises:
        Refusal: it is not as the specification says, too large, or did not arrive in time.
    """
    content_type = (header(scope, b"content-type") or b"").decode("latin-1")
    most = UploadLimits(text=limits.body, file=limits.upload, files=limits.uploads)
    upload = Upload(parts(content_type, chunks(receive), most), most)

    async def arriving() -> Question:
        question = ask(await upload.question())
        return question._replace(files=await upload.files(store))

    return await in_time(arriving(), limits.upload_seconds)


def store_for(store: FileStore | None, *, signed_in: bool) -> FileStore:
    """The store, for who may send files to it.

    Raises:
        NotSignedIn: nobody in particular may.
        Refusal: there is none.
    """
    if not signed_in:
        raise NotSignedIn("Files are taken from those who are signed in.", hint="Sign in first.")
    if store is None:
        raise Refusal.of_request(
            415, "No files are taken here.", hint="Operators name a folder by the setting files."
        )
    return store
