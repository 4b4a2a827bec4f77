"""One GraphQL request, apart from how it came."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from relatum_schemas.kinds import FileReference


class Question(NamedTuple):
    """One GraphQL request.

    Attributes:
        text: the document.
        operation_name: which of its operations is asked.
        variables: as given; an uploaded file stands in them as its `FileReference`, which no JSON can forge.
        idempotency_key: by which the sender of a mutation knows it again.
        files: that were uploaded with it, kept already.
    """

    text: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = MappingProxyType({})
    idempotency_key: str | None = None
    files: tuple[FileReference, ...] = ()
