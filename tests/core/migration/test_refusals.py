"""What no migration is written for, each with the way out."""

import pytest

from relatum.migration import make_migration, undone
from relatum_schemas.errors import BadMigration, Problems
from tests.core.migration.yard import FIRST, Yard

REFUSED = {
    "required without a default": (
        "note: str | None = None",
        "note: str",
        "Give the field a default",
    ),
    "a field is gone": ("    note: str | None = None\n", "", "RenamedFrom"),
    "a type is gone": (FIRST[FIRST.index("class StandsAt") :], "", "renamed_from"),
    "another kind": ("note: str | None", "note: date | None", "Declare a field of another name"),
    "a number that is encrypted now": (
        "weight: Annotated[Decimal | None, ",
        "weight: Annotated[Decimal | None, Encrypted(), ",
        "Declare a field of another name",
    ),
    "fewer decimal places": ("Scale(2)", "Scale(1)", "Declare a field of another name"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_would_lose_values_is_refused_with_the_way_out(
    yard: Yard, case: tuple[str, str, str]
) -> None:
    old, new, way_out = case
    make_migration([yard.plugin("yard", FIRST)], "yard", "As declared")
    assert old in FIRST
    plugin = yard.plugin("yard", FIRST.replace(old, new))
    with pytest.raises(Problems) as caught:
        make_migration([plugin], "yard", "Not so")
    assert way_out in str(caught.value)
    assert isinstance(caught.value.problems[0], BadMigration)
    assert len(list(yard.folder.rglob("yard_*_0002*.py"))) == 0


@pytest.mark.parametrize(
    "gone", ["    note: str | None = None\n", FIRST[FIRST.index("class Stands") :]]
)
def test_what_is_gone_is_dropped_only_when_asked(yard: Yard, gone: str) -> None:
    make_migration([yard.plugin("yard", FIRST)], "yard", "As declared")
    plugin = yard.plugin("yard", FIRST.replace(gone, ""))
    path = make_migration([plugin], "yard", "Drop it", allow_drop=True)
    assert path is not None
    assert "op.drop_" in path.read_text()
    assert undone([plugin], "yard") == []


def test_nothing_is_written_when_nothing_is_missing(yard: Yard) -> None:
    plugin = yard.plugin("yard", FIRST)
    assert make_migration([plugin], "yard", "As declared") is not None
    assert make_migration([plugin], "yard", "Again") is None


def test_an_extension_waits_for_the_migration_of_what_it_extends(yard: Yard) -> None:
    first = yard.plugin("yard", FIRST)
    care = 'class Care(Extension[Machine]):\n    """Care."""\n    hint: str | None = None\n'
    imports = f"from {first.module.__name__} import Machine"
    second = yard.plugin("care", care, requires=("yard",), imports=imports)
    with pytest.raises(Problems, match="Write the migration of yard first"):
        make_migration([first, second], "care", "Too early")


def test_a_plugin_that_is_not_there_is_named(yard: Yard) -> None:
    with pytest.raises(BadMigration, match="no plugin 'shop'") as caught:
        make_migration([yard.plugin("yard", FIRST)], "shop", "What for")
    assert "relatum, yard" in str(caught.value)


def test_two_scripts_may_not_follow_the_same_one(yard: Yard) -> None:
    plugin = yard.plugin("yard", FIRST)
    path = make_migration([plugin], "yard", "As declared")
    assert path is not None
    twin = path.read_text().replace('"yard_0001"', '"yard_0001b"').replace('("yard",)', "None")
    path.with_name("yard_0001b_twin.py").write_text(twin)
    with pytest.raises(BadMigration, match="follows None"):
        undone([plugin], "yard")
