"""Trusted documents: a list of the documents that are admitted, each known by a name or by the hash of its text.

A client asks by ``{"documentId": "sha256:..."}`` or, as Apollo Client does, by ``extensions.persistedQuery.sha256Hash``.
The list is never added to by who asks.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from relatum_schemas.errors import UnreadableFile
from relatum_server.graphql.errors import UNKNOWN_DOCUMENT, UNTRUSTED_DOCUMENT, Refusal, envelope

_PREFIX: Final = "sha256:"
_SUFFIXES: Final = ("*.graphql", "*.gql")
_MANIFEST: Final = "apollo-persisted-query-manifest"


class TrustedDocuments:
    """The documents of an installation.

    Args:
        documents: their texts, by the names that their list gives them; where it gives none, by the hash.
        only: whether others are refused.
    """

    def __init__(self, documents: Mapping[str, str], *, only: bool = False) -> None:
        """Index them."""
        self._texts = {_hash(text): text for text in documents.values()} | dict(documents)
        self._admitted = frozenset(documents.values())
        self._only = only

    def admit(self, text: str) -> None:
        """Let a document be asked.

        Raises:
            Refusal: it is not one of the list, and only those are admitted.
        """
        if self._only and text not in self._admitted:
            raise Refusal(
                403,
                [
                    envelope(
                        "This document is not one of those that are admitted here.",
                        UNTRUSTED_DOCUMENT,
                        hint="Ask one of the list by its documentId; operators add to the list.",
                    )
                ],
            )

    def text(self, given: Mapping[str, Any]) -> str:
        """The document that a request names, or holds.

        Args:
            given: the request's parameters.

        Raises:
            Refusal: it names none that is known, or another than it holds.
        """
        text, name = given.get("query"), _name(given)
        if text is not None and not isinstance(text, str):
            raise Refusal.of_request(400, "The query is a text.")
        if text is None:
            if name is None:
                raise Refusal.of_request(400, "The request has neither a query nor a documentId.")
            return self._named(name)
        if name is not None and name.removeprefix(_PREFIX) != _hash(text):
            raise Refusal.of_request(400, "The query is another than the one of that hash.")
        return text

    def _named(self, name: str) -> str:
        text = self._texts.get(name) or self._texts.get(name.removeprefix(_PREFIX))
        if text is None:
            # The message is the one by which older Apollo Clients know it.
            raise Refusal(
                404,
                [
                    envelope(
                        "PersistedQueryNotFound", UNKNOWN_DOCUMENT, hint="Send the query itself."
                    )
                ],
            )
        return text


def trusted_documents(path: Path, *, only: bool = False) -> TrustedDocuments:
    """The trusted documents of a folder or a list.

    Args:
        path: a folder of ``.graphql`` files, a document each; or a JSON file: an object from names to documents, as
            Relay's compiler writes it, or Apollo's manifest.
        only: whether other documents are refused.

    Raises:
        UnreadableFile: it is none of these.
    """
    try:
        return TrustedDocuments(
            dict(_from_folder(path) if path.is_dir() else _from_list(path)), only=only
        )
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            f"The trusted documents cannot be read from {path}: {error}.",
            hint="Name a folder of .graphql files, or the JSON file that Relay's compiler or Apollo's tool wrote.",
        ) from error


def _from_folder(folder: Path) -> Iterator[tuple[str, str]]:
    for pattern in _SUFFIXES:
        for file in sorted(folder.rglob(pattern)):
            text = file.read_text(encoding="utf-8")
            yield _hash(text), text


def _from_list(file: Path) -> Iterator[tuple[str, str]]:
    content = orjson.loads(file.read_bytes())
    listed = content.get("format") == _MANIFEST if isinstance(content, dict) else None
    match content, listed:
        case {"operations": [*operations]}, True:
            found = [
                (each.get("id"), each.get("body")) for each in operations if isinstance(each, dict)
            ]
        case dict(), False:
            found = list(content.items())
        case _:
            raise ValueError("it is no object from names to documents")
    for name, text in found:
        if not isinstance(name, str) or not isinstance(text, str):
            raise ValueError("a document or its name is no text")
        yield name, text


def _name(given: Mapping[str, Any]) -> str | None:
    """By what name a document is asked.

    Raises:
        Refusal: the name is no text.
    """
    name, extensions = given.get("documentId"), given.get("extensions")
    persisted = extensions.get("persistedQuery") if extensions else None
    if name is None and persisted is not None:
        name = persisted.get("sha256Hash") if isinstance(persisted, Mapping) else 0
    if name is not None and not isinstance(name, str):
        raise Refusal.of_request(400, "The name of a document is a text.")
    return name


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
