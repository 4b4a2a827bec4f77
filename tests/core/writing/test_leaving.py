"""Delete, remove, restore, merge: what goes along, what comes back, what becomes of ties."""

from datetime import date

import pytest

from relatum.identifiers import new_id
from relatum.writing import Create, Delete, Merge, Relate, Remove, Restore, Update
from relatum_schemas.errors import (
    BadReference,
    Conflict,
    LimitBroken,
    NotFound,
    Overlap,
    Restricted,
    StaleVersion,
)
from tests.core.writing.stored import Stored


async def test_a_deletion_takes_ties_and_ties_on_them(shop: Stored) -> None:
    person, firm, note, tie, about = (new_id() for _ in range(5))
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        Create("Firm", {"name": "A"}, firm),
        Create("Note", {"text": "hm"}, note),
        Relate("WorksAt", person, firm, id=tie),
        Relate("About", note, tie, id=about),
    )
    (done,) = await shop.apply(Delete(person, if_version=1))
    assert {each.id for each in done.consequences} == {tie, about}
    for gone, kind in ((person, "Person"), (tie, "WorksAt"), (about, "About")):
        assert gone not in await shop.current(kind)
        assert (await shop.operations(gone))[-1] == "deleted"
    assert {row["record_id"] for row in await shop.rows("search")} == {firm}
    assert note in await shop.current("Note")
    units = {row["unit_id"] for row in await shop.rows("change") if row["operation"] == "deleted"}
    assert len(units) == 1
    await shop.assert_sound()


async def test_a_restoration_brings_back_what_the_deletion_took(shop: Stored) -> None:
    person, firm, note, tie, about = (new_id() for _ in range(5))
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person, external_keys=(("crm", "1"),)),
        Create("Firm", {"name": "A"}, firm),
        Create("Note", {"text": "hm"}, note),
        Relate("WorksAt", person, firm, id=tie),
        Relate("About", note, tie, id=about),
    )
    await shop.apply(Delete(note), Delete(person))
    await shop.apply(Restore(person))
    assert person in await shop.current("Person")
    assert (await shop.current("WorksAt"))[tie]["version"] == 2
    assert await shop.current("About") == {}
    await shop.apply(Restore(note))
    assert about in await shop.current("About")
    assert {row["record_id"] for row in await shop.rows("search")} == {firm, person}
    await shop.assert_sound()
    with pytest.raises(Conflict):
        await shop.apply(Restore(person))


async def test_a_rule_takes_the_other_record_along(shop: Stored) -> None:
    firm, job, at = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Firm", {"name": "A"}, firm),
        Create("Job", {"title": "J"}, job),
        Relate("JobAt", job, firm, id=at),
    )
    (done,) = await shop.apply(Delete(firm))
    assert {each.id for each in done.consequences} == {job, at}
    await shop.apply(Restore(firm))
    assert job in await shop.current("Job")
    assert at in await shop.current("JobAt")
    await shop.assert_sound()


async def test_a_rule_keeps_a_record_while_the_tie_holds(shop: Stored) -> None:
    one, other, past = new_id(), new_id(), new_id()
    await shop.apply(
        *(Create("Firm", {"name": str(each)}, each) for each in (one, other, past)),
        Relate("Deals", one, other, {"product": "pumps"}),
        Relate("Deals", one, past, {}, None, "2001-01-01T00:00:00Z"),
    )
    with pytest.raises(Restricted) as told:
        await shop.apply(Delete(other))
    assert told.value.path == (0, "id")
    await shop.apply(Delete(past))
    await shop.apply(Delete(one), Delete(other))
    assert await shop.current("Firm") == {}
    await shop.assert_sound()


async def test_removing_the_last_tie_that_must_be_is_refused(shop: Stored) -> None:
    firm, job, tie = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Firm", {"name": "A"}, firm),
        Create("Job", {"title": "J"}, job),
        Relate("JobAt", job, firm, id=tie),
    )
    with pytest.raises(LimitBroken):
        await shop.apply(Remove(tie))
    await shop.apply(Remove(tie), Relate("JobAt", job, firm))
    assert (await shop.operations(tie)) == ["related", "removed"]
    await shop.assert_sound()


async def test_each_verb_is_for_its_kind_of_record(shop: Stored) -> None:
    person, firm, tie = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        Create("Firm", {"name": "A"}, firm),
        Relate("WorksAt", person, firm, id=tie),
    )
    with pytest.raises(BadReference):
        await shop.apply(Delete(tie))
    with pytest.raises(BadReference):
        await shop.apply(Remove(person))
    with pytest.raises(BadReference):
        await shop.apply(Update(tie, {}))
    with pytest.raises(StaleVersion):
        await shop.apply(Delete(person, if_version=9))
    with pytest.raises(NotFound):
        await shop.apply(Delete(person), Delete(person))
    with pytest.raises(NotFound):
        await shop.apply(Restore(new_id()))
    with pytest.raises(BadReference):
        await shop.apply(Merge(person, firm))


async def test_a_deleted_record_frees_its_values_and_keys(shop: Stored) -> None:
    firm = new_id()
    await shop.apply(
        Create("Firm", {"name": "A", "number": 1}, firm, external_keys=(("crm", "1"),))
    )
    await shop.apply(Delete(firm))
    (other,) = await shop.apply(
        Create("Firm", {"name": "A", "number": 1}, external_keys=(("crm", "1"),))
    )
    (key,) = await shop.rows("external_key")
    assert key["record_id"] == other.id
    with pytest.raises(Conflict):
        await shop.apply(Restore(firm))


async def test_a_restored_tie_must_still_fit(shop: Stored) -> None:
    person, firm, tie = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        Create("Firm", {"name": "A"}, firm),
        Relate("Owns", person, firm, id=tie),
    )
    await shop.apply(Remove(tie), Relate("Owns", person, firm))
    with pytest.raises(Overlap):
        await shop.apply(Restore(tie))


async def test_a_merge_moves_ties_and_keys_and_fills_what_is_missing(shop: Stored) -> None:
    goes, stays, firm, other = (new_id() for _ in range(4))
    same, kept, moved, note, about = (new_id() for _ in range(5))
    await shop.apply(
        Create(
            "Person", {"last_name": "Ito", "first_name": "Ken"}, goes, external_keys=(("crm", "1"),)
        ),
        Create("Person", {"last_name": "Itō"}, stays),
        Create("Firm", {"name": "A"}, firm),
        Create("Firm", {"name": "B"}, other),
        Create("Note", {"text": "hm"}, note),
        Relate("WorksAt", goes, firm, {"role": "clerk"}, "2020-01-01", "2022-01-01", id=same),
        Relate("WorksAt", stays, firm, {}, "2021-01-01", id=kept),
        Relate("WorksAt", goes, other, {}, "2019-01-01", "2020-01-01", id=moved),
        Relate("About", note, same, id=about),
    )
    (done,) = await shop.apply(Merge(goes, stays))
    assert (done.id, done.operation) == (stays, "merged")
    assert {each.id: each.operation for each in done.consequences} == {
        goes: "merged", same: "merged", kept: "corrected", moved: "corrected", about: "corrected",
    }  # fmt: skip
    (person,) = (await shop.current("Person")).values()
    assert (person["first_name"], person["last_name"]) == ("Ken", "Itō")
    ties = await shop.current("WorksAt")
    assert ties.keys() == {kept, moved}
    assert (ties[kept]["role"], ties[kept]["valid_from"], ties[kept]["valid_to"]) == (
        "clerk", date(2020, 1, 1), None,
    )  # fmt: skip
    assert ties[moved]["source_id"] == stays
    assert (await shop.current("About"))[about]["target_id"] == kept
    registry = {row["id"]: row for row in await shop.rows("record")}
    assert (registry[goes]["merged_into"], registry[same]["merged_into"]) == (stays, kept)
    assert (await shop.rows("external_key"))[0]["record_id"] == stays
    await shop.assert_sound()
    with pytest.raises(NotFound) as told:
        await shop.apply(Update(goes, {"last_name": "X"}))
    assert told.value.details["merged_into"] == str(stays)


async def test_a_merge_drops_the_tie_between_the_two(shop: Stored) -> None:
    one, other, tie = new_id(), new_id(), new_id()
    await shop.apply(
        Create("Firm", {"name": "A"}, one),
        Create("Firm", {"name": "B"}, other),
        Relate("Competes", one, other, id=tie),
    )
    (done,) = await shop.apply(Merge(one, other))
    assert {each.id: each.operation for each in done.consequences} == {
        one: "merged",
        tie: "removed",
    }
    await shop.assert_sound()


async def test_merges_in_a_row_lead_to_the_last(shop: Stored) -> None:
    one, two, three = (new_id() for _ in range(3))
    await shop.apply(*(Create("Firm", {"name": str(each)}, each) for each in (one, two, three)))
    await shop.apply(Merge(one, two), Merge(two, three))
    registry = {row["id"]: row["merged_into"] for row in await shop.rows("record")}
    assert registry == {one: three, two: three, three: None}
    await shop.assert_sound()
