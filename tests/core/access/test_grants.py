"""Policies as conditions, and the fields that they open."""

from relatum.access import PRINCIPAL_ID, SYSTEM, Grant, Principal, grants, holds_field, view_of
from relatum.catalogue.policies import ADMINISTRATOR
from relatum_schemas.policy import AGGREGATE, ALL, HISTORY, READ, only
from relatum_schemas.selection import Compare, FieldPath, OnRecord, Operator, Parameter, Related
from tests.core.reading.museum import CATALOGUE


def test_a_path_becomes_ties_that_end_at_the_principal() -> None:
    (grant,) = grants(CATALOGUE, {"keeper"}, "Exhibit", READ)
    me = Compare(
        path=FieldPath(field="id"),
        operator=Operator.EQ,
        value=Parameter(parameter=PRINCIPAL_ID),
    )
    assert grant.condition == Related(end="keepers", condition=OnRecord(condition=me))
    assert not grant.unconditional


def test_both_ends_is_no_condition_of_its_own() -> None:
    (grant,) = grants(CATALOGUE, {"keeper"}, "Keeps", READ)
    assert (grant.condition, grant.both_ends, grant.unconditional) == (None, True, False)


def test_reading_includes_aggregating_and_nothing_else() -> None:
    assert len(grants(CATALOGUE, {"visitor"}, "Exhibit", AGGREGATE)) == 1
    assert grants(CATALOGUE, {"visitor"}, "Exhibit", HISTORY) == ()
    assert len(grants(CATALOGUE, {"appraiser"}, "Exhibit", AGGREGATE)) == 2
    assert len(grants(CATALOGUE, {"appraiser"}, "Exhibit", READ)) == 1


def test_roles_unite_and_strangers_get_nothing() -> None:
    assert len(grants(CATALOGUE, {"keeper", "visitor"}, "Exhibit", READ)) == 2
    assert grants(CATALOGUE, {"keeper"}, "Keeper", READ) == ()
    assert grants(CATALOGUE, set(), "Hall", READ) == ()


def test_what_is_derived_is_open_when_named_or_when_its_inputs_are() -> None:
    exhibit = CATALOGUE.record_type("Exhibit")
    label, mass = exhibit.all_fields["label"], exhibit.fields["mass"]

    def holds(fields: object, field: object) -> bool:
        return holds_field(Grant(None, fields), field, exhibit)  # type: ignore[arg-type]  # a short way to write it

    assert holds(only("name"), label)
    assert holds(only("label"), label)
    assert not holds(only("found"), label)
    assert not holds(ALL - {"name"}, label)
    assert holds(ALL, mass)
    assert not holds(ALL - {"weight"}, mass)
    assert not holds(ALL - {"mass"}, mass)
    assert holds(only("mass"), mass)
    assert holds(only("weight", "pieces"), mass)
    for name in ("id", "type", "version"):
        assert holds(only("found"), exhibit.all_fields[name])
    assert not holds(only("found"), exhibit.all_fields["recorded_at"])


def test_the_system_and_administrators_are_not_guarded() -> None:
    administrator = Principal(roles=frozenset({ADMINISTRATOR}))
    for each in (administrator, SYSTEM):
        (grant,) = view_of(each).grants(CATALOGUE, "Keeper", READ)
        assert grant.unconditional
    assert view_of(SYSTEM).engine and not view_of(administrator).engine
