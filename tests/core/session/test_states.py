"""States: who may take a record where, what has to be there, since when it is there, and which ways are open."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, Session
from relatum_schemas.condition import Field
from relatum_schemas.errors import BadTransition, Forbidden, Problems
from relatum_schemas.kinds import Instant
from relatum_schemas.selection import FieldOutput, Many, Request, RootField, Rows
from tests.core.catalogue.declaring import declare
from tests.core.session import workshop_floor
from tests.core.session.workshop_floor import Machine
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workshop_floor])
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Present:
    """A clock that is put forward by hand."""

    now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **given: int) -> datetime:
        self.now += timedelta(**given)
        return self.now


@pytest.fixture
def clock() -> Present:
    return Present()


@pytest.fixture
async def database(
    clone_template: CloneTemplate, dialect: DialectName, clock: Present
) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE, clock=clock) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM, reason="a test")


def session(database: Database, *roles: str) -> Session:
    return database.as_(Principal(new_id(), roles=frozenset(roles)))


async def since(db: Session, machine: Machine) -> Any:
    return (await db.get(Machine, machine.id)).state_since


def wire(moment: datetime) -> str:
    """An instant as it is shown."""
    told: str = Instant().wire(moment)
    return told


async def shown(session: Session, *names: str) -> Any:
    outputs = tuple(FieldOutput(key=each, field=each) for each in names)
    form = Many(outputs=outputs)
    root = RootField(key="all", source=Rows(type="Machine"), form=form)
    return orjson.loads(await session.read(Request(fields=(root,))))["all"]


async def test_the_time_in_a_state_begins_when_it_is_entered(db: Session, clock: Present) -> None:
    machine, other = await db.create(Machine(serial="A1")), await db.create(Machine(serial="B2"))
    assert await since(db, machine) == START
    clock.forward(days=1)
    machine = await db.update(await db.get(Machine, machine.id), hours=5)
    assert await since(db, machine) == START
    moved = clock.forward(days=1)
    machine = await db.update(machine, state="due")
    assert await since(db, machine) == moved
    found = await db.select(Machine).where(Field("state_since") < moved).all()
    assert [each.id for each in found] == [other.id]
    ordered = await db.select(Machine).order(Field("state_since").descending()).all()
    assert [each.serial for each in ordered] == ["A1", "B2"]
    machine = await db.update(machine, hours=1001)
    clock.forward(days=1)
    other = await db.update(
        await db.get(Machine, other.id), hours=1001
    )  # a reaction sets its state
    assert await since(db, other) == clock.now


async def test_ways_are_for_roles_and_errors_tell_which_are_open(
    database: Database, db: Session
) -> None:
    machine = await db.create(Machine(serial="A1", state="due"))
    clerk, chief = session(database, "clerk"), session(database, "chief")
    with pytest.raises(BadTransition) as expected:
        await clerk.update(await clerk.get(Machine, machine.id), state="down")
    assert expected.value.path == (0, "reason")
    await clerk.update(await clerk.get(Machine, machine.id), state="down", reason="Oil")
    with pytest.raises(Forbidden) as refused:
        await clerk.update(await clerk.get(Machine, machine.id), state="ok")
    assert refused.value.path == (0, "state")
    assert refused.value.hint == "After 'down' may follow 'due'."
    await chief.update(await chief.get(Machine, machine.id), state="ok")
    with pytest.raises(BadTransition) as bad:
        await chief.update(await chief.get(Machine, machine.id), state="down")
    assert bad.value.hint == "After 'ok' may follow 'due'."


async def test_records_begin_in_some_states(database: Database, db: Session) -> None:
    clerk = database.as_(Principal(new_id(), roles=frozenset({"administrator"})))
    with pytest.raises(BadTransition) as refused:
        await clerk.create(Machine(serial="A1", state="down", reason="Oil"))
    assert (refused.value.path, refused.value.hint) == ((0, "state"), "It begins as 'ok', 'due'.")
    await db.create(Machine(serial="A1", state="down"))  # the engine itself may, as who takes over


async def test_it_is_told_where_who_asks_may_take_a_record(database: Database, db: Session) -> None:
    await db.create(Machine(serial="A1", state="due"))
    clerk, chief = session(database, "clerk"), session(database, "chief")
    down = {"field": "state", "to": "down", "ready": False, "missing": ["reason"]}
    ok = {"field": "state", "to": "ok", "ready": True, "missing": []}
    assert await shown(clerk, "allowed_transitions") == [{"allowed_transitions": [ok, down]}]
    (machine,) = await db.select(Machine).all()
    await db.update(machine, state="down", reason="Oil")
    for asking, ways in ((clerk, ["due"]), (chief, ["ok", "due"])):
        (row,) = await shown(asking, "allowed_transitions")
        assert [each["to"] for each in row["allowed_transitions"]] == ways
    for at in range(8):
        await db.create(Machine(serial=f"B{at}", state="due"))
    with database.connections.count_statements() as seen:
        assert len(await shown(clerk, "allowed_transitions")) == 9
    assert len(seen) == 2  # the answer, and the states


async def test_the_states_over_time_are_for_those_who_may_read_history(
    database: Database, db: Session, clock: Present
) -> None:
    machine = await db.create(Machine(serial="A1"))
    due = clock.forward(hours=2)
    machine = await db.update(await db.get(Machine, machine.id), state="due")
    clock.forward(hours=1)
    machine = await db.update(machine, hours=5)
    down = clock.forward(days=1)
    machine = await db.update(machine, state="down", reason="Oil")
    clock.forward(minutes=30)
    times = [(START, due, "ok", "PT7200S"), (due, down, "due", "PT90000S")]
    expected: list[dict[str, str | None]] = [
        {
            "field": "state",
            "state": state,
            "since": wire(since),
            "until": wire(until),
            "lasted": lasted,
        }
        for since, until, state, lasted in times
    ]
    last = {"state": "down", "since": wire(down), "until": None, "lasted": "PT1800S"}
    expected.append({"field": "state", **last})
    (row,) = await shown(session(database, "chief"), "state_history")
    assert row == {"state_history": expected}
    (row,) = await shown(session(database, "clerk"), "state_history")
    assert row == {"state_history": None}


async def test_what_comes_with_a_state_is_open_where_the_state_is(
    database: Database, db: Session
) -> None:
    await db.create(Machine(serial="A1"))
    guest = session(database, "guest")
    assert await shown(guest, "serial", "state", "state_since", "allowed_transitions") == [
        {"serial": "A1", "state": None, "state_since": None, "allowed_transitions": None}
    ]
    for role in ("clerk", "watcher"):
        (row,) = await shown(session(database, role), "state_since", "allowed_transitions")
        assert row["state_since"] is not None
        assert row["allowed_transitions"] is not None


WRONG = """
class A(Entity):
    state: Annotated[State, Transitions(
        ok=["due"], rights={("due", "ok"): {"x"}}, expects={"due": ["no"], "gone": []}, begin=["due"]
    )] = "ok"

class B(Entity):
    state: Annotated[State, Transitions({"rights": ["begin"]})] = "rights"
    state_since: datetime | None = None
    allowed_transitions: int = 0
"""


def test_declarations_that_cannot_be_are_told() -> None:
    with pytest.raises(Problems) as told:
        build_catalogue([declare(WRONG, name="wrong_states")])
    said = "\n".join(map(str, told.value.problems))
    for each in (
        "A.state: It names roles for a way from 'due' to 'ok'; there is none.",
        "A.state: It expects 'no', which is no field that people give.",
        "A.state: 'gone' is no state of it.",
        "A.state: Its default 'ok' is no state in which it begins.",
        "B.state_since: 'state_since' is the time",
        "B.allowed_transitions: 'allowed_transitions' tells of",
    ):
        assert each in said, each
