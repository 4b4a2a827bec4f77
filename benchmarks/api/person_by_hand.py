"""A new person with an employment, written by hand: the very rows that the engine writes, and the answer.

Registry, person, tie, a version of each, words for search, the unit of work and its two lines in the change log, with
their digests. On PostgreSQL one statement does it, in a transaction of its own; on SQLite one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from benchmarks.api.world import identity
from relatum.changes import lines
from relatum.identifiers import new_id
from relatum.text import fold, label_key, tokens

_ACTOR: Final = identity("Person", 0)
_FOREVER: Final = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_PERSON_FIELDS: Final = ("first_name", "last_name", "email")
_TIE_FIELDS: Final = ("role",)


@dataclass(frozen=True)
class _Newcomer:
    """What is written, out of the input of the mutation."""

    unit: UUID
    person: UUID
    tie: UUID
    firm: UUID
    first: str
    last: str
    email: str
    role: str
    since: str
    salts: tuple[bytes, bytes]
    digests: tuple[bytes, bytes]

    @property
    def label(self) -> str:
        return f"{self.first} {self.last}"


def _newcomer(given: Mapping[str, Any]) -> _Newcomer:
    (employment,) = given["employers"]["relate"]
    unit, person, tie = new_id(), new_id(), new_id()
    salts = lines.new_salt(), lines.new_salt()
    return _Newcomer(
        unit=unit,
        person=person,
        tie=tie,
        firm=UUID(employment["id"]),
        first=given["firstName"],
        last=given["lastName"],
        email=given["email"],
        role=employment["role"],
        since=employment["validFrom"],
        salts=salts,
        digests=(
            _digest(salts[0], unit, "Person", person, "created", _PERSON_FIELDS),
            _digest(salts[1], unit, "WorksAt", tie, "related", _TIE_FIELDS),
        ),
    )


def _digest(
    salt: bytes, unit: UUID, type_name: str, record: UUID, operation: str, fields: tuple[str, ...]
) -> bytes:
    return lines.line_digest(
        salt,
        unit=unit,
        actor=_ACTOR,
        type_name=type_name,
        record=record,
        version=1,
        operation=operation,
        fields=fields,
    )


class PostgresqlHire:
    """On one asyncpg connection, prepared."""

    SQL: Final = """
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
unit AS (
  INSERT INTO unit_of_work (id, recorded_at, actor, purpose)
  SELECT $1, at, $2, 'operate' FROM moment
),
registry AS (
  INSERT INTO record (id, type, label, label__key, deleted)
  VALUES ($3, 'Person', $5, $6, false), ($4, 'WorksAt', NULL, NULL, false)
),
person AS (
  INSERT INTO market__person
    (id, version, recorded_from, first_name, first_name__key, last_name, last_name__key, email, email__key)
  SELECT $3, 1, at, $7::text, $8::text, $9::text, $10::text, $11::text, $12::text FROM moment
),
person_version AS (
  INSERT INTO market__person_version
    (id, version, recorded_from, recorded_to, first_name, first_name__key, last_name, last_name__key, email, email__key)
  SELECT $3, 1, at, $18, $7::text, $8::text, $9::text, $10::text, $11::text, $12::text FROM moment
),
tie AS (
  INSERT INTO market__works_at (id, version, recorded_from, source_id, target_id, valid_from, role)
  SELECT $4, 1, at, $3, $13::uuid, $14::date, $15::text FROM moment
),
tie_version AS (
  INSERT INTO market__works_at_version
    (id, version, recorded_from, recorded_to, source_id, target_id, valid_from, role)
  SELECT $4, 1, at, $18, $3, $13::uuid, $14::date, $15::text FROM moment
),
words AS (
  INSERT INTO search (record_id, type, field, is_label, tokens)
  VALUES ($3, 'Person', 'first_name', true, $16), ($3, 'Person', 'last_name', true, $17)
),
log AS (
  INSERT INTO change (unit_id, type, record_id, version, operation, fields, salt, digest)
  VALUES ($1, 'Person', $3, 1, 'created', $19, $20, $21), ($1, 'WorksAt', $4, 1, 'related', $22, $23, $24)
)
SELECT json_build_object('data', json_build_object('createPerson', json_build_object('record', json_build_object(
  'id', $3::uuid,
  'label', $5::text,
  'employers', json_build_object('edges', json_build_array(json_build_object(
    'role', $15::text,
    'validFrom', $14::date,
    'node', (SELECT row_to_json(firm) FROM (SELECT id, name FROM market__organization WHERE id = $13) AS firm)
  )))
))))
"""

    def __init__(self, statement: Any) -> None:
        self._statement = statement

    @classmethod
    async def prepared(cls, raw: Any) -> "PostgresqlHire":
        """Ready on a connection."""
        return cls(await raw.prepare(cls.SQL))

    async def hire(self, given: Mapping[str, Any]) -> bytes:
        """Write, and return the answer."""
        new = _newcomer(given)
        answer: bytes = await self._statement.fetchval(
            new.unit, _ACTOR, new.person, new.tie,
            new.label, label_key(new.label),
            new.first, fold(new.first), new.last, fold(new.last), new.email, fold(new.email),
            new.firm, date.fromisoformat(new.since), new.role,
            tokens(new.first), tokens(new.last), _FOREVER,
            list(_PERSON_FIELDS), new.salts[0], new.digests[0],
            list(_TIE_FIELDS), new.salts[1], new.digests[1],
        )  # fmt: skip
        return answer


class SqliteHire:
    """On one SQLite connection."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def hire(self, given: Mapping[str, Any]) -> bytes:
        """Write, and return the answer."""
        new = _newcomer(given)
        run = self._raw.execute
        run("BEGIN IMMEDIATE")
        try:
            self._write(new)
            ((name,),) = run(
                "SELECT name FROM market__organization WHERE id = ?", (new.firm.bytes,)
            ).fetchall()
        except BaseException:
            run("ROLLBACK")
            raise
        run("COMMIT")
        node = {"id": str(new.firm), "name": name}
        edge = {"role": new.role, "validFrom": new.since, "node": node}
        record = {"id": str(new.person), "label": new.label, "employers": {"edges": [edge]}}
        return orjson.dumps({"data": {"createPerson": {"record": record}}})

    def _write(self, new: _Newcomer) -> None:
        run, now, forever = self._raw.execute, _instant(datetime.now(UTC)), _instant(_FOREVER)
        person, tie, unit = new.person.bytes, new.tie.bytes, new.unit.bytes
        run(
            "INSERT INTO unit_of_work (id, recorded_at, actor, purpose) VALUES (?, ?, ?, 'operate')",
            (unit, now, _ACTOR.bytes),
        )
        run(
            "INSERT INTO record (id, type, label, label__key, deleted) "
            "VALUES (?, 'Person', ?, ?, 0), (?, 'WorksAt', NULL, NULL, 0)",
            (person, new.label, label_key(new.label), tie),
        )
        own = (
            person, 1, now, new.first, fold(new.first), new.last, fold(new.last), new.email, fold(new.email),
        )  # fmt: skip
        columns = (
            "id, version, recorded_from, first_name, first_name__key, last_name, last_name__key, "
            "email, email__key"
        )
        run(f"INSERT INTO market__person ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", own)
        run(
            f"INSERT INTO market__person_version ({columns}, recorded_to) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*own, forever),
        )
        between = (tie, 1, now, person, new.firm.bytes, new.since, new.role)
        columns = "id, version, recorded_from, source_id, target_id, valid_from, role"
        run(f"INSERT INTO market__works_at ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", between)
        run(
            f"INSERT INTO market__works_at_version ({columns}, recorded_to) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*between, forever),
        )
        run(
            "INSERT INTO search (record_id, type, field, is_label, tokens) "
            "VALUES (?, 'Person', 'first_name', 1, ?), (?, 'Person', 'last_name', 1, ?)",
            (person, tokens(new.first), person, tokens(new.last)),
        )
        self._log(new)

    def _log(self, new: _Newcomer) -> None:
        """The lines of the change log, numbered and chained, which on SQLite the writer does."""
        run, unit = self._raw.execute, new.unit.bytes
        position, chain = run(
            "SELECT position, chain FROM change WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1"
        ).fetchone()
        first = lines.chained(chain, new.digests[0])
        second = lines.chained(first, new.digests[1])
        run(
            "INSERT INTO change "
            "(unit_id, type, record_id, version, operation, fields, salt, digest, position, chain) VALUES "
            "(?, 'Person', ?, 1, 'created', ?, ?, ?, ?, ?), (?, 'WorksAt', ?, 1, 'related', ?, ?, ?, ?, ?)",
            (
                unit, new.person.bytes, orjson.dumps(_PERSON_FIELDS).decode(),
                new.salts[0], new.digests[0], position + 1, first,
                unit, new.tie.bytes, orjson.dumps(_TIE_FIELDS).decode(),
                new.salts[1], new.digests[1], position + 2, second,
            ),
        )  # fmt: skip


def _instant(moment: datetime) -> str:
    """As SQLite keeps instants."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
