"""What a person is entitled to is looked up: it takes no longer for what others hold."""

from dataclasses import replace
from uuid import uuid4

from relatum.access import SYSTEM
from relatum.connections.types import FOREVER
from relatum.reading.standing import standing_plan
from tests.core.identity.office import OFFICE, Office

PEOPLE = 1_500
ROLES = ("clerk", "partner_admin", "administrator")


async def test_roles_are_looked_up_among_those_of_many_others(office: Office) -> None:
    database = office.database
    connections, holding = database.connections, database.tables.holding
    async with database.as_(SYSTEM).unit() as unit:
        made = [await unit.create(OFFICE.Person(family_name=f"P{n}")) for n in range(PEOPLE)]
    now = office.clock()
    columns = ("id", "record_id", "role", "recorded_from", "recorded_to")
    rows = [(uuid4(), each.id, role, now, FOREVER) for each in made for role in ROLES]
    async with connections.writing() as writing:
        await writing.copy(holding, columns, rows)
        await writing.script("ANALYZE")
    plan = standing_plan(
        catalogue=database.catalogue, tables=database.tables, dialect=connections.dialect
    )
    bound = plan.bind(made[0].id, None, now=now)
    word = "EXPLAIN QUERY PLAN" if connections.dialect == "sqlite" else "EXPLAIN"
    asked = replace(bound.prepared, text=f"{word} {bound.prepared.text}", decoders=())
    async with connections.reading() as connection:
        held = {row[1] for row in await connection.rows(bound.prepared, bound.values)}
        told = "\n".join(str(row[-1]) for row in await connection.rows(asked, bound.values))
    assert held == set(ROLES)
    assert "ix_holding__record_id__role" in told
    assert "SCAN holding" not in told
    assert "Seq Scan on holding" not in told
