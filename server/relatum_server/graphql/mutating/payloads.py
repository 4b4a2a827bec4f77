"""Payloads as bytes: what was read of records goes in as the database wrote it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from relatum.session import Session
from relatum.session.calculating import Placed
from relatum.writing import Outcome
from relatum_schemas.errors import RelatumError
from relatum_schemas.kinds import Identity
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.mutating.performing import Doing, Result
from relatum_server.graphql.mutating.plan import RECORDS, Told
from relatum_server.graphql.mutating.telling import told_of
from relatum_server.graphql.splicing import by_id, taken_apart

_IDENTITY: Final = Identity()
_NEW: Final = frozenset({"created", "related"})
_NULL: Final = b"null"


@dataclass(frozen=True)
class Shown:
    """What a payload is put together from.

    Attributes:
        doing: the act.
        results: what became of each item.
        ids: of the records, in wire form, in the order of the results; None where nothing was written.
        records: per answer of the step's request the record, or for several the records by id.
        cursor: after what was done.
        known: what of the schema who asks may know of; None for all.
    """

    doing: Doing
    results: Sequence[Result]
    ids: Sequence[str | None]
    records: Mapping[int, Any]
    cursor: bytes
    known: Known | None

    def payload(self) -> bytes:
        """The payload as a whole."""
        return _object(self._member(each, 0) for each in self.doing.step.payload)

    def _member(self, told: Told, at: int) -> bytes:
        return told.key + self._value(told, at)

    def _value(self, told: Told, at: int) -> bytes:
        match told.part:
            case None:
                return told.text
            case "record":
                return self._record(told, at)
            case "change_cursor":
                return self.cursor
            case "results":
                each = (
                    _object(self._member(inner, position) for inner in told.inner)
                    for position in range(len(self.results))
                )
                return b"[%s]" % b",".join(each)
            case "index":
                return b"%d" % at
            case "id":
                return orjson.dumps(self.ids[at])
            case "created":
                return _created(self.results[at])
            case "error":
                return self._error(told, at)
        raise AssertionError(told.part)

    def _record(self, told: Told, at: int) -> bytes:
        found = self.records.get(told.position)
        if not self.doing.step.act.many:
            return found if isinstance(found, bytes) else _NULL
        named = self.ids[at]
        return _NULL if found is None or named is None else found.get(named, _NULL)

    def _error(self, shown: Told, at: int) -> bytes:
        error = self.results[at]
        if not isinstance(error, RelatumError):
            return _NULL
        told = told_of(error, self.doing, error.path, self.known)
        facts: dict[str, Any] = {
            "code": told.code,
            "message": told.message,
            "path": [str(step) for step in told.path],
            "hint": told.hint,
        }
        return _object(
            each.key + (each.text if each.part is None else orjson.dumps(facts[each.part]))
            for each in shown.inner
        )


async def payload(
    session: Session, doing: Doing, results: Sequence[Result], known: Known | None
) -> bytes:
    """What is told of an act that was done.

    Args:
        session: in the unit of work, as which it is read.
        doing: the act.
        results: what became of each item.
        known: what of the schema who asks may know of; None for all.
    """
    ids = [_IDENTITY.wire(each.id) if isinstance(each, Outcome) else None for each in results]
    cursor = orjson.dumps(await session.change_cursor())
    records = await _records(session, doing, [each for each in ids if each is not None])
    return Shown(doing, results, ids, records, cursor, known).payload()


async def _records(session: Session, doing: Doing, ids: Sequence[str]) -> dict[int, Any]:
    """What is shown of the records, per answer of the step's request."""
    request, many = doing.step.request, doing.step.act.many
    if request is None or not ids:
        return {}
    named = list(ids) if many else ids[0]
    try:
        with Placed(lambda path: ()):  # where the records stand in the response is not known here
            answer = await session.read(request, {**doing.parameters, RECORDS: named})
    except RelatumError as error:
        error.path = doing.step.place(error.path)
        raise
    answers = taken_apart(answer)
    return {at: by_id(each) for at, each in answers.items()} if many else dict(answers)


def _created(result: Result) -> bytes:
    if isinstance(result, RelatumError):
        return _NULL
    return b"true" if result.operation in _NEW else b"false"


def _object(members: Iterator[bytes]) -> bytes:
    return b"{%s}" % b",".join(members)
