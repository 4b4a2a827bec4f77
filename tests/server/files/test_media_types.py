"""Of what a file may be said to be."""

import pytest

from relatum_server.files.media_types import UNKNOWN, media_type


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("text/plain", "text/plain"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("not a type", UNKNOWN),
        ("text/plain\r\nset-cookie: a=b", UNKNOWN),
        ("text", UNKNOWN),
        ("/", UNKNOWN),
        (f"text/{'x' * 61}", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_what_is_no_media_type_is_kept_as_unknown(said: str | None, kept: str) -> None:
    assert media_type(said) == kept
