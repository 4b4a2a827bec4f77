"""Forms by which ties are made, changed and ended."""

from datetime import date

import pytest

from relatum.viewing import Form, TieList
from relatum_schemas.errors import Forbidden, NotFound
from tests.core.viewing.conftest import Yard
from tests.core.viewing.yard import Boat, Job, JobOn, LiesAt


def _texts(form: Form) -> dict[str, str]:
    return {each.name: each.text for each in form.inputs}


def _problems(form: Form) -> set[str]:
    return {each.name for each in form.inputs if each.problem}


async def _tie(yard: Yard, boat: str) -> LiesAt:
    ctx = yard.context(yard.clerk)
    lying = await ctx.db.select(LiesAt).all()
    (tie,) = [each for each in lying if each.source == yard.boats[boat].id]
    return tie


async def test_a_tie_is_ended_and_another_made(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    ziege, north = yard_of_boats.boats["Ziege"], yard_of_boats.firms["North"]
    form = await ctx.relating(north, "boats")
    assert [each.name for each in form.inputs] == [
        "node", "berth", "valid_from", "valid_to", "form:key",
    ]  # fmt: skip
    assert _texts(form)["valid_from"] == ctx.today.isoformat()
    assert form.inputs[0].title == "Boat"
    assert "Ziege" in [each.text for each in await form.choose("node")]
    empty = await form.submit([])
    assert _problems(empty.form) == {"node"}
    pairs = [("node", str(ziege.id)), ("berth", "N3"), ("valid_from", "2024-07-01")]
    assert not (await form.submit(pairs)).done  # it lies elsewhere
    ending = await ctx.ending(await _tie(yard_of_boats, "Ziege"))
    assert [each.name for each in ending.inputs] == ["form:at", "version", "form:key"]
    early = await ending.submit([("form:at", "2023-01-01"), ("version", _texts(ending)["version"])])
    assert not early.done
    ended = [("form:at", "2024-07-01"), ("version", _texts(ending)["version"])]
    assert (await ending.submit(ended)).done
    made = await form.submit(pairs)
    assert made.done
    tie = await ctx.db.get(LiesAt, made.result)
    assert (tie.source, tie.target, tie.berth) == (ziege.id, north.id, "N3")
    assert tie.valid_from == date(2024, 7, 1)
    key = await ctx.relating(yard_of_boats.firms["South"], "boats")
    assert key.key is not None


async def test_a_tie_takes_another_course_from_a_day_on_or_always_had_it(
    yard_of_boats: Yard,
) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    tie = await _tie(yard_of_boats, "Möwe")
    form = await ctx.changing(tie)
    texts = _texts(form)
    assert form.help == "Möwe · North Yard"
    assert texts["berth"] == "M1"
    assert texts["form:at"] == ctx.today.isoformat()
    later = [("berth", "M2"), ("form:at", "2024-06-01"), ("version", texts["version"])]
    changed = await form.submit([*later, ("form:key", texts["form:key"])])
    again = await form.submit([*later, ("form:key", texts["form:key"])])
    assert changed.done
    assert again.result == changed.result
    successor = await ctx.db.get(LiesAt, changed.result)
    assert (successor.berth, successor.valid_from) == ("M2", date(2024, 6, 1))
    late = await (await ctx.changing(tie)).submit(later)
    assert not late.done
    corrected = await (await ctx.changing(successor)).submit(
        [("berth", "M3"), ("version", str(successor.version))]
    )
    assert corrected.result == successor.id
    assert (await ctx.db.get(LiesAt, successor.id)).berth == "M3"


async def test_a_tie_that_holds_for_no_time_is_corrected_and_removed(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    tie = (await ctx.db.select(JobOn).all())[0]
    form = await ctx.changing(tie)
    assert "form:at" not in _texts(form)
    sent = await form.submit([("hours", "7"), ("version", str(tie.version))])
    assert sent.done
    assert (await ctx.db.get(JobOn, tie.id)).hours == 7
    ending = await ctx.ending(tie)
    kept = await ending.submit([("version", _texts(ending)["version"])])
    assert not kept.done  # a job is on a boat
    assert kept.form.problem


async def test_who_may_not_relate_gets_no_form(yard_of_boats: Yard) -> None:
    keeper = yard_of_boats.context(yard_of_boats.keeper)
    tie = await _tie(yard_of_boats, "Möwe")
    for asked in (
        keeper.relating(yard_of_boats.firms["North"], "boats"),
        keeper.changing(tie),
        keeper.ending(tie),
    ):
        with pytest.raises(Forbidden):
            await asked
    clerk = yard_of_boats.context(yard_of_boats.clerk)
    job = (await clerk.db.select(Job).all())[0]
    for unknown in (
        clerk.relating(job, "boats"),
        clerk.ending(job),
        keeper.ending(await _tie(yard_of_boats, "Ziege")),
    ):
        with pytest.raises(NotFound):
            await unknown


async def test_a_view_says_where_ties_are_edited(yard_of_boats: Yard) -> None:
    clerk = yard_of_boats.context(yard_of_boats.clerk)
    boat: Boat = yard_of_boats.boats["Möwe"]
    detail = await clerk.view("yard.boats").detail(boat.id)
    (work,) = [each for each in detail.sections if isinstance(each, TieList)]
    assert work.relates
    assert work.edits
    assert not work.lasting
    keeper = yard_of_boats.context(yard_of_boats.keeper)
    seen = await keeper.view("yard.boats").detail(boat.id)
    assert not any(each.edits for each in seen.sections if isinstance(each, TieList))
