"""Pages of lists are read in the order of an index until there are enough, whatever is asked of codes that many share."""

from dataclasses import replace

import pytest

from relatum.access import SYSTEM
from relatum_schemas.selection import (
    All,
    Compare,
    Condition,
    FieldOutput,
    FieldPath,
    Many,
    Operator,
    Order,
    Page,
    Parameter,
    Request,
    RootField,
    Rows,
)
from tests.core.viewing.conftest import Yard


def compare(field: str) -> Condition:
    asked = Parameter(parameter="asked", many=True)
    return Compare(path=FieldPath(field=field), operator=Operator.IN, value=asked)


AFLOAT = Compare(path=FieldPath(field="afloat"), operator=Operator.EQ, value=True)


async def plan_of(yard: Yard, condition: Condition, key: str) -> str:
    """How the database means to give the first rows in an order."""
    root = RootField(
        key="list",
        source=Rows(type="Boat", filter=condition),
        form=Many(outputs=(FieldOutput(key="name", field="name"),)),
        order=(Order(path=FieldPath(field=key)),),
        page=Page(first=25),
    )
    database = yard.database
    plan = database.storage.plans.get(Request(fields=(root,)), SYSTEM)
    bound = plan.bind({"asked": ["ketch"]}, now=database.storage.clock(), principal=SYSTEM)
    text = f"EXPLAIN QUERY PLAN {bound.prepared.text}"
    explained = replace(bound.prepared, text=text, decoders=())
    async with database.connections.reading() as connection:
        rows = await connection.rows(explained, bound.values)
    return "\n".join(str(each[-1]) for each in rows)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("condition", [compare("rig"), All(of=(compare("rig"), AFLOAT))])
async def test_codes_are_compared_and_rows_read_in_their_order(
    yard_of_boats: Yard, condition: Condition
) -> None:
    plan = await plan_of(yard_of_boats, condition, "launched")
    assert "USING INDEX ix_yard__boat__launched__id" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_codes_are_looked_up_where_they_give_the_order(yard_of_boats: Yard) -> None:
    plan = await plan_of(yard_of_boats, compare("rig"), "rig")
    assert "ix_yard__boat__rig__id (rig=?" in plan
