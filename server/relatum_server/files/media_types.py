"""Of what a file is said to be, what may be kept: a media type without parameters."""

import re
from typing import Final

UNKNOWN: Final = "application/octet-stream"
"""The media type of whatever is said to be none."""

_FORM: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)


def media_type(said: str | None) -> str:
    """A media type as it is kept.

    Args:
        said: by whoever sends the file, be it with parameters, be it anything.
    """
    plain = (said or "").partition(";")[0].strip().lower()
    return plain if _FORM.fullmatch(plain) else UNKNOWN
