"""What the statements are like: one per request, lean, free of anybody's data."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from relatum.access import SYSTEM, UNGUARDED, AccessView, Principal
from relatum.connections import DialectName
from relatum.reading import Plans, ReadPlan, plan
from relatum.reading.cursors import order_digest
from relatum.session import Database
from relatum.tables import build_tables
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Compare,
    Connection,
    EdgesItem,
    EndOutput,
    FieldPath,
    Function,
    GroupKey,
    KeyOutput,
    Many,
    Measure,
    MeasureOutput,
    Neighbourhood,
    One,
    Operator,
    Page,
    Parameter,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    ShortestPath,
)
from tests.core.reading.asking import by, page, request, rows, shows
from tests.core.reading.museum import CATALOGUE

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def planned(asked: Request, dialect: DialectName, access: AccessView = UNGUARDED) -> ReadPlan:
    return plan(
        asked,
        catalogue=CATALOGUE,
        tables=build_tables(CATALOGUE),
        access=access,
        dialect=dialect,
    )


def nested() -> Request:
    exhibits = EndOutput(
        key="exhibits",
        end="exhibits",
        order=(by("valid_from"),),
        page=Page(first=10),
        form=Connection(
            items=(
                EdgesItem(
                    key="edges",
                    outputs=(
                        *shows("label_text", "valid_from"),
                        AcrossOutput(key="node", outputs=shows("id", "name")),
                    ),
                ),
            )
        ),
    )
    halls = EdgesItem(
        key="edges", outputs=(SelfOutput(key="node", outputs=(*shows("name"), exhibits)),)
    )
    after = Parameter(parameter="after")
    return request(
        Rows(type="Hall"),
        Connection(items=(halls,)),
        order=(by("name"),),
        page=Page(first=50, after=after),
    )


def test_the_nested_list_is_correlated_sub_selects_and_nothing_else(dialect: DialectName) -> None:
    sql = planned(nested(), dialect).sql
    for table in ("museum__hall", "museum__exhibit", "museum__stands_in"):
        assert sql.count(f"FROM {table} ") == 1
    assert not any(word in sql for word in (" OVER ", "WITH ", " JOIN ", " UNION "))
    assert sql.count("LIMIT") == 2


def test_a_page_that_tells_of_itself_is_read_once(dialect: DialectName) -> None:
    sql = planned(page("Hall", "name", first=5), dialect).sql
    assert sql.count("FROM museum__hall ") == 2, "the page, and the total count"
    assert sql.count("row_number() OVER ()") == 1


def test_a_cursor_becomes_a_range_of_whole_keys(dialect: DialectName) -> None:
    made = planned(nested(), dialect)
    assert " > (" not in made.sql
    place = bytes(f'[1, "{digest_of(made)}", "b", "{uuid4()}"]', "ascii").hex()
    bound = made.bind({"after": place}, now=NOW, principal=Principal())
    assert "name__key, hall_1.id) > (" in bound.prepared.text


def digest_of(made: ReadPlan) -> str:
    (root,) = made.request.fields
    return order_digest(["rows.Hall", *(each.model_dump_json() for each in root.order)])


def test_a_statement_that_guards_nothing_has_no_predicate(dialect: DialectName) -> None:
    open_to_all = planned(rows("Hall", *shows("name")), dialect, AccessView(frozenset({"visitor"})))
    assert open_to_all.sql == planned(rows("Hall", *shows("name")), dialect).sql


def test_a_type_without_grants_is_empty_and_asks_no_one(dialect: DialectName) -> None:
    sql = planned(rows("Keeper", *shows("id")), dialect, AccessView(frozenset({"visitor"}))).sql
    assert "principal" not in sql
    assert "false" in sql or "0 = 1" in sql


def test_a_plan_holds_nobodys_data(dialect: DialectName) -> None:
    view = AccessView(frozenset({"keeper"}))
    made = planned(rows("Exhibit", *shows("name")), dialect, view)
    me, you = (Principal(uuid4(), None, frozenset({"keeper"})) for _ in range(2))
    mine, yours = (made.bind({}, now=NOW, principal=each) for each in (me, you))
    assert mine.prepared is yours.prepared
    assert me.id in mine.values.values()
    assert me.id not in yours.values.values()


def test_plans_are_kept_by_request_and_roles(
    dialect: DialectName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relatum.reading.plans.plan", plan)  # without those kept between tests
    plans = Plans(catalogue=CATALOGUE, tables=build_tables(CATALOGUE), dialect=dialect, kept=2)
    keeper = Principal(uuid4(), None, frozenset({"keeper"}))
    other = Principal(uuid4(), None, frozenset({"keeper"}))
    first = plans.get(nested(), keeper)
    assert plans.get(nested(), other) is first
    assert plans.get(nested(), Principal(roles=frozenset({"visitor"}))) is not first
    assert plans.get(nested(), keeper) is first
    plans.get(rows("Hall", *shows("id")), keeper)
    plans.get(rows("Hall", *shows("name")), keeper)
    assert plans.get(nested(), keeper) is not first


def test_a_literal_list_may_be_part_of_a_kept_request(dialect: DialectName) -> None:
    plans = Plans(catalogue=CATALOGUE, tables=build_tables(CATALOGUE), dialect=dialect)
    chosen = Compare(path=FieldPath(field="name"), operator=Operator.IN, value=["a", "b"])
    asked = rows("Hall", *shows("id"), filter=chosen)
    assert plans.get(asked, SYSTEM) is plans.get(asked.model_copy(deep=True), SYSTEM)


@pytest.mark.parametrize(
    ("field", "sorted_"), [("name", False), ("code", False), ("found", True), ("worth", True)]
)
def test_what_a_page_shows_is_made_for_its_rows_alone(
    dialect: DialectName, field: str, sorted_: bool
) -> None:
    asked = page("Exhibit", "id", first=3, order=(f"-{field}",))
    assert ("chosen_" in planned(asked, dialect).sql) == sorted_


@pytest.mark.parametrize("shape", ["page", "aggregate", "search", "around", "path", "record"])
async def test_every_question_is_one_statement(museum: Database, shape: str) -> None:
    some = str(uuid4())
    asked = {
        "page": page("Exhibit", "name", first=3),
        "aggregate": request(
            Rows(type="Exhibit"),
            Aggregate(
                group_by=(GroupKey(path=FieldPath(field="found")),),
                outputs=(
                    KeyOutput(key="found", index=0),
                    MeasureOutput(
                        key="sum",
                        measure=Measure(function=Function.SUM, path=FieldPath(field="worth")),
                    ),
                ),
            ),
        ),
        "search": request(Search(text="gold"), Many(outputs=shows("id", "label"))),
        "around": request(Neighbourhood(id=some, depth=3), Many(outputs=shows("id"))),
        "path": request(ShortestPath(start=some, end=some), Many(outputs=shows("id"))),
        "record": request(Rows(type="Record"), One(outputs=shows("id", "type", "version"))),
    }[shape]
    both = Request(
        fields=(
            asked.fields[0],
            RootField(key="again", source=Rows(type="Hall"), form=Many(outputs=shows("id"))),
        )
    )
    with museum.connections.count_statements() as statements:
        await museum.as_(Principal(roles=frozenset({"administrator"}))).read(both)
    assert len(statements) == 1


@pytest.mark.parametrize("operator", [Operator.EQ, Operator.IN])
def test_an_indexed_text_is_found_by_what_its_index_has(
    dialect: DialectName, operator: Operator
) -> None:
    """The index is of the folded text; the text itself has to be the same, too."""
    asked = Compare(
        path=FieldPath(field="nickname"), operator=operator, value=Parameter(parameter="given")
    )
    [statement] = [planned(rows("Keeper", *shows("id"), filter=asked), dialect).sql]
    where = statement.partition("WHERE")[2]
    assert where.index("nickname__key") < where.index("nickname ")
