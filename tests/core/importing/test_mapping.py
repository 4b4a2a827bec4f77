"""A mapping's mistakes are all found before a file is opened, each with its path."""

from collections.abc import Callable
from pathlib import Path

import pytest

import relatum_base
from relatum.catalogue import build_catalogue
from relatum.importing.binding import bind_mapping
from relatum.importing.mapping import load_mapping
from relatum_schemas.errors import Problems, UnreadableFile

CATALOGUE = build_catalogue([relatum_base])
FILE = '[[files]]\npath = "people.csv"\n'
PERSON = FILE + '[[files.entities]]\ntype = "Person"\nkey = "{id}"\n'
WORKS_AT = FILE + (
    '[[files.ties]]\ntype = "WorksAt"\n'
    'source = { type = "Person", key = "{id}" }\ntarget = { type = "Organization", key = "{firm}" }\n'
)

Judge = Callable[[str], list[tuple[str, str]]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """The problems of a mapping: path and message of each."""

    def judged(text: str) -> list[tuple[str, str]]:
        path = tmp_path / "mapping.toml"
        path.write_text('system = "crm"\n' + text)
        try:
            bind_mapping(load_mapping(path), CATALOGUE, tmp_path)
        except Problems as error:
            return [(".".join(map(str, each.path)), str(each)) for each in error.problems]
        return []

    return judged


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("typo = 1", "typo", "no entry of this name"),
        ('zone = "Mars"', "zone", "is no time zone"),
        (FILE + "skip_lines = -1", "files.0.skip_lines", "greater than or equal to 0"),
        (FILE + '[[files.entities]]\ntype = "Person"', "files.0.entities.0.key", "is missing"),
        (PERSON + "fields.given_name = [1]", "files.0.entities.0.fields.given_name", "text, a number"),
        (
            PERSON + 'fields.given_name = { value = "{a}", mop = "x" }',
            "files.0.entities.0.fields.given_name.mop",
            "no entry of this name",
        ),
        (
            PERSON + 'fields.address.country = { value = "{a}", mop = "x" }',
            "files.0.entities.0.fields.address.country.mop",
            "no entry of this name",
        ),
    ],
)  # fmt: skip
def test_an_entry_of_the_wrong_form_is_told_by_its_path(
    judge: Judge, text: str, path: str, message: str
) -> None:
    ((found, said),) = judge(text)
    assert found == path
    assert message in said


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("", "files", "names no file"),
        (FILE, "files.0", "becomes nothing"),
        (PERSON.replace("Person", "Persn"), "files.0.entities.0.type", "Did you mean 'Person'?"),
        (PERSON.replace("Person", "WorksAt"), "files.0.entities.0", "[[files.ties]]"),
        (PERSON + 'fields.family_nam = "{a}"', "files.0.entities.0.fields.family_nam", "Did you mean 'family_name'?"),
        (PERSON + 'fields.version = "{a}"', "files.0.entities.0.fields.version", "by the system only"),
        (PERSON + 'fields.address = "{a}"', "files.0.entities.0.fields.address", "Say address.street"),
        (PERSON + 'fields.given_name.first = "{a}"', "files.0.entities.0.fields.given_name", "has no parts"),
        (PERSON + 'fields.address.city = "{a}"', "files.0.entities.0.fields.address.city", "It has street"),
        (PERSON + 'fields.given_name = "{a"', "files.0.entities.0.fields.given_name", "stands alone"),
        (
            PERSON + 'fields.nationality = { value = "{a}", map = "lands" }',
            "files.0.entities.0.fields.nationality.map",
            "Add [maps.lands]",
        ),
        (
            PERSON + 'fields.given_name = { value = "{a}", pattern = "(" }',
            "files.0.entities.0.fields.given_name.pattern",
            "The pattern is none",
        ),
        (
            PERSON + 'fields.given_name = { value = "{a}", pattern = "x" }',
            "files.0.entities.0.fields.given_name.pattern",
            "has no group",
        ),
        (PERSON + 'when = [{ column = "a" }]', "files.0.entities.0.when.0", "asks for nothing"),
        (
            WORKS_AT.replace('target = { type = "Organization"', 'target = { type = "Person"'),
            "files.0.ties.0.target.type",
            "asks for Organization",
        ),
        (
            WORKS_AT.replace("WorksAt", "ReachedAt").replace("Organization", "ContactPoint")
            + 'fields.kind = "x"',
            "files.0.ties.0.fields.kind",
            "has no field 'kind'",
        ),
        (PERSON.replace('.csv"\n', '.csv"\ncolumns = ["a"]\n'), "files.0.columns", "lack 'id'"),
    ],
)  # fmt: skip
def test_a_name_that_the_catalogue_does_not_know_is_told_by_its_path(
    judge: Judge, text: str, path: str, message: str
) -> None:
    ((found, said),) = judge(text)
    assert found == path
    assert said.startswith(path)
    assert message in said


def test_every_mistake_is_told_at_once(judge: Judge) -> None:
    text = PERSON + 'fields.a = "{a}"\nfields.b = "{b}"\n' + WORKS_AT.replace("WorksAt", "WorkAt")
    assert [path for path, _ in judge(text)] == [
        "files.0.entities.0.fields.a",
        "files.0.entities.0.fields.b",
        "files.1.ties.0.type",
    ]


def test_a_validity_is_only_for_types_that_have_one(judge: Judge) -> None:
    assert judge(WORKS_AT + 'valid_from = "{since}"') == []


def test_a_mapping_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        load_mapping(tmp_path / "missing.toml")
    path = tmp_path / "mapping.toml"
    path.write_text("system = ")
    with pytest.raises(UnreadableFile, match="is no TOML"):
        load_mapping(path)


def test_a_file_names_the_columns_that_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        'system = "crm"\n' + PERSON + 'fields.family_name = "{first}  {{x}} {last name}"'
    )
    (plan,) = bind_mapping(load_mapping(path), CATALOGUE, tmp_path)
    assert plan.columns == ("id", "first", "last name")
    assert plan.path == tmp_path / "people.csv"
