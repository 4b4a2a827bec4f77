"""Who may call an action, what it may do beyond its caller, what of its answer the caller sees, and what is noted of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.connections.prepared import prepare
from relatum.session import Database, Session, Tie, run_action
from relatum.session.hidden import LIMIT
from relatum.writing import Create
from relatum_schemas.condition import Field
from relatum_schemas.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Problems,
    Refused,
    TooManyAttempts,
)
from tests.core.catalogue.declaring import declare
from tests.core.session import workplace
from tests.core.session.workplace import Firm, Machine, Person, StandsAt, Visit, WorksAt
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workplace])


@dataclass
class Scene:
    """A worker of a firm with a machine, and a machine elsewhere."""

    database: Database
    worker: Person
    firm: Firm
    mine: Machine
    elsewhere: Machine
    other: Firm

    def session(self, *roles: str, **given: Any) -> Session:
        return self.database.as_(Principal(self.worker.id, self.firm.id, frozenset(roles), **given))

    async def rows(self, table_name: str) -> list[dict[str, Any]]:
        table = self.database.tables.metadata.tables[table_name]
        statement = prepare(select(table), self.database.connections.dialect)
        async with self.database.connections.reading() as connection:
            found = await connection.rows(statement, {})
        return [dict(zip(table.columns.keys(), row, strict=True)) for row in found]

    async def noted(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in await self.rows("access_log") if row["kind"] == kind]

    async def everything(self) -> dict[str, list[str]]:
        """All that the database holds, but for the access log and what is counted."""
        names = self.database.tables.metadata.tables.keys() - {"access_log", "throttle"}
        return {name: sorted(map(repr, await self.rows(name))) for name in names}


@pytest.fixture
async def scene(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Scene]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM, reason="making the scene")
        firm, other = await db.create(Firm(name="Mine")), await db.create(Firm(name="Other"))
        worker = await db.create(Person(name="Worker"), employers=firm)
        mine = await db.create(Machine(serial="A1", hours=7), stands_at=firm)
        elsewhere = await db.create(Machine(serial="B2"), stands_at=other)
        yield Scene(database, worker, firm, mine, elsewhere, other)


async def test_an_action_has_the_rights_that_it_declares_and_no_others(scene: Scene) -> None:
    partner = scene.session("partner")
    with pytest.raises(Forbidden):
        await partner.create(Visit(about="by hand"), machine=scene.mine)
    shown = await run_action(partner, "order_visit", {"machine": scene.mine.id, "about": "x"})
    assert await scene.database.as_(SYSTEM).select(Visit).count() == 1
    (machine,) = shown
    assert (machine.serial, machine.calls, machine.hours) == ("A1", 1, None)
    assert await run_action(partner, "visits_of", {}) == 0


async def test_a_record_is_given_to_an_action_as_its_caller_sees_it(scene: Scene) -> None:
    with pytest.raises(Problems) as told:
        await run_action(scene.session("partner"), "order_visit", {"machine": scene.elsewhere.id})
    assert [each.code for each in told.value.problems] == ["NOT_FOUND"]


async def test_each_call_with_more_rights_is_noted(scene: Scene) -> None:
    partner = scene.session("partner", client="app")
    before = await scene.everything()
    with pytest.raises(Refused):
        await run_action(partner, "order_visit", {"machine": scene.mine.id, "about": "refused"})
    assert await scene.everything() == before
    (line,) = await scene.noted("elevated")
    assert (line["actor"], line["client"]) == (scene.worker.id, "app")
    assert line["details"]["action"] == "order_visit"
    assert line["details"]["rights"]["VisitTo"] == "relate"


async def test_a_policy_names_actions_on_some_records(scene: Scene) -> None:
    keeper, partner = scene.session("keeper"), scene.session("partner")
    with pytest.raises(Forbidden) as told:
        await run_action(keeper, "retire", {"machine": scene.mine.id})
    assert told.value.path == ("machine",)
    await scene.database.as_(SYSTEM).update(scene.mine, state="due")
    assert (await run_action(keeper, "retire", {"machine": scene.mine.id})).serial == "A1"
    with pytest.raises(Forbidden) as told:
        await run_action(partner, "retire", {"machine": scene.mine.id})
    assert told.value.path == ("action",)


async def test_conditions_hold_for_each_of_several_records(scene: Scene) -> None:
    keeper, system = scene.session("keeper"), scene.database.as_(SYSTEM)
    both = {"machines": [scene.mine.id, scene.elsewhere.id]}
    with pytest.raises(Problems) as several:
        await run_action(keeper, "retire_all", both)
    assert [each.path for each in several.value.problems] == [("machines", 0), ("machines", 1)]
    await system.update(scene.mine, state="due")
    with pytest.raises(Forbidden) as one:
        await run_action(keeper, "retire_all", both)
    assert one.value.path == ("machines", 1)
    await system.update(scene.elsewhere, state="due")
    assert await run_action(keeper, "retire_all", both) == 2


async def test_what_a_record_must_fulfil_counts_for_whoever_calls(scene: Scene) -> None:
    system = scene.database.as_(SYSTEM)
    both = {"machines": [scene.mine.id, scene.elsewhere.id]}
    with pytest.raises(Problems) as several:
        await run_action(system, "repair", both)
    assert [(each.code, each.path) for each in several.value.problems] == [
        ("REFUSED", ("machines", 0)),
        ("REFUSED", ("machines", 1)),
    ]
    await system.update(scene.mine, state="due")
    with pytest.raises(Refused, match="wants no repair") as refused:
        await run_action(system, "repair", both)
    assert (refused.value.reason, refused.value.path) == ("not_due", ("machines", 1))
    assert await run_action(scene.session("partner"), "repair", {"machines": [scene.mine.id]}) == 1


async def test_it_may_lie_beyond_the_record_and_what_the_caller_sees(scene: Scene) -> None:
    partner, mine = scene.session("partner"), {"machine": scene.mine.id}
    with pytest.raises(Refused, match="'recall' is not for this Machine as it is now") as refused:
        await run_action(partner, "recall", mine)
    assert (refused.value.reason, refused.value.path) == ("not_now", ("machine",))
    await scene.database.as_(SYSTEM).create(Visit(about="hidden"), machine=scene.mine)
    assert (await run_action(partner, "recall", mine)).serial == "A1"


async def test_who_may_not_call_at_all_is_not_told_what_is_missing(scene: Scene) -> None:
    for state in ("ok", "due"):
        await scene.database.as_(SYSTEM).update(scene.mine, state=state)
        with pytest.raises(Forbidden):
            await run_action(scene.session("hirer"), "repair", {"machines": [scene.mine.id]})


async def test_an_action_that_reads_sees_all_and_shows_what_its_caller_may_see(
    scene: Scene,
) -> None:
    await scene.database.as_(SYSTEM).create(Visit(about="hidden"), machine=scene.mine)
    given = {"machines": [scene.mine], "who": scene.firm.id}
    mine, last = await run_action(scene.session("partner"), "survey", given)
    assert (mine.machine.serial, mine.machine.hours, mine.visits) == ("A1", None, [])
    assert (mine.of.name, last.machine) == ("Mine", None)


async def test_an_action_that_reads_writes_nothing(scene: Scene) -> None:
    partner = scene.session("partner")
    before = await scene.everything()
    with pytest.raises(Forbidden, match="only reads"):
        await run_action(partner, "meddle", {"given": {"machine": str(scene.mine.id)}})
    assert await scene.everything() == before


async def test_a_model_is_judged_with_all_other_inputs(scene: Scene) -> None:
    given = {"machine": str(scene.elsewhere.id), "visits": "none", "when": 1}
    with pytest.raises(Problems) as told:
        await run_action(scene.session("partner"), "meddle", {"given": given})
    assert sorted((each.code, each.path) for each in told.value.problems) == [
        ("BAD_VALUE", ("given", "visits")),
        ("NOT_FOUND", ("given", "machine")),
        ("UNKNOWN_FIELD", ("given", "when")),
    ]


async def test_what_was_lent_ends_with_the_action(scene: Scene) -> None:
    assert await run_action(scene.session("keeper"), "count_visits", {}) == 0
    await scene.database.as_(SYSTEM).create(Visit(about="hidden"), machine=scene.mine)
    keeper = scene.session("keeper")
    assert await run_action(keeper, "count_visits", {}) == 1
    assert await keeper.select(Visit).count() == 0


def test_what_an_action_declares_is_judged() -> None:
    with pytest.raises(Problems) as told:
        build_catalogue(
            [
                declare(
                    """
class Thing(Entity):
    name: str

@action(Thing, elevated={"Thin": READ, Thing: READ & CREATE})
async def work(ctx: Context, thing: Thing) -> None: ...
""",
                    name="mistaken",
                )
            ]
        )
    assert len(told.value.problems) == 2


async def test_a_purpose_opens_writing_too_and_is_in_the_unit(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await scene.session("auditor").update(scene.mine, state="due")
    await scene.session("auditor", purpose="audit", client="books").update(scene.mine, state="due")
    last = max(await scene.rows("unit_of_work"), key=lambda row: row["recorded_at"])
    assert (last["purpose"], last["origin"]) == ("audit", "books")
    assert (last["actor"], last["acted_for"]) == (scene.worker.id, scene.firm.id)


async def test_the_engine_is_noted_once_per_session(scene: Scene) -> None:
    lines = await scene.noted("system_used")
    assert [line["details"]["reason"] for line in lines] == ["making the scene"]
    db = scene.database.as_(SYSTEM, origin="feed", reason="looking")
    for _ in range(3):
        await db.select(Machine).count()
    async with db.unit() as unit:
        await unit.update(scene.mine, state="due")
    lines = await scene.noted("system_used")
    assert [line["details"]["reason"] for line in lines[1:]] == ["looking"]
    assert (lines[1]["details"]["origin"], lines[1]["purpose"]) == ("feed", "system")


async def test_conflicts_with_what_is_hidden_are_noted_and_make_wait(scene: Scene) -> None:
    tester = scene.session("tester")
    for _ in range(LIMIT.attempts + 1):
        with pytest.raises(Conflict) as told:
            await tester.create(Machine(serial="B2", state="due"))
        assert (told.value.path, told.value.details) == ((0,), {})
    with pytest.raises(TooManyAttempts):
        await tester.create(Machine(serial="C3", state="due"))
    assert len(await scene.noted("hidden_conflict")) == LIMIT.attempts + 1
    other = Principal(scene.firm.id, None, frozenset({"tester"}))
    await scene.database.as_(other).create(Machine(serial="C3", state="due"))


async def test_a_unit_that_meets_too_many_conflicts_with_what_is_hidden_tells_of_none(
    scene: Scene,
) -> None:
    serials = [f"H{at}" for at in range(LIMIT.attempts + 1)]
    await scene.database.as_(SYSTEM).apply(
        [Create("Machine", {"serial": each}) for each in serials]
    )
    tries = [Create("Machine", {"serial": each, "state": "due"}) for each in [*serials, "N1"]]

    async def at_once(unit: Session) -> None:
        await unit.apply(tries)

    async def one_by_one(unit: Session) -> None:
        for each in tries:
            with suppress(Conflict):
                async with unit.attempt() as within:
                    await within.apply([each])

    works: list[Callable[[Session], Awaitable[None]]] = [at_once, one_by_one]
    for who, work in zip((scene.firm, scene.other), works, strict=True):
        tester = scene.database.as_(Principal(who.id, None, frozenset({"tester"})))
        with pytest.raises(TooManyAttempts):
            await tester.repeatable(work)
        with pytest.raises(TooManyAttempts):
            async with tester.unit():
                pass
    written = scene.database.as_(SYSTEM).select(Machine).where(Field("serial") == "N1")
    assert await written.count() == 0


async def test_whoever_may_read_the_other_is_told_which_value_is_taken(scene: Scene) -> None:
    await scene.database.as_(SYSTEM).update(scene.mine, state="due")
    with pytest.raises(Conflict) as told:
        await scene.session("tester").create(Machine(serial="A1", state="due"))
    assert told.value.path == (0, "serial")


# --- rights are judged now, by the ties that hold


async def end_employment(scene: Scene, since: date) -> None:
    db = scene.database.as_(SYSTEM)
    (tie,) = await db.select(WorksAt).all()
    await db.correct(tie, valid_from=since, valid_to=date(2024, 2, 1))


async def test_a_former_partner_gets_nothing_of_the_past(scene: Scene) -> None:
    recorded = datetime.now(UTC)
    await end_employment(scene, date(2024, 1, 1))
    partner = scene.session("partner")
    machines = partner.select(Machine)
    assert await machines.all() == []
    assert await machines.at(valid=date(2024, 1, 15)).all() == []
    assert await machines.at(recorded=recorded).all() == []
    with pytest.raises(NotFound):
        await partner.update(scene.mine, state="due")


async def test_a_new_partner_sees_the_past_of_what_it_sees_now(scene: Scene) -> None:
    db = scene.database.as_(SYSTEM)
    before = datetime.now(UTC)
    await db.update(await db.get(Machine, scene.mine.id), state="due")
    fresh = await db.create(Person(name="New"), employers=Tie(scene.firm))
    session = scene.database.as_(Principal(fresh.id, scene.firm.id, frozenset({"partner"})))
    (then,) = await session.select(Machine).at(recorded=before).all()
    assert (then.serial, then.state, then.hours) == ("A1", "ok", None)
    blind = scene.database.as_(Principal(fresh.id, scene.firm.id, frozenset({"keeper"})))
    assert await blind.select(Machine).at(recorded=before).all() == []


async def test_nobody_relates_itself_into_a_bigger_reach(scene: Scene) -> None:
    """The right to relate ties of every type is none to relate those that give rights."""
    before = await scene.everything()
    partner = scene.session("partner")
    (tie,) = await scene.database.as_(SYSTEM).select(WorksAt).all()
    with pytest.raises(Forbidden):
        await partner.relate(WorksAt, scene.worker, scene.other)
    for attempt in (
        lambda: partner.end(tie),
        lambda: partner.remove(tie),
        lambda: partner.correct(tie, valid_from=date(2000, 1, 1)),
    ):
        with pytest.raises((Forbidden, NotFound)):
            await attempt()
    with pytest.raises(Forbidden):
        await partner.relate(StandsAt, scene.elsewhere, scene.firm)
    assert await scene.everything() == before
    await scene.session("hirer").relate(WorksAt, scene.worker, scene.other)


async def test_a_right_that_ends_in_a_unit_is_none_for_its_next_command(scene: Scene) -> None:
    db = scene.database.as_(SYSTEM)
    (tie,) = await db.select(WorksAt).all()
    session = scene.session("partner", "hirer")
    before = await scene.everything()

    async def work(unit: Session) -> None:
        updated = await unit.update(scene.mine, state="due")
        await unit.remove(tie)
        await unit.update(updated, state="ok")

    with pytest.raises(NotFound):
        await session.repeatable(work)
    assert await scene.everything() == before


async def test_after_a_revocation_is_acknowledged_the_next_write_is_refused(scene: Scene) -> None:
    partner = scene.session("partner")
    machine = await partner.update(await partner.get(Machine, scene.mine.id), state="due")
    (tie,) = await scene.database.as_(SYSTEM).select(WorksAt).all()
    await scene.database.as_(SYSTEM).remove(tie)
    before = await scene.everything()
    with pytest.raises(NotFound):
        await partner.update(machine, state="ok")
    assert await scene.everything() == before
