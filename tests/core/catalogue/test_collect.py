"""The catalogue that declarations give, and the mistakes that it finds."""

import subprocess
import sys
from datetime import date

import pytest

from relatum.catalogue import Catalogue, build_catalogue
from relatum_schemas.errors import BadSelection, PluginError, Problems, UnknownField, UnknownType
from relatum_schemas.kinds import Choice, Choices, Integer, MoneyKind, Number
from relatum_schemas.selection import FieldPath, Step
from tests.core.catalogue.declaring import declare

WORLD = """
class Party(Trait, plural="parties"):
    "A person or organization."
    note: str | None = None

class Person(Party, Entity, plural="people"):
    "A human being."
    first_name: Annotated[str, Label, Searchable]
    last_name: Annotated[str, Label]
    tags: list[Literal["vip", "press"]] = []

class Organization(Party, Entity, unique=[("name", "city")]):
    name: Annotated[str, Label, Indexed]
    city: str | None = None
    credit: Annotated[Money | None, Scale(4), Sensitive("finance")] = None
    state: Annotated[State, Transitions(open=["closed"])] = "open"
    staff: Annotated[int, Big] = 0
    score: Decimal = Decimal("0.5")

class WorksAt(Relationship[Person, Organization], valid="day", plural="employments"):
    ends = Ends("employers", "employees", limit=Limit(source=(0, 500)))
    role: str | None = None

class PartOf(Relationship[Organization, Organization], acyclic=True):
    ends = Ends("parent", "parts", limit=Limit(target=1), on_delete="restrict")
    share: Annotated[Decimal, Scale(2)] = Decimal(100)
    half = Computed("round(share / 2, 3)")

class Knows(Relationship[Person, Person], symmetric=True):
    ends = Ends("acquaintances", "acquaintances")

class About(Relationship[Party, Record]):
    ends = Ends("notes_about", "noted_by")
"""


@pytest.fixture(scope="module")
def world() -> Catalogue:
    return build_catalogue([declare(WORLD, name="world")])


def test_fields_carry_what_their_annotations_say(world: Catalogue) -> None:
    organization = world.entities["Organization"]
    assert organization.fields["credit"].kind == MoneyKind(scale=4)
    assert organization.fields["credit"].sensitive == "finance"
    assert organization.fields["state"].kind == Choice(codes=("open", "closed"))
    assert organization.fields["state"].default == "open"
    assert organization.fields["staff"].kind == Integer(big=True)
    assert organization.fields["score"].kind == Number(scale=4)
    assert organization.unique == (("name", "city"),)
    assert not organization.fields["city"].required
    assert organization.fields["name"].required
    person = world.entities["Person"]
    assert person.fields["tags"].kind == Choices(of=Choice(codes=("vip", "press")))
    assert [field.name for field in person.label_fields] == ["first_name", "last_name"]
    assert person.description == "A human being."


def test_ends_are_given_to_both_sides(world: Catalogue) -> None:
    employers = world.end("Person", "employers")
    assert (employers.side, employers.others, employers.to_one) == (
        "source",
        ("Organization",),
        False,
    )
    assert world.end("Organization", "employees").maximum == 500
    assert world.end("Organization", "parent").to_one
    assert world.end("Person", "acquaintances").side == "either"
    assert "About" not in world.end("Person", "notes_about").others
    assert "WorksAt" in world.end("Person", "notes_about").others
    assert "noted_by" in world.types["WorksAt"].ends
    assert world.relationships["PartOf"].target.on_delete == "restrict"


def test_traits_have_members_fields_and_shared_ends(world: Catalogue) -> None:
    party = world.traits["Party"]
    assert party.members == ("Organization", "Person")
    assert set(party.ends) == {"notes_about", "noted_by"}
    assert world.entities["Person"].fields["note"].trait == "Party"
    assert world.concrete("Party") == party.members


def test_an_extension_adds_prefixed_columns(world: Catalogue) -> None:
    base = declare(WORLD, name="world")
    source = """
from world import Organization
class Care(Extension[Organization]):
    level: Literal["basic", "gold"] = "basic"
"""
    catalogue = build_catalogue([base, declare(source, name="care", requires=("world",))])
    level = catalogue.entities["Organization"].fields["level"]
    assert (level.column, level.plugin) == ("care__level", "care")
    assert catalogue.fingerprint != world.fingerprint


def test_names_unknown_to_the_catalogue_are_answered_with_the_nearest(world: Catalogue) -> None:
    with pytest.raises(UnknownType, match="Did you mean 'Person'"):
        world.record_type("Persn")
    with pytest.raises(UnknownField, match="Did you mean 'first_name'"):
        world.field("Person", "fist_name")


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        ("name", FieldPath(field="name")),
        ("credit.amount", FieldPath(field="credit", part="amount")),
        ("parent.name", FieldPath(steps=(Step(end="parent"),), field="name")),
        ("parent.share", FieldPath(steps=(Step(end="parent", edge=True),), field="share")),
        ("parent.node.city", FieldPath(steps=(Step(end="parent"),), field="city")),
        (
            "parent.parent.half",
            FieldPath(steps=(Step(end="parent"), Step(end="parent", edge=True)), field="half"),
        ),
    ],
)
def test_dotted_paths_become_steps(world: Catalogue, path: str, resolved: FieldPath) -> None:
    from relatum.catalogue import resolve_path

    assert resolve_path(world, "Organization", path) == resolved


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nam", UnknownField),
        ("employees.role", BadSelection),
        ("parent", UnknownField),
        ("name.x", UnknownField),
    ],
)
def test_paths_that_lead_nowhere_are_refused(
    world: Catalogue, path: str, error: type[Exception]
) -> None:
    from relatum.catalogue import resolve_path

    with pytest.raises(error):
        resolve_path(world, "Organization", path)


MISTAKES = [
    ("class X(Entity):\n    a__b: str", "X.a__b", "is no name for a field"),
    ("class X(Entity):\n    node: str", "X.node", "every record uses"),
    ("class X(Entity):\n    a: object", "X.a", "no kind of field"),
    ("class X(Entity):\n    a: Annotated[int, Label]", "X.a", "cannot be a label"),
    ("class X(Entity):\n    a: Annotated[LongText, Label]", "X.a", "long text cannot be a label"),
    ("class X(Entity):\n    a: Annotated[Money, Unique]", "X.a", "cannot be unique"),
    ("class X(Entity):\n    a: State", "X.a", "needs its Transitions"),
    ("class X(Entity):\n    a: Annotated[str, Scale(2)]", "X.a", "no scale"),
    ("class X(Entity):\n    a: Literal['x'] = 'y'", "X.a", "is not one of x"),
    ("class X(Entity):\n    a = Computed('b')", "X.a", "no field of the type"),
    ("class X(Entity, plurl='xs'):\n    a: str", "X", "no class keyword 'plurl'"),
    ("class X(Entity, unique=[('a', 'b')]):\n    a: str", "X", "unique names 'b'"),
    (
        "class X(Entity):\n    a: str\nclass Y(X):\n    b: str",
        "Y",
        "inherits from the concrete type X",
    ),
    ("class x(Entity):\n    a: str", "x", "no name for a type"),
    ("class X(Entity): pass\nclass R(Relationship[X, X]): pass", "R", "does not name its ends"),
    (
        "class X(Entity): pass\nclass R(Relationship):\n    ends = Ends('a', 'b')",
        "R",
        "what it ties",
    ),
    (
        "class X(Entity): pass\nclass R(Relationship[X, X]):\n    ends = Ends('a', 'a')",
        "R",
        "same name on the same type",
    ),
    (
        "class X(Entity):\n    a: str\nclass R(Relationship[X, X]):\n    ends = Ends('a', 'b')",
        "X.a",
        "like a field",
    ),
    (
        "class X(Entity): pass\nclass R(Relationship[X, X], valid='week'):\n    ends = Ends('a', 'b')",
        "R",
        "valid='week'",
    ),
    (
        "class X(Entity): pass\nclass R(Relationship[X, X], symmetric=True):\n    ends = Ends('a', 'b')",
        "R",
        "same name at both ends",
    ),
    (
        "class X(Entity): pass\nclass R(Relationship[X, X]):\n    ends = Ends('a', 'b', limit=Limit(target=(2, 1)))",
        "R",
        "admits nothing",
    ),
    (
        "class X(Entity): pass\nclass R(Relationship[X, X]):\n    ends = Ends('a', 'b', limit=Limit(target=1, per='p'))",
        "R",
        "no plain property",
    ),
    (
        "class X(Entity): pass\npolicies = [Policy('r', X, READ, through='up.down')]",
        "Policy",
        "X has no end 'up'",
    ),
    ("class X(Entity): pass\npolicies = [Policy('r', 'Y', READ)]", "Policy", "no type 'Y'"),
    (
        "class X(Entity): pass\npolicies = [Policy('r', X, READ, fields=ALL - {'z'})]",
        "Policy",
        "no field 'z'",
    ),
    (
        "class X(Entity): pass\nviews = [View('v', X, place=PORTAL, columns='z')]",
        "View",
        "no end 'z'",
    ),
]


@pytest.mark.parametrize(("source", "place", "message"), MISTAKES)
def test_a_mistake_names_type_field_and_trouble(source: str, place: str, message: str) -> None:
    with pytest.raises(Problems) as refusal:
        build_catalogue([declare(source, name="wrong")])
    found = [str(problem) for problem in refusal.value.problems]
    assert any(place in each and message in each for each in found), found


def test_all_mistakes_are_told_at_once() -> None:
    source = "class X(Entity):\n    a: object\n    b: State\nclass Y(Entity):\n    c: Annotated[bool, Label]"
    with pytest.raises(Problems) as refusal:
        build_catalogue([declare(source, name="wrong")])
    assert [problem.path for problem in refusal.value.problems] == [
        ("wrong", "X", "a"),
        ("wrong", "X", "b"),
        ("wrong", "Y", "c"),
    ]


def test_two_plugins_that_clash_are_both_named() -> None:
    modules = [declare("class X(Entity): pass", name=name) for name in ("one", "two")]
    with pytest.raises(Problems, match=r"two\.X: The plugin 'one' declares"):
        build_catalogue(modules)


def test_a_module_without_manifest_is_refused() -> None:
    module = declare("class X(Entity): pass", name="bare")
    del module.__dict__["plugin"]
    with pytest.raises(PluginError, match="no manifest"):
        build_catalogue([module])


def test_equal_declarations_give_one_fingerprint_in_every_process() -> None:
    program = (
        "from tests.core.catalogue.declaring import declare\n"
        "from tests.core.catalogue.test_collect import WORLD\n"
        "from relatum.catalogue import build_catalogue\n"
        "print(build_catalogue([declare(WORLD, name='world')]).fingerprint)"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, text=True,
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(prints) == 1


def test_records_and_classes_name_their_fields(world: Catalogue) -> None:
    organization = world.classes["Organization"]
    condition = organization.name.starts_with("A")
    assert condition.path == FieldPath(field="name")
    employment = world.classes["WorksAt"]
    assert employment(role="chef", valid_from=date(2024, 1, 1)).model_dump()["role"] == "chef"
