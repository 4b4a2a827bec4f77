"""Writing as a principal with policies: what is not seen is not there, what is seen may still not be altered."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from relatum.access import Principal
from relatum.catalogue import with_administrators
from relatum.identifiers import new_id
from relatum.writing import Command, Create, Delete, End, Outcome, Relate, Restore, Update, run_unit
from relatum_schemas.condition import Field
from relatum_schemas.errors import (
    BadReference,
    Conflict,
    Forbidden,
    NotFound,
    ReadOnlyField,
    RelatumError,
    UnknownField,
)
from relatum_schemas.policy import ALL, DELETE, READ, UPDATE, Fields, Policy, only
from tests.core.writing.stored import Stored


@dataclass
class Scene:
    """A person with an employer and its job, and a firm with a job that it must not know of."""

    shop: Stored
    me: UUID
    mine: UUID
    other: UUID
    my_job: UUID
    other_job: UUID

    async def apply(self, *commands: Command) -> list[Outcome]:
        principal = Principal(id=self.me, roles=frozenset({"partner"}))
        return await run_unit(lambda unit: unit.apply(commands), self.shop, principal)


@pytest.fixture
async def scene(shop: Stored) -> Scene:
    me, mine, other, my_job, other_job = (new_id() for _ in range(5))
    await shop.apply(
        Create("Person", {"last_name": "Me"}, me),
        Create("Firm", {"name": "Mine"}, mine),
        Create("Firm", {"name": "Other"}, other),
        Relate("WorksAt", me, mine),
        Create("Job", {"title": "J"}, my_job),
        Relate("JobAt", my_job, mine),
        Create("Job", {"title": "O"}, other_job),
        Relate("JobAt", other_job, other),
    )
    return Scene(shop, me, mine, other, my_job, other_job)


async def test_a_right_may_come_with_the_tie_that_is_made(scene: Scene) -> None:
    job = new_id()
    await scene.apply(Create("Job", {"title": "New"}, job), Relate("JobAt", job, scene.mine))
    assert job in await scene.shop.current("Job")


async def test_nothing_is_tied_to_what_is_not_seen(scene: Scene) -> None:
    job = new_id()
    with pytest.raises(BadReference) as told:
        await scene.apply(Create("Job", {"title": "New"}, job), Relate("JobAt", job, scene.other))
    unknown = new_id()
    with pytest.raises(BadReference) as of_nothing:
        await scene.apply(Create("Job", {"title": "New"}, job), Relate("JobAt", job, unknown))
    assert told.value.message == of_nothing.value.message
    assert told.value.path == of_nothing.value.path == (1, "target")


async def test_a_new_record_out_of_reach_is_refused(scene: Scene) -> None:
    with pytest.raises(Forbidden) as told:
        await scene.apply(Create("Firm", {"name": "New"}))
    assert told.value.path == (0,)
    assert len(await scene.shop.current("Firm")) == 2


async def test_what_is_not_seen_is_not_there(scene: Scene) -> None:
    for command in (
        Update(scene.other_job, {"title": "X"}),
        Update(scene.other_job, {"title": "X"}, if_version=7),
        Update(scene.other_job, {"state": "nonsense"}),
        Delete(scene.other_job),
    ):
        with pytest.raises(NotFound) as told:
            await scene.apply(command)
        assert told.value.path == (0, "id")


async def test_what_is_seen_may_still_not_be_altered(scene: Scene) -> None:
    await scene.apply(Update(scene.my_job, {"title": "Better"}))
    for command in (Update(scene.mine, {"name": "X"}), Delete(scene.my_job)):
        with pytest.raises(Forbidden):
            await scene.apply(command)
    await scene.apply(Update(scene.my_job, {"state": "dropped"}))
    await scene.apply(Delete(scene.my_job))
    assert scene.my_job not in await scene.shop.current("Job")


async def test_a_field_that_no_grant_opens_does_not_exist(scene: Scene) -> None:
    with pytest.raises(UnknownField) as told:
        await scene.apply(Update(scene.my_job, {"hours": 3}))
    assert told.value.path == (0, "hours")
    job = new_id()
    with pytest.raises(UnknownField):
        await scene.apply(
            Create("Job", {"title": "N", "hours": 3}, job), Relate("JobAt", job, scene.mine)
        )


async def test_a_closed_field_answers_as_one_that_there_is_not(scene: Scene) -> None:
    answers = set()
    for name in ("hours", "cost", "costs", "hour"):
        for command in (
            Update(scene.my_job, {name: 3}),
            Create("Job", {"title": "N", name: 3}),
        ):
            with pytest.raises(UnknownField) as told:
                await scene.apply(command)
            answer = told.value
            answers.add((answer.code, answer.message.replace(name, "?"), answer.hint))
            assert answer.path == (0, name)
            assert not answer.details
    assert answers == {("UNKNOWN_FIELD", "Job has no field '?'.", None)}


@pytest.mark.parametrize(
    ("fields", "refusal"), [(only("last_name"), UnknownField), (ALL, ReadOnlyField)]
)
async def test_that_a_field_is_read_only_is_told_to_those_who_may_read_it(
    scene: Scene, fields: Fields, refusal: type[RelatumError]
) -> None:
    shop = scene.shop
    policies = [
        Policy("partner", "Person", READ, fields=fields),
        Policy("partner", "Person", UPDATE),
    ]
    catalogue = with_administrators(shop.catalogue, {new_id(): each for each in policies}, [])
    scene.shop = Stored(shop.connections, catalogue, shop.tables, shop.clock)
    with pytest.raises(refusal):
        await scene.apply(Update(scene.me, {"score": 3}))
    await scene.apply(Update(scene.me, {"last_name": "You"}))


async def test_the_tie_that_gives_a_right_needs_a_right_of_its_own(scene: Scene) -> None:
    with pytest.raises(Forbidden):
        await scene.apply(Relate("WorksAt", scene.me, scene.other))
    (tie,) = await scene.shop.current("WorksAt")
    with pytest.raises(NotFound):
        await scene.apply(End(tie, "2030-01-01"))


async def test_a_problem_with_what_is_not_seen_is_a_bare_conflict(scene: Scene) -> None:
    """The clerk makes ties that it may not read: neither their number nor their kind is told."""
    clerk = Principal(roles=frozenset({"clerk"}))
    deals = Relate("Deals", scene.mine, scene.other)
    await scene.shop.apply(deals)
    for command in (Relate("WorksAt", scene.me, scene.mine), deals, Delete(scene.other)):
        with pytest.raises(Conflict) as told:
            await run_unit(lambda unit: unit.apply([command]), scene.shop, clerk)  # noqa: B023
        assert told.value.path == (0,)
        assert told.value.details == {}


async def test_restoring_tells_nothing_of_what_is_not_seen(scene: Scene) -> None:
    for record in (scene.other_job, new_id()):
        with pytest.raises(NotFound):
            await scene.apply(Restore(record))
    with pytest.raises(Conflict):
        await scene.apply(Restore(scene.my_job))
    taken = new_id()
    await scene.shop.apply(Create("Firm", {"name": "Taken", "number": 5}, taken))
    await scene.shop.apply(Delete(scene.other_job), Delete(taken))
    await scene.shop.apply(Update(scene.mine, {"number": 5}))
    for record in (scene.other_job, taken, new_id()):
        with pytest.raises(NotFound) as told:
            await scene.apply(Restore(record))
        assert (told.value.message, told.value.path) == ("There is no such record.", (0, "id"))
        assert told.value.details == {"id": str(record)}
    assert scene.other_job not in await scene.shop.current("Job")


async def test_what_went_along_unseen_comes_back_unseen(scene: Scene) -> None:
    firm, owned = new_id(), new_id()
    await scene.shop.apply(
        Create("Firm", {"name": "Third"}, firm), Relate("Owns", scene.me, firm, id=owned)
    )
    rules = {new_id(): Policy("closer", "Firm", READ | DELETE)}
    catalogue = with_administrators(scene.shop.catalogue, rules, [])
    shop = Stored(scene.shop.connections, catalogue, scene.shop.tables, scene.shop.clock)
    closer = Principal(roles=frozenset({"closer"}))
    for command in (Delete(firm), Restore(firm)):
        await run_unit(lambda unit: unit.apply([command]), shop, closer)  # noqa: B023
    assert owned in await shop.current("Owns")


async def test_nobody_brings_back_what_he_may_not_read(scene: Scene) -> None:
    await scene.shop.apply(Delete(scene.other_job))
    rules = {
        new_id(): Policy("closer", "Job", DELETE),
        new_id(): Policy("closer", "Job", READ, where=Field("title") == "J"),
    }
    catalogue = with_administrators(scene.shop.catalogue, rules, [])
    shop = Stored(scene.shop.connections, catalogue, scene.shop.tables, scene.shop.clock)
    closer = Principal(roles=frozenset({"closer"}))
    with pytest.raises(NotFound):
        await run_unit(lambda unit: unit.apply([Restore(scene.other_job)]), shop, closer)
