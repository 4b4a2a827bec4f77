"""Following changes: nothing is missed, nothing is told twice, and what left one's sight is told to have left."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from relatum.access import Principal
from relatum.changes.cursors import BEGINNING
from relatum.changes.sequencer import LEADERSHIP, sequence
from relatum.connections import DialectName
from relatum.session import feed
from relatum.session.feed import Following
from relatum.writing import Update
from relatum_schemas.errors import StartOver
from relatum_schemas.selection import (
    Changes,
    Compare,
    FieldPath,
    Many,
    Operator,
    Parameter,
    RootField,
)
from tests.core.changes.office import (
    OFFICE,
    OUTPUTS,
    TODAY,
    Office,
    changed,
    moved,
    new_deal,
    office,
)
from tests.databases import CloneTemplate

OPEN = Compare(path=FieldPath(field="stage"), operator=Operator.EQ, value=Parameter(parameter="is"))


@pytest.fixture
async def desk(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    async with office(clone_template, dialect) as made:
        yield made


class Reader:
    """Somebody who follows the deals."""

    def __init__(
        self, desk: Office, who: Principal, since: str | None = None, **source: Any
    ) -> None:
        self.desk = desk
        self.who = who
        root = RootField(
            key="answer", source=Changes(types=("Deal",), **source), form=Many(outputs=OUTPUTS)
        )
        self.followed = Following(root, {"is": "open"}, since)
        self.cursor = since

    async def told(self) -> list[tuple[str, str, str | None]]:
        """What is told until there is no more: operation, record, and its label."""
        await sequence(self.desk.database.connections)
        names = {str(each): name for name, each in self.desk.deals.items()}
        found = []
        more = True
        while more:
            batch = await self.followed.step(self.desk.database.as_(self.who))
            more = batch.more
            for each in batch.rows:
                shown = orjson.loads(each.data)
                assert shown["cursor"] == each.cursor
                self.cursor = each.cursor
                label = (shown["record"] or {}).get("label")
                found.append((shown["operation"], names[shown["record_id"]], label))
        return found


async def test_what_comes_is_told_once(desk: Office) -> None:
    ann = Reader(desk, desk.who("Ann", "partner"))
    assert await ann.told() == []
    await changed(desk, "Wheel", stage="won")
    await changed(desk, "Crane", stage="won")
    assert await ann.told() == [("UPDATED", "Wheel", "Wheel")]
    assert await ann.told() == []
    await changed(desk, "Wheel", title="Cog")
    again = Reader(desk, ann.who, ann.cursor)
    assert await again.told() == [("UPDATED", "Wheel", "Cog")]
    assert await ann.told() == [("UPDATED", "Wheel", "Cog")]
    since = Reader(desk, ann.who, BEGINNING)
    assert [each[:2] for each in await since.told()] == [
        ("CREATED", "Wheel"),
        ("UPDATED", "Wheel"),
        ("UPDATED", "Wheel"),
    ]


async def test_a_record_whose_tie_moved_has_left(desk: Office) -> None:
    ann, bob = (Reader(desk, desk.who(name, "partner"), BEGINNING) for name in ("Ann", "Bob"))
    assert await ann.told() == [("CREATED", "Wheel", "Wheel")]
    assert await bob.told() == [("CREATED", "Crane", "Crane")]
    await moved(desk, "Wheel", "Yard")
    assert await ann.told() == [("LEFT_SCOPE", "Wheel", None)]
    assert await ann.told() == []
    assert await bob.told() == []
    await changed(desk, "Wheel", stage="won")
    assert await ann.told() == []
    assert await bob.told() == [("UPDATED", "Wheel", "Wheel")]


async def test_all_that_was_seen_by_a_tie_left_with_it(desk: Office) -> None:
    for title in ("Axle", "Belt"):
        await new_deal(desk, title, "Mill")
    ann = Reader(desk, desk.who("Ann", "partner"), BEGINNING)
    assert len(await ann.told()) == 3
    await changed(desk, "Wheel", stage="won")
    await desk.system.end(desk.works["Ann"], at=TODAY)
    before = ann.cursor
    expected = [("LEFT_SCOPE", title, None) for title in ("Wheel", "Axle", "Belt")]
    assert await ann.told() == expected
    again = Reader(desk, ann.who, before)
    assert await again.told() == expected
    assert await Reader(desk, ann.who, ann.cursor).told() == []
    assert await Reader(desk, desk.who("Bob", "partner"), before).told() == []


async def test_what_fulfils_the_filter_no_more_has_left(desk: Office) -> None:
    clerk = Reader(desk, Principal(roles=frozenset({"clerk"})), BEGINNING, filter=OPEN)
    assert [each[1] for each in await clerk.told()] == ["Wheel", "Crane"]
    await changed(desk, "Wheel", stage="won")
    await changed(desk, "Crane", margin=3)
    assert await clerk.told() == [("LEFT_SCOPE", "Wheel", None), ("UPDATED", "Crane", "Crane")]
    await changed(desk, "Wheel", stage="open")
    assert await clerk.told() == [("UPDATED", "Wheel", "Wheel")]


async def test_what_was_deleted_is_told_by_rules_that_can_still_be_judged(desk: Office) -> None:
    clerk = Reader(desk, Principal(roles=frozenset({"clerk"})), BEGINNING)
    ann = Reader(desk, desk.who("Ann", "partner"), BEGINNING)
    bob = Reader(desk, desk.who("Bob", "partner"), BEGINNING)
    for each in (clerk, ann, bob):
        await each.told()
    await desk.system.delete(desk.deals["Wheel"])
    assert await clerk.told() == [("DELETED", "Wheel", None)]
    assert await ann.told() == [("LEFT_SCOPE", "Wheel", None)]
    assert await bob.told() == []


@pytest.mark.parametrize("stops", [1, 2, 3, 4, 5])
async def test_any_cursor_is_a_place_to_go_on_from(
    desk: Office, stops: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE", 2)
    for title in ("Axle", "Belt", "Cog"):
        await new_deal(desk, title, "Mill")
    start = Reader(desk, desk.who("Ann", "partner"), BEGINNING)
    await start.told()
    for title in ("Wheel", "Axle"):
        await moved(desk, title, "Yard")
    for title in ("Belt", "Cog", "Belt"):
        await changed(desk, title, margin=len(title))
        await changed(desk, title, margin=0)
    whole = await Reader(desk, start.who, start.cursor).told()
    assert [each[0] for each in whole[:2]] == ["LEFT_SCOPE"] * 2 and len(whole) == 8
    rows: list[Any] = []
    reader = Reader(desk, start.who, start.cursor)
    while len(rows) < len(whole):
        batch = await reader.followed.step(desk.database.as_(start.who))
        taken = batch.rows[:stops]
        assert taken or batch.more
        rows += [orjson.loads(each.data) for each in taken]
        if taken:
            reader = Reader(desk, start.who, taken[-1].cursor)
    names = {str(each): name for name, each in desk.deals.items()}
    assert [(each["operation"], names[each["record_id"]]) for each in rows] == [
        each[:2] for each in whole
    ]


async def test_too_much_that_left_at_once_is_to_be_read_anew(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_LEFT", 1)
    await new_deal(desk, "Axle", "Mill")
    ann = Reader(desk, desk.who("Ann", "partner"), BEGINNING)
    await ann.told()
    await desk.system.end(desk.works["Ann"], at=TODAY)
    with pytest.raises(StartOver):
        await ann.told()


async def test_what_came_into_sight_unnumbered_is_not_told_yet(desk: Office) -> None:
    if desk.database.connections.dialect == "sqlite":
        return  # the writer numbers its own lines
    ann = Reader(desk, desk.who("Ann", "partner"), BEGINNING)
    await desk.system.end(desk.works["Ann"], at=TODAY)
    await changed(desk, "Wheel", stage="won")
    await sequence(desk.database.connections)
    async with desk.database.connections.leadership(LEADERSHIP):
        tie = await desk.system.relate(
            OFFICE.Works, desk.people["Ann"], desk.firms["Mill"], valid_from=TODAY
        )
        assert await desk.changes(ann.who, types=("Deal",)) != []
        assert await ann.told() == []
    await desk.system.remove(tie)
    assert await ann.told() == []


async def test_a_unit_of_work_is_a_place_to_follow_from(desk: Office) -> None:
    await sequence(desk.database.connections)
    async with desk.system.unit() as unit:
        nothing = await unit.change_cursor()
    async with desk.system.unit() as unit:
        await unit.apply([Update(desk.deals["Wheel"], {"stage": "won"})])
        cursor = await unit.change_cursor()
    await changed(desk, "Wheel", stage="lost")
    ann = desk.who("Ann", "partner")
    updated = ("UPDATED", "Wheel", "Wheel")
    assert await Reader(desk, ann, nothing).told() == [updated, updated]
    assert await Reader(desk, ann, cursor).told() == [updated]
    assert len(await desk.changes(ann, types=("Deal",), since=nothing)) == 2


async def test_what_only_a_role_opened_has_left_with_it(desk: Office) -> None:
    ann = Reader(desk, desk.who("Ann", "partner", "clerk"), BEGINNING)
    assert [each[1] for each in await ann.told()] == ["Wheel", "Crane"]
    before = ann.cursor
    ann.who = desk.who("Ann", "partner")
    left = [("LEFT_SCOPE", "Crane", None)]
    assert await ann.told() == left
    assert await ann.told() == []
    again = Reader(desk, ann.who, before)
    assert await again.told() == left
    assert await Reader(desk, ann.who, again.cursor).told() == []
    assert await Reader(desk, desk.who("Bob", "partner"), before).told() == []
