"""The page that says what is wrong, and what to do."""

from starlette.responses import Response

from relatum_schemas.errors import RelatumError
from relatum_server.pages.page import page
from relatum_server.pages.speaking import SPOKEN, Speech, say
from relatum_server.pages.who import Who
from relatum_server.statuses import headers_of


def problem_page(speech: Speech, error: RelatumError, status: int) -> Response:
    """The page for whoever has not come as far as a page of its own.

    Args:
        speech: how it speaks.
        error: what is wrong.
        status: of HTTP.
    """
    SPOKEN.set(speech)
    values = {
        "who": Who(),
        "title": say("That did not work"),
        "message": speech.wrong(error),
        "hint": speech.way_out(error),
        "back": "/",
        "back_title": say("To the beginning"),
    }
    response = page("problem.html", values, status=status)
    response.headers.update(headers_of(error))
    return response
