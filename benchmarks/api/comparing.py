"""How much of what can be had by hand the API keeps: each question to engine and floor in turn, round by round.

Both serve the same database, each in a process of its own on the same web server, so that what else the machine does
weighs on both. Before anything is measured they have given the same answers, and written the same rows.
``python -m benchmarks api``.
"""

import asyncio
import json
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from benchmarks.api.engine import token_of_somebody
from benchmarks.api.market import catalogue
from benchmarks.api.questions import CURSOR, PAGE, QUESTIONS, Question
from benchmarks.api.rows import counted
from benchmarks.api.world import World
from benchmarks.client import TOKEN, answers, load
from benchmarks.filling import fill
from benchmarks.servers import (
    WebServer,
    database_seconds,
    database_server,
    server_seconds,
    web_server,
)
from relatum.connections import DialectName

ORGANIZATIONS: Final = 20_000
ROUNDS: Final = 5
SECONDS: Final = 3.0
MANY: Final = 64
"""Connections at once, with which the slowest answers are looked at."""

_DRAWN: Final = 200
_VERIFIED: Final = 40


@dataclass(frozen=True)
class Round:
    """What one server did with one question in one round, or in the round in the middle.

    Attributes:
        rate: answers a second.
        median: milliseconds that half of the answers took at most.
        slow: milliseconds that 95 of 100 took at most.
        slowest: milliseconds that 99 of 100 took at most.
        server: milliseconds of the server's processor time per answer; on SQLite the database's are among them.
        database: milliseconds of PostgreSQL's processor time per answer.
    """

    rate: float
    median: float
    slow: float
    slowest: float
    server: float
    database: float


@dataclass(frozen=True)
class Compared:
    """What engine and floor do with one question on one database.

    Attributes:
        question: its name.
        about: what it asks.
        entities: in the database.
        bytes: of an answer, on average.
        engine: the median of its rounds, figure by figure.
        floor: likewise.
        ratio: the engine's rate by the floor's, the median of the rounds.
        by_cost: the floor's processor time by the engine's, the median of the rounds.
        goal: the ratio to be reached.
        many_median: milliseconds that half of the engine's answers took at most when 64 connections asked.
        many_slowest: milliseconds that 99 of 100 took at most then.
    """

    database: DialectName
    question: str
    about: str
    entities: int
    bytes: int
    engine: Round
    floor: Round
    ratio: float
    by_cost: float
    goal: float
    many_median: float
    many_slowest: float


def compare(
    dialect: DialectName,
    organizations: int = ORGANIZATIONS,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> list[Compared]:
    """Fill a database and ask engine and floor in turn, question by question.

    Raises:
        ValueError: they do not answer alike.
    """
    world = World(organizations)
    with tempfile.TemporaryDirectory(prefix="relatum-api-") as name:
        folder = Path(name)
        with database_server(dialect, folder) as url:
            asyncio.run(fill(url, catalogue(), world.commands()))
            os.environ[TOKEN] = asyncio.run(token_of_somebody(url))
            with (
                web_server("benchmarks.api.engine", url) as engine,
                web_server("benchmarks.api.floor", url) as floor,
            ):
                measuring = _Measuring(dialect, world, folder, url, engine, floor)
                return [measuring.compared(each, rounds, seconds) for each in QUESTIONS]


@dataclass(frozen=True)
class _Measuring:
    """Two servers over one database."""

    dialect: DialectName
    world: World
    folder: Path
    url: str
    engine: WebServer
    floor: WebServer

    def compared(self, question: Question, rounds: int, seconds: float) -> Compared:
        bodies = self._bodies(question)
        size = self._verified(question, bodies[:_VERIFIED])
        for server in (self.engine, self.floor):
            load(server.port, bodies, seconds=1)
        found = [
            (
                self._round(self.engine, bodies, seconds),
                self._round(self.floor, bodies, seconds),
            )
            for _ in range(rounds)
        ]
        many = load(self.engine.port, bodies, seconds=seconds, connections=MANY)
        engines, floors = zip(*found, strict=True)
        return Compared(
            self.dialect,
            question.name,
            question.about,
            self.world.entities,
            size,
            _median(engines),
            _median(floors),
            ratio=statistics.median(ours.rate / bare.rate for ours, bare in found),
            by_cost=statistics.median(
                (bare.server + bare.database) / (ours.server + ours.database)
                for ours, bare in found
            ),
            goal=question.goal,
            many_median=many.median,
            many_slowest=many.slowest,
        )

    def _round(self, server: WebServer, bodies: list[str], seconds: float) -> Round:
        before = server_seconds(server.process), database_seconds(self.folder)
        seen = load(server.port, bodies, seconds=seconds)
        after = server_seconds(server.process), database_seconds(self.folder)
        own, its = (
            1_000 * (end - begin) / seen.count for begin, end in zip(before, after, strict=True)
        )
        return Round(seen.rate, seen.median, seen.slow, seen.slowest, own, its)

    def _bodies(self, question: Question) -> list[str]:
        drawn = question.bodies(self.world, _DRAWN)
        if question is PAGE:
            drawn = [{**each, "variables": self._after(each["variables"])} for each in drawn]
        return [json.dumps(each) for each in drawn]

    def _after(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """The cursor of a place in the order of names."""
        (answer,) = answers(
            self.engine.port, [json.dumps({"query": CURSOR, "variables": dict(place)})]
        )
        return {"after": json.loads(answer)["data"]["organizations"]["pageInfo"]["endCursor"]}

    def _verified(self, question: Question, bodies: Sequence[str]) -> int:
        """Return the bytes of an answer, after engine and floor gave the same to every question.

        Raises:
            ValueError: they did not.
        """
        before = asyncio.run(counted(self.url))
        ours = answers(self.engine.port, list(bodies))
        between = asyncio.run(counted(self.url))
        bare = answers(self.floor.port, list(bodies))
        after = asyncio.run(counted(self.url))
        if question.writes and between - before != after - between:
            raise ValueError(
                f"{question.name}: the engine wrote {between - before}, the floor {after - between}."
            )
        for body, one, other in zip(bodies, ours, bare, strict=True):
            if _comparable(one, question) != _comparable(other, question):
                raise ValueError(f"Engine and floor differ on {body}:\n{one!r}\n{other!r}")
        return sum(map(len, ours)) // len(ours)


def _comparable(answer: bytes, question: Question) -> Any:
    """An answer without the ids of what is new in it."""
    data = json.loads(answer)["data"]
    if question.writes:
        del data["createPerson"]["record"]["id"]
    return data


def _median(rounds: Sequence[Round]) -> Round:
    names = [each.name for each in fields(Round)]
    return Round(
        **{name: statistics.median(getattr(each, name) for each in rounds) for name in names}
    )
