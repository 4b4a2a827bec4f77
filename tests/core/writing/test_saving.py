"""Saving records with their ties: what is made and changed, what is told where, and who may know by which key."""

import asyncio
from uuid import UUID

import pytest

from relatum.access import SYSTEM, Principal
from relatum.identifiers import new_id
from relatum.writing import (
    Create,
    Delete,
    Key,
    Outcome,
    Relate,
    Restore,
    Saving,
    Tied,
    Update,
    run_unit,
)
from relatum_schemas.errors import (
    BadValue,
    Conflict,
    Forbidden,
    LimitBroken,
    NotFound,
    Problems,
    RelatumError,
    StaleVersion,
    UnknownField,
)
from tests.core.writing.stored import Stored

CLERK = Principal(id=new_id(), roles=frozenset({"clerk"}))


async def save(shop: Stored, *savings: Saving, principal: Principal = SYSTEM) -> list[Outcome]:
    return await run_unit(lambda unit: unit.save(savings), shop, principal)


async def told(shop: Stored, *savings: Saving) -> dict[tuple[str | int, ...], str]:
    """The problems of savings by their places."""
    with pytest.raises(RelatumError) as raised:
        await save(shop, *savings)
    error = raised.value
    problems = error.problems if isinstance(error, Problems) else (error,)
    return {each.path: each.code for each in problems}


def firm(name: str, number: int | None = None, **ends: tuple[Tied, ...]) -> Saving:
    return Saving("Firm", {"name": name, "number": number}, ends)


async def test_a_record_comes_with_ties_of_both_directions_at_any_depth(shop: Stored) -> None:
    old = new_id()
    await shop.apply(Create("Firm", {"name": "Old"}, old))
    group = firm(
        "Group",
        parts=(Tied(old, valid_from="2020-01-01"), Tied(firm("New", competitors=(Tied(old),)))),
        jobs=(Tied(Saving("Job", {"title": "J"})),),
    )
    remark = Saving("Note", {"text": "Good"})
    (made,) = await save(
        shop,
        Saving(
            "Person",
            {"last_name": "Ito"},
            {"employers": (Tied(group, {"role": "CEO"}, valid_from="2020-01-01"),)},
            external_keys=(("hr", "7"),),
        ),
    )
    (job,) = (await shop.current("WorksAt")).values()
    assert (job["source_id"], job["role"]) == (made.id, "CEO")
    parts = await shop.current("PartOf")
    assert {row["target_id"] for row in parts.values()} == {job["target_id"]}
    assert old in {row["source_id"] for row in parts.values()}
    assert len(await shop.current("Competes")) == 1
    assert [row["record_id"] for row in await shop.rows("external_key")] == [made.id]
    assert made.operation == "created"
    assert len(made.consequences) == 8
    # An end may lead to a tie, and a tie be saved as a record is.
    await save(
        shop,
        Saving("Note", {"text": "Bad"}, {"about": (Tied(job["id"]),)}),
        Saving("WorksAt", {"role": "Chair"}, {"remarks": (Tied(remark),)}, id=job["id"]),
        Saving("WorksAt", {"source": str(made.id), "target": old, "valid_to": "2019-01-01"}),
    )
    assert {row["target_id"] for row in (await shop.current("About")).values()} == {job["id"]}
    assert (await shop.current("WorksAt"))[job["id"]]["role"] == "Chair"
    assert len(await shop.current("WorksAt")) == 2
    await shop.assert_sound()


async def test_ties_are_added_to_a_record_that_is_there(shop: Stored) -> None:
    one = new_id()
    await shop.apply(Create("Firm", {"name": "One"}, one))
    saving = Saving("Firm", {"city": "Ulm"}, {"parts": (Tied(firm("Two")),)}, id=one, if_version=1)
    (changed,) = await save(shop, saving)
    assert (changed.id, changed.operation, changed.version) == (one, "updated", 2)
    with pytest.raises(StaleVersion) as stale:
        await save(shop, saving)
    assert stale.value.path == (0, "if_version")
    assert len(await shop.current("PartOf")) == 1
    assert len(await shop.current("Firm")) == 2
    person = Saving("Person", {"last_name": "X"}, id=one)
    assert await told(shop, person) == {(0, "id"): "NOT_FOUND"}


async def test_every_problem_is_told_at_its_place(shop: Stored) -> None:
    unknown = Saving(
        "Person",
        {"born": "never"},
        {
            "employer": (),
            "employers": (
                Tied(Saving("Job", {"hours": "x"})),
                Tied(firm("A"), {"role": "R", "rank": 1}, valid_from="soon"),
            ),
        },
    )
    assert await told(shop, unknown, Saving("Persn")) == {
        (1, "type"): "UNKNOWN_TYPE",
        (0, "employer"): "UNKNOWN_FIELD",
        (0, "employers", 0, "node"): "BAD_REFERENCE",
        (0, "born"): "BAD_VALUE",
        (0, "last_name"): "REQUIRED",
        (0, "employers", 0, "node", "title"): "REQUIRED",
        (0, "employers", 0, "node", "hours"): "BAD_VALUE",
        (0, "employers", 1, "rank"): "UNKNOWN_FIELD",
        (0, "employers", 1, "valid_from"): "BAD_VALUE",
    }
    away = Saving("Person", {"last_name": "I"}, {"employers": (Tied(new_id()),)})
    assert await told(shop, away) == {(0, "employers", 0, "id"): "BAD_REFERENCE"}
    tie = Saving("WorksAt", {"source": "me"})
    assert await told(shop, tie) == {(0, "source"): "BAD_VALUE", (0, "target"): "REQUIRED"}
    assert await shop.rows("record") == []


async def test_limits_are_told_at_the_tie_or_end_that_breaks_them(shop: Stored) -> None:
    jobs = (Tied(Saving("Job", {"title": "J"}, {"firm": (Tied(firm("Other")),)})),)
    second = (0, "jobs", 0, "node", "firm", 0, "node")
    assert await told(shop, firm("F", jobs=jobs)) == {second: "LIMIT_BROKEN"}
    twice = Saving("Job", {"title": "J"}, {"firm": (Tied(firm("A")), Tied(firm("B")))})
    assert await told(shop, twice) == {(0, "firm", 1, "node"): "LIMIT_BROKEN"}
    none = Saving("Note", {"text": "T"}), Saving("Job", {"title": "J"})
    assert await told(shop, *none) == {(1, "firm"): "LIMIT_BROKEN"}
    both = [Saving("Firm", {"name": "A"}, {"competitors": (Tied(new_id()),)})]
    assert await told(shop, *both) == {(0, "competitors", 0, "id"): "BAD_REFERENCE"}


async def test_places_begin_where_the_caller_says(shop: Stored) -> None:
    async def late() -> None:
        async def work(unit: object) -> None:
            await unit.save([firm("A", 1)], place=("one",))  # type: ignore[attr-defined]
            await unit.save([Saving("Job", {"title": "J"})], place=("two", "input"))  # type: ignore[attr-defined]

        await run_unit(work, shop, SYSTEM)

    with pytest.raises(LimitBroken) as owed:
        await late()
    assert owed.value.path == ("two", "input", 0, "firm")
    with pytest.raises(BadValue) as bad:
        await run_unit(
            lambda unit: unit.apply([Create("Firm", {"name": "A", "number": "x"})], place=("c",)),
            shop,
            SYSTEM,
        )
    assert bad.value.path == ("c", 0, "number")


async def test_a_record_known_by_unique_values_is_made_once_then_changed(shop: Stored) -> None:
    key = Key({"name": "A", "city": "Ulm"})
    first = Saving("Firm", {"number": 1, "name": "A"}, {"jobs": ()}, key=key)
    (made,) = await save(shop, first)
    tie = {"jobs": (Tied(Saving("Job", {"title": "J"})),)}
    (changed,) = await save(shop, Saving("Firm", {"number": 2}, tie, key=key))
    assert (made.operation, changed.operation) == ("created", "updated")
    assert made.id == changed.id
    (row,) = (await shop.current("Firm")).values()
    assert (row["name"], row["city"], row["number"]) == ("A", "Ulm", 2)
    # The same key twice in one call is one record as well, and one with nothing to change stays as it is.
    same = [Saving("Firm", {"name": "B"}, key=Key({"number": 7})) for _ in range(2)]
    one, two = await save(shop, *same)
    assert (one.id, one.operation, two.operation) == (two.id, "created", "updated")
    assert two.version == one.version == 1


async def test_a_record_known_by_an_external_key_gets_it_and_more(shop: Stored) -> None:
    saving = Saving("Firm", {"name": "A"}, key=Key(external=("erp", "1")))
    (made,) = await save(shop, saving)
    again = Saving(
        "Firm", key=Key(external=("erp", "1")), external_keys=(("crm", "9"), ("erp", "1"))
    )
    (changed,) = await save(shop, again)
    assert (made.id, made.version) == (changed.id, changed.version)
    held = {
        (row["source"], row["key"], row["record_id"]) for row in await shop.rows("external_key")
    }
    assert held == {("erp", "1", made.id), ("crm", "9", made.id)}
    stolen = Saving("Firm", {"name": "B"}, external_keys=(("crm", "9"),))
    assert await told(shop, stolen) == {(0, "external_keys"): "CONFLICT"}
    # A deleted record gives its key up.
    await shop.apply(Delete(made.id))
    (anew,) = await save(shop, saving)
    assert (anew.operation, anew.id == made.id) == ("created", False)


async def test_what_is_no_key_is_refused(shop: Stored) -> None:
    def known(key: Key, **values: object) -> Saving:
        return Saving("Firm", {"name": "A", **values}, key=key)

    for saving, path in (
        (known(Key({"city": "Ulm"})), (0, "key")),
        (known(Key()), (0, "key")),
        (known(Key({"number": 1}, ("erp", "1"))), (0, "key")),
        (known(Key({"number": "one"})), (0, "key", "number")),
        (known(Key({"number": 1}), number=2), (0, "number")),
        (Saving("Firm", {}, id=new_id(), key=Key({"number": 1})), (0, "key")),
        (Saving("Firm", {"name": "A"}, if_version=1), (0, "if_version")),
    ):
        assert await told(shop, saving) == {path: "BAD_VALUE"}
    assert await told(shop, known(Key({"number": None}))) == {(0, "key", "number"): "REQUIRED"}
    assert await shop.rows("record") == []


async def test_a_key_of_a_hidden_record_tells_only_of_a_conflict(shop: Stored) -> None:
    me, mine, other = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Me"}, me),
        Create("Firm", {"name": "Mine", "number": 1}, mine, (("erp", "1"),)),
        Create("Firm", {"name": "Other", "number": 2}, other, (("erp", "2"),)),
        Relate("WorksAt", me, mine),
    )
    partner = Principal(id=me, roles=frozenset({"partner"}))
    for key in (Key({"number": 2}), Key(external=("erp", "2"))):
        counted: list[int] = []

        async def work(unit: object, key: Key = key, counted: list[int] = counted) -> None:
            try:
                await unit.save([Saving("Firm", {"name": "X"}, key=key)])  # type: ignore[attr-defined]
            finally:
                counted.append(unit.hidden_conflicts)  # type: ignore[attr-defined]

        with pytest.raises(Conflict, match="may not see") as hidden:
            await run_unit(work, shop, partner)
        assert hidden.value.path == (0, "key")
        assert counted == [1]
    with pytest.raises(Forbidden):
        await save(shop, Saving("Firm", {"city": "U"}, key=Key({"number": 1})), principal=partner)
    with pytest.raises((UnknownField, Forbidden)):
        await save(shop, Saving("Person", {}, key=Key(external=("x", "y"))), principal=partner)


async def test_rights_are_told_at_their_places(shop: Stored) -> None:
    (made,) = await save(shop, Saving("Person", {"last_name": "P"}))
    with pytest.raises(Forbidden) as refused:
        await save(
            shop,
            Saving("Person", id=made.id, ends={"employers": (Tied(firm("A")),)}),
            principal=CLERK,
        )
    assert refused.value.path == (0, "employers", 0, "node")
    owner, note = new_id(), new_id()
    await shop.apply(Create("Firm", {"name": "F"}, owner), Create("Note", {"text": "T"}, note))
    rivals = Saving("Firm", id=owner, ends={"competitors": (Tied(note),)})
    assert await told(shop, rivals) == {(0, "competitors", 0, "id"): "BAD_REFERENCE"}


async def test_many_who_save_under_one_key_make_one_record(shop: Stored) -> None:
    async def upsert(at: int) -> Outcome:
        key = Key({"number": 5})
        saving = Saving("Firm", {"name": "A"}, {"parts": (Tied(firm(f"P{at}")),)}, key=key)
        (outcome,) = await save(shop, saving)
        return outcome

    outcomes = await asyncio.gather(*(upsert(at) for at in range(8)))
    assert len({each.id for each in outcomes}) == 1
    assert [each.operation for each in outcomes].count("created") == 1
    assert len(await shop.current("PartOf")) == 8

    async def by_external(at: int) -> UUID:
        saving = Saving("Person", {"last_name": str(at)}, key=Key(external=("hr", "1")))
        return (await save(shop, saving))[0].id

    assert len(set(await asyncio.gather(*(by_external(at) for at in range(8))))) == 1
    assert len(await shop.current("Person")) == 1
    await shop.assert_sound()


async def test_a_command_names_only_records_of_the_type_that_it_says(shop: Stored) -> None:
    one = new_id()
    await shop.apply(Create("Firm", {"name": "A"}, one))
    for command in (Update(one, {"city": "U"}, type="Person"), Delete(one, type="Person")):
        with pytest.raises(NotFound) as away:
            await shop.apply(command)
        assert away.value.path == (0, "id")
    await shop.apply(Update(one, {"city": "U"}, type="Firm"), Delete(one, type="Firm"))
    with pytest.raises(NotFound):
        await shop.apply(Restore(one, type="Person"))
    await shop.apply(Restore(one, type="Firm"))
    assert one in await shop.current("Firm")
