"""Who is told of which changes, and what of them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName
from relatum.writing import Update
from relatum_schemas.errors import BadCursor, BadSelection
from relatum_schemas.selection import (
    AcrossOutput,
    ChangedOutput,
    Changes,
    Compare,
    Connection,
    CursorOutput,
    EdgesItem,
    FieldOutput,
    FieldPath,
    HistoryOutput,
    Operator,
    Page,
    PageInfoItem,
    Parameter,
    SelfOutput,
    TotalCountItem,
)
from tests.core.changes.office import LABEL, OFFICE, Office, changed, moved, office, told
from tests.core.reading.asking import rows
from tests.databases import CloneTemplate

LABELS = (FieldOutput(key="record_id", field="record_id"),)


def by_id(record: UUID) -> Compare:
    """The record of that id."""
    return Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(record))


@pytest.fixture
async def desk(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    async with office(clone_template, dialect) as made:
        yield made


async def test_a_change_is_told_to_who_may_see_its_record(desk: Office) -> None:
    ann = desk.who("Ann", "partner")
    deals: Any = {"types": ("Deal",)}
    assert told(await desk.changes(ann, **deals)) == [("CREATED", "Wheel", 1)]
    assert told(await desk.changes(SYSTEM, **deals)) == [
        ("CREATED", "Wheel", 1),
        ("CREATED", "Crane", 1),
    ]
    assert await desk.changes(Principal(roles=frozenset({"partner"})), **deals) == []
    (line,) = await desk.changes(ann, **deals)
    session = desk.system
    deal = await session.get(OFFICE.Deal, desk.deals["Wheel"])
    deal = await session.update(deal, stage="won", margin=7)
    await session.update(deal, margin=8)
    lines = await desk.changes(ann, since=line["cursor"], **deals)
    assert [each["fields"] for each in lines] == [["stage"], []]
    assert {each["purpose"] for each in lines} == {None}
    assert [each["operation"] for each in lines] == ["UPDATED", "UPDATED"]
    auditor = desk.who("Ann", "auditor")
    lines = await desk.changes(auditor, since=line["cursor"], **deals)
    assert [each["fields"] for each in lines] == [["stage", "margin"], ["margin"]]
    assert {each["purpose"] for each in lines} == {"system"}


PARTS = (("field", "field"), ("before", "before"), ("after", "after"))
ENTRIES = HistoryOutput(
    key="history",
    form=Connection(
        items=(
            EdgesItem(
                key="edges",
                outputs=(
                    CursorOutput(key="cursor"),
                    SelfOutput(
                        key="node",
                        outputs=(
                            *(
                                FieldOutput(key=name, field=name)
                                for name in ("operation", "version")
                            ),
                            FieldOutput(key="recorded_to", field="recorded_to"),
                            ChangedOutput(key="changed", parts=PARTS),
                            AcrossOutput(key="actor", across="actor", outputs=LABEL),
                        ),
                    ),
                ),
            ),
            PageInfoItem(
                key="page",
                facts=(("more", "has_next_page"), ("less", "has_previous_page")),
            ),
            TotalCountItem(key="total"),
        )
    ),
    page=Page(first=Parameter(parameter="first"), after=Parameter(parameter="after")),
)


async def history(desk: Office, who: Principal, which: str, **given: Any) -> Any:
    asked = rows("Deal", ENTRIES, filter=by_id(desk.deals[which]))
    session = desk.database.as_(who)
    (found,) = orjson.loads(await session.read(asked, given))["answer"]
    return found["history"]


def nodes(found: Any) -> list[Any]:
    return [each["node"] for each in found["edges"]]


async def test_a_history_tells_what_changed_to_who_may_read_it(desk: Office) -> None:
    editor = desk.database.as_(Principal(id=desk.people["Ann"], roles=frozenset({ADMINISTRATOR})))
    await editor.apply([Update(desk.deals["Wheel"], {"stage": "public", "margin": 7})])
    await editor.apply([Update(desk.deals["Wheel"], {"margin": None})])
    stage = {"field": "stage", "before": "open", "after": "public"}
    found = await history(desk, desk.who("Ann", "auditor", "partner"), "Wheel")
    assert (found["total"], found["page"]) == (3, {"more": False, "less": False})
    assert [(each["operation"], each["version"]) for each in nodes(found)] == [
        ("UPDATED", 3),
        ("UPDATED", 2),
        ("CREATED", 1),
    ]
    assert [each["changed"] for each in nodes(found)] == [
        [{"field": "margin", "before": 7, "after": None}],
        [stage, {"field": "margin", "before": None, "after": 7}],
        [
            {"field": "title", "before": None, "after": "Wheel"},
            {"field": "stage", "before": None, "after": "open"},
        ],
    ]
    assert [each["actor"] for each in nodes(found)] == [{"label": "Ann"}, {"label": "Ann"}, None]
    assert [each["recorded_to"] is None for each in nodes(found)] == [True, False, False]
    # Bob may read the history of what is public, without the margin; and not see who Ann is.
    found = await history(desk, desk.who("Bob", "auditor"), "Wheel")
    assert [each["changed"] for each in nodes(found)][:2] == [[], [stage]]
    assert {str(each["actor"]) for each in nodes(found)} == {"None"}
    nothing = {"edges": [], "page": {"more": False, "less": False}, "total": 0}
    assert await history(desk, desk.who("Ann", "partner"), "Wheel") == nothing
    assert await history(desk, Principal(roles=frozenset({"clerk"})), "Wheel") == nothing


async def test_a_history_is_paged(desk: Office) -> None:
    for number in range(4):
        await changed(desk, "Wheel", margin=number)
    await desk.system.delete(desk.deals["Wheel"])
    await desk.system.restore(desk.deals["Wheel"])
    whole = await history(desk, SYSTEM, "Wheel", first=10)
    assert [each["operation"] for each in nodes(whole)] == [
        "RESTORED", "DELETED", "UPDATED", "UPDATED", "UPDATED", "UPDATED", "CREATED",
    ]  # fmt: skip
    paged: list[Any] = []
    after = None
    for _ in range(4):
        found = await history(desk, SYSTEM, "Wheel", first=2, after=after)
        assert found["page"]["less"] == bool(paged)
        paged += found["edges"]
        assert found["page"]["more"] == (len(paged) < len(whole["edges"]))
        after = found["edges"][-1]["cursor"]
    assert paged == whole["edges"]
    with pytest.raises(BadCursor):
        await history(desk, SYSTEM, "Wheel", after="nonsense")


async def test_a_page_of_changes_goes_on_from_its_cursor(desk: Office) -> None:
    items = (
        EdgesItem(key="edges", outputs=(CursorOutput(key="cursor"), SelfOutput(key="node", outputs=LABELS))),
        PageInfoItem(key="page", facts=(("more", "has_next_page"), ("end", "end_cursor"))),
    )  # fmt: skip
    seen: list[Any] = []
    since = None
    for _ in range(20):
        found = await desk.asked(
            SYSTEM, Changes(since=since), Connection(items=items), Page(first=3)
        )
        seen += [each["node"] for each in found["edges"]]
        assert found["page"]["end"] == found["edges"][-1]["cursor"]
        since = found["page"]["end"]
        if not found["page"]["more"]:
            break
    everything = await desk.changes(SYSTEM)
    assert [each["record_id"] for each in seen] == [each["record_id"] for each in everything]
    with pytest.raises(BadCursor):
        await desk.changes(SYSTEM, since="nonsense")


@pytest.mark.parametrize(
    "source",
    [
        {"types": ("Deal", "Firm"), "filter": by_id(UUID(int=1))},
        {"filter": by_id(UUID(int=1))},
    ],
)
async def test_a_filter_is_about_one_type(desk: Office, source: Any) -> None:
    with pytest.raises(BadSelection):
        await desk.changes(SYSTEM, **source)


async def test_lines_of_ties_are_told_by_their_ends(desk: Office) -> None:
    ann = desk.who("Ann", "partner")
    ties: Any = {"types": ("Deals",)}
    assert [each[0] for each in told(await desk.changes(ann, **ties))] == ["RELATED"]
    await moved(desk, "Wheel", "Yard")
    assert await desk.changes(ann, **ties) == []
    lines = await desk.changes(desk.who("Bob", "partner"), **ties)
    assert [(each["operation"], each["fields"]) for each in lines] == [
        ("RELATED", []),
        ("RELATED", []),
        ("CORRECTED", ["target"]),
    ]
