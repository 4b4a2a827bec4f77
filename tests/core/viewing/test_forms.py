"""Forms: what is asked for, how it is read in a language, what is told where, what is done."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from relatum.viewing import Form, Input
from relatum.viewing.choosing import chosen
from relatum_schemas.condition import Field
from relatum_schemas.errors import Forbidden, NotFound
from relatum_schemas.kinds import FileReference, Money
from tests.core.viewing.conftest import Yard
from tests.core.viewing.yard import Boat


def inputs_of(form: Form) -> dict[str, Input]:
    """All fields by name, those within others too."""
    found: dict[str, Input] = {}

    def put(each: Input) -> None:
        found[each.name] = each
        for inner in (*each.parts, *each.items):
            put(inner)

    for each in form.inputs:
        put(each)
    return found


async def test_an_action_is_a_form_of_its_inputs(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    boat = yard_of_boats.boats["Möwe"]
    form = await ctx.form("repaint", given={"boat": str(boat.id)})
    assert (form.title, form.help) == ("Repaint", "Paint a boat anew.")
    inputs = inputs_of(form)
    assert {name: each.kind for name, each in inputs.items()} == {
        "boat": "record",
        "paint": "group",
        "paint.colour": "choice",
        "paint.litres": "number",
        "on": "day",
        "coats": "list",
        "price": "money",
        "price.amount": "number",
        "price.currency": "currency",
        "picture": "file",
        "note": "long_text",
        "careful": "boolean",
        "form:key": "hidden",
    }
    assert inputs["boat"].named is not None
    assert inputs["boat"].named.label == "Möwe"
    assert inputs["paint.colour"].help == "Of the hull."
    assert [each.text for each in inputs["paint.colour"].choices] == ["Red", "Blue"]
    assert inputs["paint.litres"].text == "1"
    assert {name for name, each in inputs.items() if each.required} == {
        "boat",
        "paint",
        "paint.colour",
        "on",
        "form:key",
    }
    blank = inputs["coats"].blank
    assert blank is not None
    assert [each.name for each in blank.parts] == ["coats.{}.thickness", "coats.{}.by"]
    assert [each.text for each in await form.choose("boat", "adl")] == ["Adler"]
    assert [each.text for each in await form.choose("coats.0.by")][:2] == [
        "North Yard",
        "South Yard",
    ]
    with pytest.raises(NotFound):
        await form.choose("paint.colour")


@pytest.mark.parametrize("words", ["words", "1", "-", "9" * 400])
async def test_words_of_an_address_may_name_anything(yard_of_boats: Yard, words: str) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    names = inputs_of(await ctx.form("repaint"))
    form = await ctx.form("repaint", given=dict.fromkeys(names, words))
    assert inputs_of(form)["picture"].file is None
    assert inputs_of(form)["note"].text == words


async def test_what_a_browser_sends_is_read_in_the_language_and_done(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    boat, north = yard_of_boats.boats["Möwe"], yard_of_boats.firms["North"]
    picture = FileReference(name="p.png", media_type="image/png", size=1, digest="1" * 64)
    form = await ctx.form("repaint", language="de")
    sent = await form.submit(
        [
            ("boat", str(boat.id)),
            ("paint.colour", "blue"),
            ("paint.litres", "1,5"),
            ("on", "31.05.2024"),
            ("coats.3.thickness", "2"),
            ("coats.7.thickness", "1"),
            ("coats.7.by", str(north.id)),
            ("price.amount", "1.234,50"),
            ("price.currency", "EUR"),
            ("picture", picture),
            ("note", "one\r\ntwo"),
            ("careful", "on"),
            ("csrf", "abc"),
        ]
    )
    assert sent.done, inputs_of(sent.form)
    painted = await ctx.db.get(Boat, boat.id)
    assert painted.story == "blue 1.5000 2 True one\ntwo"
    assert painted.price == Money(amount=Decimal("1234.50"), currency="EUR")
    assert (painted.launched, painted.papers) == (date(2024, 5, 31), picture)
    assert isinstance(sent.result, Boat)


async def test_mistakes_stand_at_their_fields_and_nothing_is_lost(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await ctx.form("repaint", language="de")
    north = yard_of_boats.firms["North"]
    sent = await form.submit(
        [
            ("paint.colour", "green"),
            ("on", "gestern"),
            ("coats.4.thickness", "dünn"),
            ("coats.4.by", str(north.id)),
            ("price.amount", "12,345"),
        ]
    )
    assert not sent.done
    inputs = inputs_of(sent.form)
    wrong = {name for name, each in inputs.items() if each.problem}
    assert wrong == {"boat", "paint.colour", "on", "coats.0.thickness", "price.amount"}
    assert inputs["boat"].problem == "Hier fehlt noch etwas."
    day = "'gestern' passt hier nicht. Erwartet wird: ein Datum wie 31.05.2024."
    assert inputs["on"].problem == day
    exact = (
        "12,345 passt hier nicht. Erwartet wird: eine Zahl mit höchstens 2 Stellen nach dem Komma."
    )
    assert inputs["price.amount"].problem == exact
    assert inputs["on"].text == "gestern"
    assert inputs["coats.0.by"].named is not None
    refused = await form.submit(
        [
            ("boat", str(yard_of_boats.boats["Adler"].id)),
            ("paint.colour", "red"),
            ("paint.litres", "101"),
            ("on", "2024-01-01"),
        ]
    )
    assert inputs_of(refused.form)["paint.litres"].problem == "So much paint is not there."


async def test_things_are_added_to_lists_and_dropped_without_script(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await (await ctx.form("repaint")).filled([("add", "coats"), ("coats.0.thickness", "1")])
    assert [each.name for each in inputs_of(form)["coats"].items] == ["coats.0", "coats.1"]
    form = await form.filled(
        [("drop", "coats.0"), ("coats.0.thickness", "1"), ("coats.1.thickness", "2")]
    )
    (item,) = inputs_of(form)["coats"].items
    assert item.parts[0].text == "2"


async def test_buttons_that_are_none_of_the_form_do_nothing(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await (await ctx.form("repaint")).filled([])
    for name in ("coats" + ".0" * 3000, "boat", "paint.colour", "elsewhere", "", "."):
        filled = await form.filled([("add", name), ("drop", name)])
        assert filled.inputs == form.inputs, name[:20]


async def test_records_of_several_types_are_offered_by_name_and_no_others(
    yard_of_boats: Yard,
) -> None:
    reads = yard_of_boats.context(yard_of_boats.clerk).db
    types = ("Boat", "Organization")
    offered = await chosen(reads, types, "", first=20)
    assert [each.text for each in offered] == ["Adler", "Möwe", "North Yard", "South Yard", "Ziege"]
    assert await chosen(reads, types, "", first=2) == offered[:2]
    assert [each.text for each in await chosen(reads, types, "nor", first=20)] == ["North Yard"]


async def test_what_an_action_returned_is_told_in_words(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    north = yard_of_boats.firms["North"]
    form = await ctx.form("quote_painting", language="de")
    sent = await form.submit([("yard", str(north.id))])
    assert [(each.column.title, each.text) for each in sent.shown] == [
        ("Price", "2,50\xa0€"),
        ("Boat", "Adler"),
        ("Pace", "Slow"),
        ("Days", "01.05.2024"),
    ]
    assert sent.shown[1].link is not None
    assert sent.shown[1].link.view == "yard.boats"
    counted = await (await ctx.form("count_boats")).submit([("rig", "ketch")])
    assert [(each.column.title, each.text) for each in counted.shown] == [("Count boats", "1")]


async def test_who_may_not_call_gets_no_form(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.keeper)
    with pytest.raises(Forbidden):
        await ctx.form("repaint")
    with pytest.raises(NotFound):
        await ctx.form("sink")
    assert (await ctx.form("launch")).name == "launch"
    with pytest.raises(Forbidden):
        await ctx.creating(Boat)


async def test_a_record_is_created_with_its_ties(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await ctx.creating("Boat", language="de")
    inputs = inputs_of(form)
    assert inputs["name"].required
    assert inputs["lies_at"].types == ("Organization",)
    assert [each.text for each in inputs["fitting"].choices] == ["Brand new", "Rather old"]
    assert "doubled" not in inputs
    refused = await form.submit([("afloat", "yes"), ("lies_at", "nowhere")])
    assert inputs_of(refused.form)["lies_at"].problem
    sent = await form.submit(
        [
            ("name", "Dory"),
            ("length", "4,2"),
            ("gear", "radio"),
            ("gear", "radar"),
            ("checked", "2024-07-01T12:00"),
            ("lies_at", str(yard_of_boats.firms["South"].id)),
        ]
    )
    assert sent.done, [each.problem for each in inputs_of(sent.form).values()]
    boat = await ctx.db.get(Boat, sent.result)
    assert (boat.length, boat.afloat, boat.rig) == (Decimal("4.20"), False, "sloop")
    assert boat.checked == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert list(boat.gear or ()) == ["radio", "radar"]
    assert await ctx.db.select(yard_of_boats.firms["South"].boats).count() == 2


async def test_a_record_is_changed_as_far_as_the_caller_may(yard_of_boats: Yard) -> None:
    boat = yard_of_boats.boats["Möwe"]
    keeper = yard_of_boats.context(yard_of_boats.keeper)
    form = await keeper.updating(boat)
    assert [each.name for each in form.inputs] == ["rig", "afloat", "version", "form:key"]
    assert inputs_of(form)["rig"].text == "ketch"
    version = inputs_of(form)["version"].text
    sent = await form.submit([("rig", "sloop"), ("name", "Mine"), ("version", version)])
    assert sent.done
    changed = await keeper.db.get(Boat, boat.id)
    assert (changed.name, changed.rig, changed.afloat) == ("Möwe", "sloop", False)
    late = await form.submit([("rig", "motor"), ("version", version)])
    assert not late.done
    assert late.form.problem
    with pytest.raises(NotFound):
        await keeper.updating(yard_of_boats.boats["Ziege"])


async def test_what_stands_in_a_form_is_sent_back_unchanged(yard_of_boats: Yard) -> None:
    clerk = yard_of_boats.context(yard_of_boats.clerk)
    boat = yard_of_boats.boats["Möwe"]
    before = await clerk.db.get(Boat, boat.id)
    form = await clerk.updating(boat, language="de")
    inputs = inputs_of(form)
    assert inputs["checked"].text == "2024-04-01T00:30"
    assert inputs["papers"].file == before.papers
    pairs = [
        (each.name, text)
        for each in inputs.values()
        for text in (each.texts or ((each.text,) if each.text else ()))
        if each.kind not in ("group", "money")
    ]
    assert (await form.submit(pairs)).done
    after = await clerk.db.get(Boat, boat.id)
    assert after.model_copy(update={"version": before.version}) == before


def _painting(boat: Boat, key: str | None, litres: str = "1") -> list[tuple[str, str]]:
    pairs = [("boat", str(boat.id)), ("paint.colour", "red"), ("paint.litres", litres)]
    return [*pairs, ("on", "2024-01-01"), *([("form:key", key)] if key else [])]


async def test_what_is_sent_twice_is_done_once(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    boat = yard_of_boats.boats["Möwe"]
    key = (await ctx.form("repaint")).key
    assert key is not None
    refused = await (await ctx.form("repaint")).submit(_painting(boat, key, "101"))
    assert refused.form.key == key  # nothing was done with it
    first = await (await ctx.form("repaint")).submit(_painting(boat, key))
    version = (await ctx.db.get(Boat, boat.id)).version
    again = await (await ctx.form("repaint")).submit(_painting(boat, key))
    assert again.done
    assert again.result == first.result
    assert (await ctx.db.get(Boat, boat.id)).version == version
    changed = await (await ctx.form("repaint")).submit(_painting(boat, key, "2"))
    assert not changed.done
    assert changed.form.problem
    assert changed.form.key not in (key, None)
    after_all = await changed.form.submit(_painting(boat, changed.form.key, "2"))
    assert after_all.done
    assert (await ctx.db.get(Boat, boat.id)).version == version + 1
    other = await (await ctx.form("repaint")).submit(_painting(boat, None))
    assert other.done


async def test_what_an_action_told_is_told_again(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await ctx.form("agree_price", language="de")
    pairs = [("boat", str(yard_of_boats.boats["Möwe"].id)), ("form:key", str(form.key))]
    first, again = await form.submit(pairs), await form.submit(pairs)
    assert [each.text for each in first.shown] == ["2,50\xa0€", "Möwe", "Fast", "01.05.2024"]
    assert again.shown == first.shown
    assert again.result == first.result


async def test_a_record_is_created_once(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    form = await ctx.creating("Boat")
    pairs = [("name", "Twin"), ("afloat", "yes"), ("form:key", str(form.key))]
    first, again = await form.submit(pairs), await (await ctx.creating("Boat")).submit(pairs)
    assert first.result == again.result
    assert await ctx.db.select(Boat).where(Field("name") == "Twin").count() == 1


async def test_what_only_reads_needs_no_key(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    assert (await ctx.form("count_boats")).key is None


async def test_a_list_takes_a_hundred_things(yard_of_boats: Yard) -> None:
    ctx = yard_of_boats.context(yard_of_boats.clerk)
    pairs = [(f"coats.{number}.thickness", str(number)) for number in range(900)]
    pairs += _painting(yard_of_boats.boats["Möwe"], None)
    form = await ctx.form("repaint")
    for shown in (await form.filled([*pairs, ("add", "coats")]), (await form.submit(pairs)).form):
        coats = inputs_of(shown)["coats"]
        assert coats.problem
        assert len(coats.items) == 100
        assert coats.items[99].parts[0].text == "99"
    assert not (await form.submit(pairs)).done
    assert (await form.submit([pair for pair in pairs if "coats" not in pair[0]])).done


async def test_only_records_are_offered_on_which_the_action_may_be_called(
    yard_of_boats: Yard,
) -> None:
    keeper = yard_of_boats.context(yard_of_boats.keeper)
    seen = await chosen(keeper.db, ("Boat",), "", first=20)
    assert [each.text for each in seen] == ["Adler", "Möwe"]
    form = await keeper.form("launch")
    assert [each.text for each in await form.choose("boat")] == ["Adler"]
    assert [each.text for each in await form.choose("boat", "adl")] == ["Adler"]
    assert await form.choose("boat", "möw") == ()
    clerk = yard_of_boats.context(yard_of_boats.clerk)
    everything = await (await clerk.form("repaint")).choose("boat")
    assert [each.text for each in everything] == ["Adler", "Möwe", "Ziege"]
    afloat = await (await clerk.form("haul_out")).choose("boat")
    assert [each.text for each in afloat] == ["Möwe", "Ziege"]


async def test_ties_to_choose_from_are_called_by_both_their_ends(yard_of_boats: Yard) -> None:
    reads = yard_of_boats.context(yard_of_boats.clerk).db
    offered = await chosen(reads, ("LiesAt",), "", first=20)
    assert "Möwe · North Yard" in {each.text for each in offered}
