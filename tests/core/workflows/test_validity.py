"""That time passes reaches those who follow the log: once per tie and boundary, if it was said before."""

from datetime import UTC, datetime, timedelta

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.changes.reader import read_changes
from relatum.changes.sequencer import sequence
from relatum.changes.verifying import verify
from relatum.connections import DialectName
from relatum.session import Database, open_database
from relatum.workflows.validity import tell_what_passed
from tests.core.workflows import keepers
from tests.core.workflows.keepers import Keeper, Keeps, Stands, Thing
from tests.databases import CloneTemplate, prepared

START = datetime(2024, 3, 29, 12, tzinfo=UTC)
"""Two days before the clocks are put forward in Berlin."""


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def on(self, **passed: float) -> None:
        self.now += timedelta(**passed)


async def passed(database: Database) -> list[tuple[str, str]]:
    """Let the clock tell what passed, and return all that was ever told so."""
    async with database.connections.leadership("test") as leader:
        assert leader is not None
        await tell_what_passed(database, leader)
    await sequence(database.connections)
    async with database.connections.reading() as connection:
        lines = await read_changes(connection)
    checked, _ = await verify(database.connections)
    assert checked.broken is None
    by_clock = [each for each in lines if each.origin == "clock"]
    assert {each.operation for each in by_clock} <= {"began", "lapsed"}
    return [(each.type, each.operation) for each in by_clock]


async def test_ties_begin_and_lapse_once_each(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    catalogue = build_catalogue([keepers], zone="Europe/Berlin")
    url = await prepared(clone_template, dialect, catalogue)
    clock = Clock()
    async with open_database(url, catalogue, clock=clock) as database:
        db = database.as_(SYSTEM)
        keeper, thing = await db.create(Keeper(name="K")), await db.create(Thing(name="T"))
        assert await passed(database) == []

        now = clock.now
        soon = await db.relate(
            Keeps, keeper, thing,
            valid_from=now + timedelta(minutes=5), valid_to=now + timedelta(hours=2),
        )  # fmt: skip
        easter = now.date() + timedelta(days=2)
        await db.relate(
            Stands, thing, keeper, valid_from=easter, valid_to=easter + timedelta(days=1)
        )
        await db.relate(
            Keeps, keeper, await db.create(Thing(name="since")), valid_from=now - timedelta(days=1)
        )
        assert await passed(database) == []

        clock.on(minutes=6)
        assert await passed(database) == [("Keeps", "began")]
        assert await passed(database) == [("Keeps", "began")]
        await db.correct(soon, valid_from=clock.now + timedelta(minutes=30))
        clock.on(minutes=31)
        assert await passed(database) == 2 * [("Keeps", "began")]

        clock.on(hours=2)
        told = await passed(database)
        assert told == [*2 * [("Keeps", "began")], ("Keeps", "lapsed")]

        clock.now = datetime(2024, 3, 30, 22, 59, tzinfo=UTC)
        assert await passed(database) == told
        clock.now = datetime(2024, 3, 30, 23, 0, tzinfo=UTC)
        assert await passed(database) == [*told, ("Stands", "began")]
        clock.now = datetime(2024, 4, 5, tzinfo=UTC)
        both = [*told, ("Stands", "began"), ("Stands", "lapsed")]
        assert await passed(database) == both
        clock.on(days=1)
        assert await passed(database) == both
