"""Who is described otherwise is found, and nobody is taken for somebody else."""

import lzma
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from csv import DictReader
from datetime import date
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import relatum_base
from relatum import PostalAddress
from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.session import run_action
from relatum_base import Organization, Person
from relatum_base.matching import (
    ORGANIZATIONS,
    PEOPLE,
    find_organizations,
    find_people,
    judged,
)
from relatum_base.matching.describing import Description, of_person, organization, person
from relatum_base.matching.keys import keys_of_person
from relatum_schemas.errors import Forbidden
from relatum_testing import Installation
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened

TOWN = {"postal_code": "10115", "locality": "Berlin", "country": "DE"}
FEBRL = Path(__file__).parents[2] / "data" / "febrl"
TRADE = build_catalogue(
    [
        relatum_base,
        declare(
            """
from relatum_base import Organization

roles = [Role("member", title="Member")]
policies = [
    Policy("member", Organization, READ, where=Field("industry") == "tea"),
    Policy("member", [], actions=["match_organizations"]),
]
""",
            name="trade",
            requires=("base",),
        ),
    ]
)
"""Members see the firms of their trade."""


def rows(*names: str) -> Iterator[tuple[str, Description]]:
    """Of each row the number of the person whom it is about, and what it says."""
    for name in names:
        text = lzma.decompress((FEBRL / f"dataset{name}.csv.xz").read_bytes()).decode()
        for row in DictReader(StringIO(text), skipinitialspace=True):
            yield row["rec_id"].split("-")[1], described(row)


def described(row: Mapping[str, str]) -> Description:
    said = {name: text.strip() for name, text in row.items()}
    return person(
        given_name=said["given_name"],
        family_name=said["surname"],
        birth_date=day(said["date_of_birth"]),
        address=PostalAddress(
            street=f"{said['street_number']} {said['address_1']}",
            postal_code=said["postcode"],
            locality=said["suburb"],
            region=said["state"],
        ),
    )


def day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


@pytest.mark.parametrize("names", [("1",), ("2",), ("3",), ("4a", "4b")], ids="".join)
def test_precision_and_recall_on_published_duplicates(names: tuple[str, ...]) -> None:
    whose, described = zip(*rows(*names), strict=True)
    held: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, each in enumerate(described):
        for name, key in keys_of_person(each).items():
            if key is not None:
                held[name, key].append(number)
    looked_at = {pair for numbers in held.values() for pair in combinations(numbers, 2)}
    found = {
        (one, other)
        for one, other in looked_at
        if judged(PEOPLE, described[one], described[other]).is_ == "same"
    }
    right = sum(whose[one] == whose[other] for one, other in found)
    there = sum(count * (count - 1) // 2 for count in Counter(whose).values())
    assert right / len(found) >= 0.98, "nobody is taken for somebody else"
    assert right / there >= 0.90, f"{right} of {there} were found"


def test_each_fact_says_what_it_counts() -> None:
    one = person(given_name="Ann", family_name="Meier", email="ann@acme.example")
    other = person(given_name="Ann", family_name="Meyer", birth_date=date(1980, 4, 1))
    verdict = judged(PEOPLE, one, other)
    assert [(each.fact, each.says) for each in verdict.reasons] == [
        ("given_name", "same"),
        ("family_name", "close"),
    ]
    assert verdict.points == sum(each.points for each in verdict.reasons)
    assert verdict.is_ == "likely", "two names alone do not make one person"


def test_people_of_one_household_are_not_one() -> None:
    home = PostalAddress(street="Hauptstr. 5", postal_code="10115", locality="Berlin")
    one = person(given_name="Ann", family_name="Klein", address=home)
    other = person(given_name="Bernd", family_name="Klein", address=home)
    assert judged(PEOPLE, one, other).is_ == "likely"


def test_names_in_each_others_place_are_told() -> None:
    one = person(given_name="Maria", family_name="Rossi", email="m@acme.example")
    other = person(given_name="Rossi", family_name="Maria", email="m@acme.example")
    verdict = judged(PEOPLE, one, other)
    assert verdict.is_ == "same"
    assert [each.says for each in verdict.reasons[:2]] == ["swapped", "swapped"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"name": "Acme GmbH"}, {"name": "ACME Ges.m.b.H."}, "likely"),
        (
            {"name": "Acme GmbH", "website": "https://www.acme.example/de"},
            {"name": "Acme", "email": "sales@acme.example"},
            "same",
        ),
        (
            {"name": "Acme", "email": "acme@gmail.com"},
            {"name": "Bolt", "email": "bolt@gmail.com"},
            "other",
        ),
        ({"name": "Müller & Söhne KG"}, {"name": "Soehne Mueller"}, "other"),
        (
            {"name": "Acme Steel", "tax_number": "DE 123 456 789"},
            {"name": "Acme Stahl", "tax_number": "DE123456789"},
            "same",
        ),
        (
            {"name": "Acme", "address": PostalAddress(street="Am Markt 1", **TOWN)},
            {"name": "Acme", "address": PostalAddress(street="Hafenstr. 9", **TOWN)},
            "likely",
        ),
        (
            {"name": "Acme", "address": PostalAddress(country="DE", postal_code="10115")},
            {"name": "Acme", "address": PostalAddress(country="US", postal_code="90210")},
            "other",
        ),
    ],
)
def test_firms(one: dict[str, Any], other: dict[str, Any], expected: str) -> None:
    assert judged(ORGANIZATIONS, organization(**one), organization(**other)).is_ == expected


async def test_hidden_ones_who_match_better_push_nobody_out(clone_template: CloneTemplate) -> None:
    async with opened(clone_template, "sqlite", TRADE) as database:
        db, website = database.as_(SYSTEM), "https://acme.example"
        async with db.unit() as unit:
            for _ in range(21):
                await unit.create(Organization(name="Acme GmbH", website=website))
            seen = await unit.create(Organization(name="Acme Ltd", industry="tea"))
        member = database.as_(Principal(roles=frozenset({"member"})))
        asked = {"name": "Acme", "website": website}
        (found,) = await run_action(member, "match_organizations", asked)
        assert (found.organization.id, found.verdict) == (seen.id, "likely")
        assert len(await run_action(db, "match_organizations", asked)) == 20


class TestMatching:
    plugin = "base"

    async def test_whoever_is_there_is_found_in_few_statements(self, empty: Installation) -> None:
        home = PostalAddress(street="Hauptstr. 5", postal_code="10115", locality="Berlin")
        made = await empty.system.create(
            Person(given_name="Jürgen", family_name="Schmidt", address=home)
        )
        await empty.system.create(Person(given_name="Jürgen", family_name="Klein", address=home))
        asked = person(given_name="Juergen", family_name="Schmitt", address=home)
        (first, *_) = await find_people(empty.system, asked)
        assert (first.record.id, first.verdict.is_) == (made.id, "same")
        (housemate,) = await find_people(empty.system, of_person(made), but=made.id)
        assert housemate.record.family_name == "Klein"
        await empty.system.update(made, family_name="Kowalski", address=None)
        assert all(each.record.id != made.id for each in await find_people(empty.system, asked))

    async def test_a_firm_is_found_by_its_address_however_its_name_is_spelt(
        self, empty: Installation
    ) -> None:
        home = PostalAddress(street="Hafenstr. 9", **TOWN)
        made = await empty.system.create(Organization(name="Böne Foods GmbH", address=home))
        await empty.system.create(Organization(name="Harbour Rentals", address=home))
        asked = organization(name="Böse Foods", address=home)
        (found,) = await find_organizations(empty.system, asked)
        assert (found.record.id, found.verdict.is_) == (made.id, "same")

    async def test_only_those_whom_one_may_see_are_told(self, empty: Installation) -> None:
        acme = await empty.system.create(
            Organization(name="Acme GmbH", website="https://acme.example")
        )
        asked = {"name": "Acme", "website": "http://www.acme.example"}
        (found,) = await run_action(empty.system, "match_organizations", asked)
        assert (found.organization.id, found.verdict) == (acme.id, "same")
        assert {each.fact for each in found.reasons} == {"name", "domain"}
        stranger = empty.session_as(Principal(roles=frozenset({"stranger"})))
        with pytest.raises(Forbidden):
            await run_action(stranger, "match_organizations", asked)
