"""Phrases are English texts, and remember what was put into which template."""

import pickle
from copy import deepcopy

import orjson
import pytest

from relatum_schemas.errors import BadValue
from relatum_schemas.phrase import Phrase, put_in, template_of, title

LEFT = Phrase("At most {count} of {kind} are left.", count=3, kind=Phrase("a number"))


def shouted(name: str, value: object) -> str:
    return f"{name}={value}".upper()


def test_a_phrase_is_its_text() -> None:
    assert LEFT == "At most 3 of a number are left."
    assert orjson.dumps([LEFT]) == b'["At most 3 of a number are left."]'
    assert str(BadValue(LEFT, hint=Phrase("Ask {who}.", who="Ann"))) == f"{LEFT} Ask Ann."


def test_braces_stand_as_they_are_where_nothing_is_put_in() -> None:
    assert Phrase("{} and {this}") == "{} and {this}"
    assert put_in("{} und {dies}", Phrase("{} and {this}"), shouted) == "{} und {dies}"


@pytest.mark.parametrize("copied", [deepcopy(LEFT), pickle.loads(pickle.dumps(LEFT))])
def test_copies_remember_as_much(copied: Phrase) -> None:
    assert (copied, copied.template, copied.values) == (LEFT, LEFT.template, LEFT.values)


def test_a_translation_is_filled_in_its_own_order() -> None:
    assert template_of(LEFT) == "At most {count} of {kind} are left."
    assert put_in("{kind}: {count}", LEFT, shouted) == "KIND=A NUMBER: COUNT=3"
    assert put_in("As it is", "plain", shouted) == "As it is"


@pytest.mark.parametrize("slip", ["{cuont}", "{count", "{}"])
def test_a_slip_in_a_translation_leaves_the_text_as_it_is(slip: str) -> None:
    assert put_in(slip, LEFT, shouted) == LEFT


def test_names_of_what_is_declared_are_put_in_as_they_are() -> None:
    assert title("Machine") == "Machine"
    assert title("Machine", "serial") == "serial"
