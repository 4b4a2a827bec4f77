"""What people call what is declared, in their language."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relatum.catalogue import build_catalogue
from relatum.plugins import Hooks, LoadedPlugin, Phrasebook, Titles
from relatum_schemas.errors import (
    BadTransition,
    BadValue,
    Conflict,
    Refused,
    UnknownField,
    UnknownType,
)
from relatum_schemas.phrase import Phrase, code
from tests.core.catalogue.declaring import declare

OFFICE = '''
from pydantic import BaseModel

class Parcel(Entity, plural="parcels"):
    """Something on its way.

    It is told apart by its number.
    """
    number: Annotated[str, Label, Help("Printed on the label.")]
    state: Annotated[State, Transitions(waiting=["sent"])] = "waiting"
    goes_to: Country | None = None
    shelf: Literal["left", "right"] | None = None

class Clerk(Entity):
    """Somebody at the counter."""
    name: Annotated[str, Label]
    state: str | None = None

class HandedTo(Relationship[Parcel, Clerk], valid="day"):
    """A clerk takes a parcel."""
    ends = Ends("clerk", "parcels_taken")

class Dimensions(BaseModel):
    """How big it is.

    Attributes:
        width: in centimetres.
    """
    width: int
    way: Literal["air", "sea"] = "air"

@action(Parcel, rights={"clerk"})
async def send_parcel(ctx: Context, parcel: Parcel, size: Dimensions | None = None) -> Parcel:
    """Send a parcel.

    Args:
        ctx: of the call.
        parcel: which.
        size: how big it is.
    """
    raise Refused("never", message="Not today.")

roles = [Role("clerk", title="Clerk at the counter")]
views = [View("on_the_way", Parcel, place=PORTAL, columns="number")]
'''

GERMAN = """
msgid "Parcel"
msgstr "Paket"

msgid "Parcels"
msgstr "Pakete"

msgid "Something on its way."
msgstr "Etwas, das unterwegs ist."

msgid "Printed on the label."
msgstr "Steht auf dem Aufkleber."

msgid "State"
msgstr "Zustand"

msgctxt "Clerk.state"
msgid "State"
msgstr "Bundesland"

msgid "Sent"
msgstr "Verschickt"

msgid "Clerk"
msgstr "Beamter"

msgid "Send parcel"
msgstr "Paket abschicken"

msgid "In centimetres."
msgstr "In Zentimetern."

msgid "Sea"
msgstr "Seeweg"

msgid "Clerk at the counter"
msgstr "Beamter am Schalter"

msgid "On the way"
msgstr "Unterwegs"

msgid "Not today."
msgstr "Heute nicht."
"""


def titles(folder: Path, language: str, **others: str) -> Titles:
    """Those of an office whose plugin speaks German, beside plugins that say something else in German."""
    modules: list[Any] = []
    for name, said in {"office": GERMAN, **others}.items():
        there = folder / name / "de" / "LC_MESSAGES"
        there.mkdir(parents=True)
        (there / f"{name}.po").write_text(said, encoding="utf-8")
        hook = f"\n@hookimpl\ndef messages():\n    return {str(folder / name)!r}\n"
        modules.append(declare((OFFICE if name == "office" else "") + hook, name=name))
    hooks = Hooks([LoadedPlugin(each.plugin, each) for each in modules])
    return Titles(build_catalogue(modules), Phrasebook(hooks), language, plugin="office")


def test_titles_follow_from_names_where_nobody_translates(tmp_path: Path) -> None:
    english = titles(tmp_path, "en")
    assert english.type("HandedTo").title == "Handed to"
    assert english.plural("Parcel") == "Parcels"
    assert english.type("Parcel").help == "Something on its way."
    assert english.of("Parcel", "number").help == "Printed on the label."
    assert english.of("Parcel", "clerk").title == "Clerk"
    assert english.of("Parcel", "clerk").help == "A clerk takes a parcel."
    assert english.choice("Parcel", "shelf", "left") == "Left"
    assert english.input("send_parcel", "size", "width").help == "In centimetres."
    assert english.role("clerk") == "Clerk at the counter"
    assert english.role("driver") == "Driver"


def test_everything_that_people_read_is_translated(tmp_path: Path) -> None:
    german = titles(tmp_path, "de")
    assert (german.type("Parcel").title, german.plural("Parcel")) == ("Paket", "Pakete")
    assert german.type("Parcel").help == "Etwas, das unterwegs ist."
    assert german.of("Parcel", "number").help == "Steht auf dem Aufkleber."
    assert german.of("Parcel", "clerk").title == "Beamter"
    assert german.choice("Parcel", "state", "sent") == "Verschickt"
    assert german.action("send_parcel").title == "Paket abschicken"
    assert german.input("send_parcel", "size", "width").help == "In Zentimetern."
    assert german.input_choice("send_parcel", "size", "way", "sea") == "Seeweg"
    assert german.role("clerk") == "Beamter am Schalter"
    assert german.view("office.on_the_way").title == "Unterwegs"
    assert german.gettext("On the way") == "Unterwegs"
    assert german.languages == ("de", "en")


def test_a_place_counts_before_a_text_and_a_plugins_own_words_before_others(tmp_path: Path) -> None:
    stranger = 'msgid "State"\nmsgstr "Staat"\n\nmsgid "Shelf"\nmsgstr "Regal"\n'
    german = titles(tmp_path, "de-AT", stranger=stranger)
    assert german.of("Clerk", "state").title == "Bundesland"
    assert german.of("Parcel", "state").title == "Zustand"
    assert german.of("Parcel", "shelf").title == "Regal"


def test_a_later_plugin_puts_it_in_other_words_at_one_place(tmp_path: Path) -> None:
    house = 'msgctxt "Parcel"\nmsgid "Parcel"\nmsgstr "Sendung"\n'
    german = titles(tmp_path, "de", house=house)
    assert german.type("Parcel").title == "Sendung"
    assert german.plural("Parcel") == "Pakete"


def test_what_the_engine_declares_is_translated_by_the_engine(tmp_path: Path) -> None:
    german = titles(tmp_path, "de")
    assert german.of("HandedTo", "valid_from").title == "Gültig ab"
    assert german.of("Parcel", "recorded_at").title == "Erfasst am"
    assert german.part("postal_code") == "Postleitzahl"
    assert german.choice("Parcel", "goes_to", "AT") == "Österreich"


def test_errors_are_told_by_their_message_or_by_their_code(tmp_path: Path) -> None:
    german, english = titles(tmp_path / "one", "de"), titles(tmp_path / "other", "en")
    taken = Conflict("The number 'A1' is taken.")
    assert german.error(taken) == "Ein Wert, den es nur einmal geben darf, ist schon vergeben."
    assert english.error(taken) == "The number 'A1' is taken."
    assert german.error(Refused("never", message="Not today.")) == "Heute nicht."


def test_phrases_are_told_by_their_templates_and_names_by_their_titles(tmp_path: Path) -> None:
    said = 'msgid "{count} of {type} by {day}"\nmsgstr "{day}: {count} {type}"\n'
    german = titles(tmp_path / "one", "de", counter=said)
    left = Phrase("{count} of {type} by {day}", count=12345, type="Parcel", day=date(2026, 3, 2))
    assert (left, german.gettext(left)) == (
        "12345 of Parcel by 2026-03-02",
        "02.03.2026: 12.345 Paket",
    )
    assert german.error(Refused("left", message=left)) == german.gettext(left)
    wrong = BadTransition(Phrase("'{field}' is {now}.", type="Parcel", field="state", now="x"))
    assert german.error(wrong).startswith("Dieser Zustand kann auf den jetzigen nicht folgen")
    moved = Phrase(
        "'{field}' cannot go from '{state}' to '{new}'.",
        type="Parcel",
        field="state",
        state=code("Parcel", "state", "sent"),
        new=code("Parcel", "state", "nowhere"),
    )
    assert german.gettext(moved) == "„Zustand“ kann nicht von „Verschickt“ zu „Nowhere“ werden."
    assert titles(tmp_path / "other", "en").gettext(left) == "12,345 of Parcel by Mar 2, 2026"


def test_translations_beside_a_plugin_are_found(tmp_path: Path) -> None:
    module = declare(OFFICE, name="office")
    module.__file__ = str(tmp_path / "office.py")
    there = tmp_path / "locale" / "de" / "LC_MESSAGES"
    there.mkdir(parents=True)
    (there / "office.po").write_text(GERMAN, encoding="utf-8")
    phrasebook = Phrasebook(Hooks([LoadedPlugin(module.plugin, module)]))
    german = Titles(build_catalogue([module]), phrasebook, "de", plugin="office")
    assert german.type("Parcel").title == "Paket"


def test_what_there_is_none_of_is_told(tmp_path: Path) -> None:
    english = titles(tmp_path / "there", "en")
    with pytest.raises(UnknownType, match="There is no type 'Parsel'"):
        english.type("Parsel")
    with pytest.raises(UnknownField, match="Parcel has no field 'numbr'"):
        english.of("Parcel", "numbr")
    with pytest.raises(UnknownField, match=r"send_parcel has no input 'size\.height'"):
        english.input("send_parcel", "size", "height")
    with pytest.raises(BadValue, match="is no language"):
        titles(tmp_path / "nowhere", "Kauderwelsch")
