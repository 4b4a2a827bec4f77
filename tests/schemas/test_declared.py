"""Declarations as documents: what is written reads back the same, and mistakes are told by their places."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from relatum_schemas.declared import (
    KINDS,
    Declarations,
    Document,
    as_json,
    as_toml,
    document_of_data,
    merged,
    read_document,
    with_renamed_field,
    with_renamed_type,
    without,
)
from relatum_schemas.errors import Problems, UnknownField, UnreadableFile

NAMES = some.from_regex(r"[a-z]{1,8}(_[a-z]{1,4})?", fullmatch=True)
TYPES = some.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True)
WORDS = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
CONDITION = {"kind": "compare", "path": {"field": "a"}, "operator": "eq", "value": "x"}


@some.composite
def fields(draw: Any) -> dict[str, Any]:
    """A field of any kind, with some of what can be said of it."""
    kind = draw(some.sampled_from(sorted(KINDS)))
    field: dict[str, Any] = {"name": draw(NAMES), "kind": kind}
    if kind in ("choice", "choices"):
        field["codes"] = draw(some.lists(NAMES, min_size=1, max_size=3, unique=True))
    if kind == "state":
        field |= {"transitions": {"a": ["b"], "b": []}, "expects": {"b": ["x"]}, "begin": ["a"]}
    if kind in ("decimal", "money"):
        field["scale"] = draw(some.integers(0, 6))
    said: dict[str, Any] = {
        "required": True, "unique": True, "help": draw(WORDS), "expected_when": CONDITION,
        "default": draw(some.sampled_from([0, False, "x", ["x"], {"amount": "1.00"}])),
        "renamed_from": [draw(NAMES)], "encrypted": "lookup", "sensitive": "health",
    }  # fmt: skip
    return field | {name: said[name] for name in draw(some.sets(some.sampled_from(sorted(said))))}


@some.composite
def documents(draw: Any) -> Document:
    """Any document."""
    several = some.lists(fields(), max_size=4, unique_by=lambda each: str(each["name"]))
    names = draw(some.lists(TYPES, max_size=4, unique=True))
    types = [{"name": each, "description": draw(WORDS), "fields": draw(several)} for each in names]
    side = {"end": "tools", "types": ["Tool"], "maximum": 2, "on_delete": "restrict"}
    tie = {"name": "UsedAt", "source": side, "target": {"end": "x", "types": ["Record"]}}
    given_: dict[str, Any] = {"types": types, "relationships": draw(some.sampled_from([[], [tie]]))}
    added = draw(several)
    if added:
        given_["fields"] = [{"type": "Organization", "fields": added}]
    if draw(some.booleans()):
        given_["remove"] = ["Gadget", "Machine.colour"]
    return document_of_data(given_)


@settings(max_examples=25, deadline=None)
@given(documents())
def test_what_is_written_reads_back_the_same(document: Document) -> None:
    toml, json = as_toml(document), as_json(document)
    assert read_document(toml, "toml") == read_document(json, "json") == document
    assert as_toml(read_document(toml, "toml")) == toml
    assert as_json(read_document(json, "json")) == json


def test_mistakes_are_told_with_names_and_places() -> None:
    wrong = {
        "types": [
            {
                "name": "A",
                "fields": [{"name": "x", "kind": "foo"}, {"name": "y", "kind": "choice"}],
            },
            {
                "name": "B",
                "fields": [{"name": "x", "computed": "1", "required": True}],
                "plurl": "b",
            },
            {"name": "C", "fields": [{"name": "x", "kind": "text"}] * 2},
        ],
        "fields": [{"type": "D", "fields": []}],
    }
    with pytest.raises(Problems) as found:
        document_of_data(wrong)
    told = {each.path: each.message for each in found.value.problems}
    assert told[("types", 0, "fields", 1)].startswith("A.y: choice and choices")
    assert told[("types", 1, "fields", 0)] == "B.x: a computed field has no required."
    assert told[("types", 1, "plurl")].startswith("B.plurl: ")
    assert told[("types", 2, "fields")] == "C: 'x' is declared twice."
    assert ("fields", 0, "fields") in told
    with pytest.raises(UnreadableFile, match="no TOML"):
        read_document("types = [", "toml")


def test_names_are_changed_wherever_they_are_named() -> None:
    text = {"name": "code", "kind": "text"}
    double = {"name": "double", "computed": "size * 2 + sizes"}
    tool = {"name": "Tool", "fields": [text, {"name": "size", "kind": "integer"}, double]}
    tool["unique"] = [["code", "size"]]
    side = {"end": "used", "types": ["Tool", "Record"]}
    tie = {"name": "Uses", "source": side, "target": side, "per": "size", "fields": [text]}
    present = document_of_data({"types": [tool], "relationships": [tie]})
    changed = with_renamed_type(
        with_renamed_field(present, "Tool", "size", "length"), "Tool", "Gear"
    )
    (gear,) = changed.types
    assert gear.renamed_from == ("Tool",)
    assert gear.unique == (("code", "length"),)
    assert gear.fields[2].computed == "length * 2 + sizes"
    assert changed.relationships[0].source.types == ("Gear", "Record")
    assert changed.relationships[0].per == "size"
    assert merged(present, changed).types == changed.types
    assert without(changed, ["Uses", "Gear.double"]).types[0].fields == gear.fields[:2]
    with pytest.raises(UnknownField, match="There are: code, length, double"):
        without(changed, ["Gear.size"])


def test_a_document_of_nothing_says_so_and_is_read_back() -> None:
    text = as_toml(Declarations())
    assert text == "# Nothing is declared at run time.\n"
    assert read_document(text, "toml") == read_document(as_json(Declarations()), "json")
