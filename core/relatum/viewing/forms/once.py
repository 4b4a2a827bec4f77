"""Forms that are done once: what is sent twice, as by a second click, is what was sent first."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from relatum.access import Principal
from relatum.identifiers import new_id
from relatum_schemas.kinds import FileReference


@dataclass(frozen=True)
class Once:
    """By what it is known that a form comes again.

    Attributes:
        key: drawn when the form was shown first.
        digest: of all that it says, by which another one under the same key is found out.
    """

    key: str
    digest: bytes


def drawn_key(principal: Principal) -> str | None:
    """A key for a form that somebody fills in; None for nobody in particular, whose keys are not told apart."""
    known = principal.id or principal.client or principal.system
    return str(new_id()) if known else None


def once(key: str | None, name: str, given: Mapping[str, object]) -> Once | None:
    """By what a form is known again; None where it has no key.

    Args:
        key: of the form.
        name: of the form.
        given: what it says, in wire form.
    """
    if key is None:
        return None
    said = orjson.dumps([name, given], default=_file, option=orjson.OPT_SORT_KEYS)
    return Once(key, sha256(said).digest())


def _file(value: object) -> object:
    """A file as the digest of its content, so that one that is uploaded again is the same."""
    if isinstance(value, FileReference):
        return value.model_dump()
    raise TypeError
