"""Create, update, relate, end, change, correct: what is written, and what is refused."""

from datetime import date
from uuid import uuid4

import pytest

from relatum.connections.types import FOREVER
from relatum.identifiers import new_id
from relatum.writing import Change, Correct, Create, End, Relate, Update
from relatum_schemas.errors import (
    BadPeriod,
    BadReference,
    BadTransition,
    BadValue,
    Conflict,
    Cycle,
    LimitBroken,
    NotFound,
    NumericOverflow,
    Overlap,
    Problems,
    Required,
    StaleVersion,
    UnknownField,
    UnknownType,
)
from tests.core.writing.stored import Stored


async def test_a_new_entity_is_there_in_every_table(shop: Stored) -> None:
    (made,) = await shop.apply(
        Create("Person", {"first_name": "Zoë", "last_name": "Ünal"}, external_keys=(("crm", "7"),))
    )
    assert (made.type, made.version, made.operation) == ("Person", 1, "created")
    row = (await shop.current("Person"))[made.id]
    assert (row["last_name"], row["last_name__key"], row["score"]) == ("Ünal", "unal", 0)
    (version,) = await shop.versions("Person", made.id)
    assert version["recorded_to"] == FOREVER
    (record,) = await shop.rows("record")
    assert (record["label"], record["label__key"]) == ("Zoë Ünal", "zoe unal")
    assert {row["field"]: row["tokens"] for row in await shop.rows("search")} == {
        "first_name": "zoe",
        "last_name": "unal",
    }
    (key,) = await shop.rows("external_key")
    assert (key["key"], key["record_id"]) == ("7", made.id)
    (line,) = await shop.rows("change")
    assert line["fields"] == ("first_name", "last_name", "score")
    await shop.assert_sound()


async def test_an_update_makes_a_version_and_keeps_label_and_words_in_step(shop: Stored) -> None:
    (made,) = await shop.apply(Create("Person", {"last_name": "Ito", "notes": "likes tea"}))
    (done,) = await shop.apply(Update(made.id, {"last_name": "Itō", "notes": None}, if_version=1))
    assert done.version == 2
    (record,) = await shop.rows("record")
    assert record["label"] == "Itō"
    assert [row["field"] for row in await shop.rows("search")] == ["last_name"]
    assert (await shop.operations(made.id)) == ["created", "updated"]
    await shop.assert_sound()


async def test_an_update_that_changes_nothing_writes_nothing(shop: Stored) -> None:
    (made,) = await shop.apply(Create("Person", {"last_name": "Ito"}))
    (done,) = await shop.apply(Update(made.id, {"last_name": "Ito"}))
    assert done.version == 1
    assert len(await shop.rows("unit_of_work")) == 1


async def test_all_problems_of_a_batch_are_told_at_once(shop: Stored) -> None:
    with pytest.raises(Problems) as told:
        await shop.apply(
            Create("Person", {"lastname": "Ito", "born": "yesterday"}),
            Create("Persn", {}),
            Create("Person", {"last_name": "A", "salary": {"amount": "1.234", "currency": "EUR"}}),
            Update(uuid4(), {}),
        )
    found = {problem.path: type(problem) for problem in told.value.problems}
    assert found == {
        (0, "lastname"): UnknownField,
        (0, "born"): BadValue,
        (0, "last_name"): Required,
        (1, "type"): UnknownType,
        (2, "salary", "amount"): BadValue,
        (3, "id"): NotFound,
    }
    assert await shop.rows("record") == []


async def test_a_stale_version_is_refused_and_tells_the_present_one(shop: Stored) -> None:
    (made,) = await shop.apply(Create("Person", {"last_name": "Ito"}))
    await shop.apply(Update(made.id, {"last_name": "Sato"}))
    with pytest.raises(StaleVersion) as told:
        await shop.apply(Update(made.id, {"last_name": "Abe"}, if_version=1))
    assert told.value.details == {"version": 2}
    assert told.value.path == (0, "if_version")


async def test_states_follow_their_transitions_and_demand_expected_facts(shop: Stored) -> None:
    firm, job = new_id(), new_id()
    await shop.apply(
        Create("Firm", {"name": "A"}, firm),
        Create("Job", {"title": "J"}, job),
        Relate("JobAt", job, firm),
    )
    with pytest.raises(BadTransition) as told:
        await shop.apply(Update(job, {"state": "done"}))
    assert told.value.path == (0, "done_on")
    await shop.apply(Update(job, {"state": "done", "done_on": "2024-05-01"}))
    with pytest.raises(BadTransition):
        await shop.apply(Update(job, {"state": "open"}))


async def test_what_a_computed_field_cannot_hold_is_refused(shop: Stored) -> None:
    with pytest.raises(NumericOverflow) as told:
        await shop.apply(Create("Job", {"title": "J", "hours": 10**17, "rate": 10**17}))
    assert told.value.path == (0, "hours")
    (job, firm) = (new_id(), new_id())
    await shop.apply(
        Create("Job", {"title": "J", "hours": 10**17}, job),
        Create("Firm", {"name": "F"}, firm),
        Relate("JobAt", job, firm),
    )
    with pytest.raises(NumericOverflow) as told:
        await shop.apply(Update(job, {"rate": 10**17}))
    assert told.value.path == (0, "rate")


async def test_codes_of_a_list_kept_as_data_must_be_in_it(shop: Stored) -> None:
    with pytest.raises(BadValue) as told:
        await shop.apply(Create("Job", {"title": "J", "kind": "repair"}))
    assert told.value.path == (0, "kind")


async def test_unique_values_and_combinations_are_held(shop: Stored) -> None:
    await shop.apply(Create("Firm", {"name": "A", "city": "Ulm", "number": 1}))
    with pytest.raises(Conflict) as told:
        await shop.apply(Create("Firm", {"name": "B", "number": 1}))
    assert told.value.path == (0, "number")
    with pytest.raises(Conflict) as told:
        await shop.apply(
            Create("Firm", {"name": "A", "city": "Bonn"}),
            Create("Firm", {"name": "A", "city": "Ulm"}),
        )
    assert told.value.path == (1, "name")
    with pytest.raises(Conflict):
        await shop.apply(
            Create("Firm", {"name": "C", "number": 2}), Create("Firm", {"name": "D", "number": 2})
        )
    await shop.apply(Create("Firm", {"name": "A"}), Create("Firm", {"name": "A"}))


async def test_an_external_key_names_one_record(shop: Stored) -> None:
    await shop.apply(Create("Firm", {"name": "A"}, external_keys=(("crm", "1"),)))
    with pytest.raises(Conflict) as told:
        await shop.apply(Create("Firm", {"name": "B"}, external_keys=(("crm", "1"),)))
    assert told.value.path == (0, "external_keys")


async def test_a_tie_is_related_changed_corrected_and_ended(shop: Stored) -> None:
    person, firm, tie = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        Create("Firm", {"name": "A"}, firm),
        Relate("WorksAt", person, firm, {"role": "clerk"}, "2020-01-01", id=tie),
    )
    (changed,) = await shop.apply(Change(tie, date(2022, 1, 1), {"role": "head"}))
    assert changed.operation == "changed"
    assert [each.id for each in changed.consequences] == [tie]
    rows = await shop.current("WorksAt")
    assert (rows[tie]["valid_to"], rows[tie]["role"]) == (date(2022, 1, 1), "clerk")
    successor = rows[changed.id]
    assert (successor["valid_from"], successor["valid_to"], successor["role"]) == (
        date(2022, 1, 1),
        None,
        "head",
    )
    await shop.apply(Correct(tie, {"role": "trainee"}, valid_from="2019-07-01"))
    await shop.apply(End(changed.id, "2023-01-01"))
    rows = await shop.current("WorksAt")
    assert (rows[tie]["role"], rows[tie]["valid_from"]) == ("trainee", date(2019, 7, 1))
    assert rows[changed.id]["valid_to"] == date(2023, 1, 1)
    assert await shop.operations(tie) == ["related", "changed", "corrected"]
    assert await shop.operations(changed.id) == ["related", "ended"]
    await shop.assert_sound()


@pytest.mark.parametrize(
    ("valid_from", "valid_to"), [("2020-01-01", "2020-01-01"), ("2020-01-02", "2020-01-01")]
)
async def test_an_empty_period_is_refused(shop: Stored, valid_from: str, valid_to: str) -> None:
    person, firm = new_id(), new_id()
    with pytest.raises(BadPeriod):
        await shop.apply(
            Create("Person", {"last_name": "Ito"}, person),
            Create("Firm", {"name": "A"}, firm),
            Relate("WorksAt", person, firm, {}, valid_from, valid_to),
        )


async def test_ends_must_be_there_and_of_the_right_type(shop: Stored) -> None:
    person, firm = new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person), Create("Firm", {"name": "A"}, firm)
    )
    with pytest.raises(Problems) as told:
        await shop.apply(Relate("WorksAt", person, uuid4()), Relate("WorksAt", firm, firm))
    assert {problem.path for problem in told.value.problems} == {(0, "target"), (1, "source")}
    assert all(isinstance(problem, BadReference) for problem in told.value.problems)


async def test_the_same_two_are_not_tied_twice_at_a_time(shop: Stored) -> None:
    person, firm = new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        Create("Firm", {"name": "A"}, firm),
        Relate("WorksAt", person, firm, {}, "2020-01-01", "2021-01-01"),
        Relate("WorksAt", person, firm, {}, "2021-01-01"),
        Relate("Owns", person, firm),
    )
    with pytest.raises(Overlap):
        await shop.apply(Relate("WorksAt", person, firm, {}, None, "2020-01-02"))
    with pytest.raises(Overlap):
        await shop.apply(Relate("Owns", person, firm))


async def test_a_symmetric_tie_is_the_same_from_both_sides(shop: Stored) -> None:
    one, other = new_id(), new_id()
    await shop.apply(
        Create("Firm", {"name": "A"}, one),
        Create("Firm", {"name": "B"}, other),
        Relate("Competes", other, one),
    )
    (row,) = (await shop.current("Competes")).values()
    assert (row["source_id"], row["target_id"]) == (one, other)
    with pytest.raises(Overlap):
        await shop.apply(Relate("Competes", one, other))
    with pytest.raises(BadReference):
        await shop.apply(Relate("Competes", one, one))


async def test_a_maximum_holds_at_every_instant(shop: Stored) -> None:
    person, firms = new_id(), [new_id() for _ in range(4)]
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        *(Create("Firm", {"name": str(at)}, firm) for at, firm in enumerate(firms)),
        Relate("WorksAt", person, firms[0], {}, "2020-01-01", "2021-01-01"),
        Relate("WorksAt", person, firms[1], {}, "2020-06-01"),
        Relate("WorksAt", person, firms[2], {}, "2021-01-01"),
    )
    with pytest.raises(LimitBroken) as told:
        await shop.apply(Relate("WorksAt", person, firms[3], {}, "2020-12-31", "2021-01-01"))
    assert told.value.path == (0, "target")
    await shop.apply(Relate("WorksAt", person, firms[3], {}, "2019-01-01", "2020-06-01"))


async def test_a_maximum_counts_per_property(shop: Stored) -> None:
    firm, *dealers = [new_id() for _ in range(4)]
    await shop.apply(
        *(Create("Firm", {"name": str(each)}, each) for each in (firm, *dealers)),
        Relate("Deals", firm, dealers[0], {"product": "pumps"}),
        Relate("Deals", firm, dealers[1], {"product": "valves"}),
    )
    with pytest.raises(LimitBroken):
        await shop.apply(Relate("Deals", firm, dealers[2], {"product": "pumps"}))


async def test_a_minimum_is_judged_at_the_end_of_the_unit(shop: Stored) -> None:
    with pytest.raises(LimitBroken) as told:
        await shop.apply(Create("Job", {"title": "J"}))
    assert told.value.details["end"] == "firm"
    assert await shop.rows("record") == []


async def test_a_hierarchy_never_contains_itself(shop: Stored) -> None:
    firms = [new_id() for _ in range(4)]
    a, b, c, d = firms
    await shop.apply(
        *(Create("Firm", {"name": str(each)}, each) for each in firms),
        Relate("PartOf", a, b, {}, "2020-01-01", "2021-01-01"),
        Relate("PartOf", b, c, {}, "2020-01-01"),
        Relate("PartOf", c, d),
    )
    with pytest.raises(Cycle):
        await shop.apply(Relate("PartOf", d, a, {}, "2020-12-31"))
    with pytest.raises(Cycle):
        await shop.apply(Relate("PartOf", d, d))
    await shop.apply(Relate("PartOf", d, a, {}, "2021-01-01"))


async def test_statements_do_not_grow_with_rows(shop: Stored) -> None:
    async def statements(count: int) -> int:
        firm = new_id()
        people = [new_id() for _ in range(count)]
        with shop.connections.count_statements() as seen:
            await shop.apply(
                Create("Firm", {"name": str(count)}, firm),
                *(Create("Person", {"last_name": "P"}, each) for each in people),
                *(Relate("WorksAt", each, firm) for each in people),
            )
            await shop.apply(*(Update(each, {"last_name": "Q"}) for each in people))
        return len(seen)

    assert await statements(40) == await statements(400)
