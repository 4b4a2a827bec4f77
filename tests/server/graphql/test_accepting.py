"""The media type of the answer follows from the ``Accept`` header."""

import pytest

from relatum_server.graphql.accepting import GRAPHQL, HTML, JSON, accepted

BROWSER = b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "page", "expected"),
    [
        (None, True, JSON),
        (b"", True, JSON),
        (b"*/*", True, JSON),
        (b"application/*", False, JSON),
        (b"application/json", False, JSON),
        (b"application/graphql-response+json", False, GRAPHQL),
        (b"application/graphql-response+json, application/json;q=0.9", False, GRAPHQL),
        (b"application/graphql-response+json;q=0.1, application/json", False, JSON),
        (b"Application/GraphQL-Response+JSON; charset=utf-8", False, GRAPHQL),
        (BROWSER, True, HTML),
        (BROWSER, False, JSON),
        (b"text/html", False, None),
        (b"text/plain", True, None),
        (b"application/json;q=0", False, None),
        (b"application/json;q=0, */*", False, GRAPHQL),
        (b"application/json;q=nonsense", False, None),
    ],
)
def test_accepted(header: bytes | None, page: bool, expected: bytes | None) -> None:
    assert accepted(header, page=page) == expected
