"""What a record still lacks: selected, filtered, counted, and told to each as far as he may know it."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database
from relatum.writing import Create, Relate, open_unit
from relatum_schemas.condition import Field
from relatum_schemas.errors import Problems
from relatum_schemas.selection import (
    Aggregate,
    Clock,
    EndOutput,
    FieldPath,
    Function,
    Many,
    Measure,
    MeasureOutput,
    Rows,
)
from tests.core.catalogue.declaring import declare
from tests.core.reading.asking import ask, by, request, rows, shows
from tests.databases import CloneTemplate, opened

CLINIC = """
class Treated(Trait, plural="treated"):
    "Who comes to be treated."
    name: Annotated[str, Label]
    contact: Annotated[str | None, Expected()] = None

class Patient(Treated, Entity):
    "A person."
    insured: bool = True
    insurer: Annotated[str | None, Expected(when=Field("insured") == True)] = None

class Animal(Treated, Entity):
    "Any other."

class Doctor(Entity):
    "Who treats."
    name: Annotated[str, Label]

class Treats(Relationship[Doctor, Treated], valid="day"):
    ends = Ends("patients", "doctors", limit=Limit(source=(1, None)))
    reason: Annotated[str | None, Expected(when=Field("paid").is_set())] = None
    paid: int | None = None

class Assists(Relationship[Doctor, Doctor], symmetric=True):
    ends = Ends("assistants", "assistants", limit=Limit(target=(2, None)))

policies = [
    Policy("office", Patient, READ | HISTORY, fields=ALL),
    Policy("office", Treats, READ),
    Policy("desk", Patient, READ, fields=ALL - {"insured"}),
    Policy("desk", Treats, READ, where=Field("paid").is_set()),
    Policy("guest", Patient, READ, fields=only("name", "contact")),
    Policy("caller", Patient, READ, fields=only("name", "missing")),
    Policy("caller", Patient, READ, where=Field("name") == "Ann", fields=only("contact")),
]
"""
CATALOGUE = build_catalogue([declare(CLINIC, name="clinic")])


@pytest.fixture
async def clinic(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    """Ann lacks everything, Bob nothing but an insurer, for he has none; Rex has had a doctor."""
    async with opened(clone_template, dialect, CATALOGUE) as database:
        async with open_unit(database.as_(SYSTEM).storage, SYSTEM, allow_missing=True) as unit:
            _ann, bob, rex, doctor = await unit.apply(
                [
                    Create("Patient", {"name": "Ann"}),
                    Create("Patient", {"name": "Bob", "insured": False, "contact": "b"}),
                    Create("Animal", {"name": "Rex", "contact": "r"}),
                    Create("Doctor", {"name": "Who"}),
                ]
            )
            await unit.apply(
                [
                    Relate("Treats", doctor.id, bob.id, {"paid": 1}),
                    Relate("Treats", doctor.id, rex.id, valid_to=date(2024, 1, 1)),
                ]
            )
        yield database


async def lacking(
    database: Database, type_name: str, principal: Principal = SYSTEM, **options: Any
) -> dict[str, list[str] | None]:
    """What each record of a type lacks, by label."""
    asked = rows(type_name, *shows("label", "missing"), order=(by("id"),), **options)
    shown = await ask(database, asked, principal=principal)
    return {each["label"]: each["missing"] for each in shown}


def acting(role: str) -> Principal:
    """Somebody of that role."""
    return Principal(roles=frozenset({role}))


async def test_expected_fields_and_required_ends_are_named(clinic: Database) -> None:
    patients = {"Ann": ["contact", "doctors", "insurer"], "Bob": None}
    assert await lacking(clinic, "Patient") == patients
    everybody = {**patients, "Rex": ["doctors"]}
    assert await lacking(clinic, "Treated") == everybody
    assert await lacking(clinic, "Doctor") == {"Who": ["assistants"]}
    known = await lacking(clinic, "Record", filter=Field("label").is_set())
    assert known == {**everybody, "Who": ["assistants"]}


async def test_ties_lack_what_is_expected_of_them(clinic: Database) -> None:
    ties = EndOutput(key="doctors", end="doctors", form=Many(outputs=shows("missing")))
    shown = await ask(clinic, rows("Patient", *shows("label"), ties, order=(by("label"),)))
    assert [each["doctors"] for each in shown] == [[], [{"missing": ["reason"]}]]


async def test_a_required_tie_has_to_hold_at_the_time_asked(clinic: Database) -> None:
    then = await lacking(clinic, "Animal", clock=Clock(valid_at="2023-12-31"))
    assert then == {"Rex": None}


async def test_what_was_lacking_is_told_of_the_past(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ann, _ = await ask(clinic, rows("Patient", *shows("id", "recorded_at"), order=(by("id"),)))
    (doctor,) = await ask(clinic, rows("Doctor", *shows("id")))
    await db.apply([Relate("Treats", UUID(doctor["id"]), UUID(ann["id"]))])
    assert await lacking(clinic, "Patient") == {"Ann": ["contact", "insurer"], "Bob": None}
    past = Clock(recorded_at=ann["recorded_at"])
    for type_name in ("Patient", "Treated"):
        then = await lacking(clinic, type_name, clock=past)
        assert then["Ann"] == ["contact", "doctors", "insurer"]


@pytest.mark.parametrize("type_name", ["Patient", "Treated", "Record"])
async def test_incomplete_records_are_found_and_counted(clinic: Database, type_name: str) -> None:
    missing = Field("missing")
    labelled = Field("label").is_set()
    for condition, found in (
        (missing.is_set(), {"Ann", "Rex", "Who"}),
        (missing.is_null(), {"Bob"}),
        (missing.has("contact"), {"Ann"}),
        (missing.has("doctors"), {"Ann", "Rex"}),
    ):
        members = found & set(await lacking(clinic, type_name))
        assert set(await lacking(clinic, type_name, filter=condition & labelled)) == members
    count = Measure(function=Function.COUNT, path=FieldPath(field="missing"))
    form = Aggregate(outputs=(MeasureOutput(key="incomplete", measure=count),))
    (counted,) = await ask(clinic, request(Rows(type="Patient"), form))
    assert counted == {"incomplete": 1}


async def test_only_what_may_be_read_is_told(clinic: Database) -> None:
    everything = {"Ann": ["contact", "doctors", "insurer"], "Bob": None}
    assert await lacking(clinic, "Patient", acting("office")) == everything
    # The desk neither knows who is insured nor sees every tie.
    assert await lacking(clinic, "Patient", acting("desk")) == {"Ann": ["contact"], "Bob": None}
    for name in ("doctors", "insurer"):
        filtered = Field("missing").has(name)
        assert await lacking(clinic, "Patient", acting("desk"), filter=filtered) == {}
    # No policy gives the guest the field itself.
    asked = rows("Patient", *shows("contact", "missing"))
    shown = await ask(clinic, asked, principal=acting("guest"))
    assert shown == [{"contact": None, "missing": None}, {"contact": "b", "missing": None}]


async def test_a_field_masked_on_a_row_is_not_told_there(clinic: Database) -> None:
    async with open_unit(clinic.as_(SYSTEM).storage, SYSTEM, allow_missing=True) as unit:
        await unit.apply([Create("Patient", {"name": "Cid", "insured": False})])
    asked = rows("Patient", *shows("name", "missing"), order=(by("id"),))
    shown = await ask(clinic, asked, principal=acting("caller"))
    told = {each["name"]: each["missing"] for each in shown}
    assert told == {"Ann": ["contact"], "Bob": None, "Cid": None}


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ('Field("doctors.paid") == 1', "may lead to several records"),
        ('Ties("doctors").some()', "asks about other records"),
        ('Field("version") == 1', "Only fields that Cat declares"),
        ('Field("fur").contains("x")', "has no operator 'contains'"),
        ('Field("fur") == "many"', "'many' is not"),
        ('Field("name").matches("x")', "has no operator 'matches'"),
    ],
)
def test_expectations_hang_on_the_records_own_fields(when: str, told: str) -> None:
    cat = f"""
class Cat(Entity):
    name: str
    fur: int | None = None
    chip: Annotated[str | None, Expected(when={when})] = None

class Treats(Relationship[Cat, Cat]):
    ends = Ends("patients", "doctors")
    paid: int | None = None
"""
    with pytest.raises(Problems) as found:
        build_catalogue([declare(cat, name="cats")])
    (problem,) = found.value.problems
    assert told in problem.message
