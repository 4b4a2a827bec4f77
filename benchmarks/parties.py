"""A million people and organizations with names and places as skewed as in life, as rows written past the engine.

The commonest family name has one person in a hundred, the rarest one in a million, and so it is with places, streets and
words in firms' names. Every other person is reached by mail, one in three by phone; of one in ten no address is known.
Versions, the change log and the index of words are left out, since nothing that is measured reads them.
"""

import random
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Final, TypeVar
from uuid import UUID

import relatum_base
from benchmarks.data import SEED, TRADES
from relatum import Email, PostalAddress
from relatum.catalogue import Catalogue, build_catalogue
from relatum.connections import Connection, open_connections
from relatum.tables import Tables, build_tables, create_all
from relatum.text import fold, label_key
from relatum_base.matching.describing import of_organization, of_person
from relatum_base.matching.keys import keys_of_organization, keys_of_person
from relatum_base.parties import Organization, Person

P = TypeVar("P", Person, Organization)

_NOW: Final = datetime(2025, 1, 1, tzinfo=UTC)
_FIRST_BIRTH: Final = date(1935, 1, 1)
_BIRTHS: Final = 365 * 70
_PEOPLE: Final = 0.8
"""The share of people among all."""

_AT_ONCE: Final = 10_000
"""Parties that are made before they are written."""

_BEGINS: Final = "B Br D F Fr G Gr H J K Kl L M N P R S Sch St T V W Z".split()  # noqa: SIM905
_MIDDLES: Final = "a ä ai au e ei ie i o ö oe u ü".split()  # noqa: SIM905
_JOINTS: Final = "b ch ck d ff g gl k l ll m mm n nd ng nn p r rr rt s ss st t tt tz".split()  # noqa: SIM905
_GIVEN_ENDS: Final = "a e o as ie in ina ius".split()  # noqa: SIM905
_FAMILY_ENDS: Final = "er e el mann ner sen ert ich ke ski ow".split()  # noqa: SIM905
_PLACE_ENDS: Final = "stadt dorf heim hausen berg burg feld ingen bach au".split()  # noqa: SIM905
_STREET_ENDS: Final = "straße weg gasse platz allee ring".split()  # noqa: SIM905
_FORMS: Final = ("GmbH", "AG", "KG", "GmbH & Co. KG", "")


@dataclass(frozen=True)
class _Names:
    """So many names, the n-th of which is as common as Zipf says."""

    names: Sequence[str]
    weights: Sequence[float] = field(repr=False)

    def any(self, chance: random.Random) -> str:
        at = bisect(self.weights, chance.random() * self.weights[-1])
        return self.names[min(at, len(self.names) - 1)]


def _names(number: int, ends: Sequence[str], syllables: int = 1) -> _Names:
    chance = random.Random(f"names {ends} {SEED}")
    found: dict[str, None] = {}
    while len(found) < number:
        middle = "".join(
            chance.choice(_MIDDLES) + chance.choice(_JOINTS)
            for _ in range(syllables + (len(found) > number // 20))
        )
        found[chance.choice(_BEGINS) + middle + chance.choice(ends)] = None
    return _Names(list(found), list(accumulate(1 / (at + 10) for at in range(number))))


@dataclass(frozen=True)
class Parties:
    """A world with so many people and organizations."""

    number: int

    @property
    def people(self) -> int:
        """How many people there are."""
        return int(self.number * _PEOPLE)

    @property
    def organizations(self) -> int:
        """How many organizations there are."""
        return self.number - self.people

    @cached_property
    def _given(self) -> _Names:
        return _names(2_000, _GIVEN_ENDS)

    @cached_property
    def _family(self) -> _Names:
        return _names(30_000, _FAMILY_ENDS)

    @cached_property
    def _places(self) -> _Names:
        return _names(8_000, _PLACE_ENDS)

    @cached_property
    def _streets(self) -> _Names:
        return _names(6_000, _STREET_ENDS)

    def person(self, number: int) -> Person:
        """The n-th person; beyond those that there are, somebody who might be one."""
        chance = random.Random(f"person {number} {SEED}")
        given, family = self._given.any(chance), self._family.any(chance)
        reached = f"{fold(given)}.{fold(family)}{number}@example.com"
        return Person(
            given_name=given,
            family_name=family,
            birth_date=_FIRST_BIRTH + timedelta(days=chance.randrange(_BIRTHS)),
            email=Email(reached) if chance.random() < 1 / 2 else None,
            phone=f"+4930{number:08d}" if chance.random() < 1 / 3 else None,
            address=self._address(chance) if chance.random() < 9 / 10 else None,
        )

    def organization(self, number: int) -> Organization:
        """The n-th organization; beyond those that there are, one that might be."""
        chance = random.Random(f"organization {number} {SEED}")
        name = f"{self._family.any(chance)} {chance.choice(TRADES)}"
        if chance.random() < 1 / 3:
            name = f"{name} {self._places.any(chance)}"
        form = chance.choice(_FORMS)
        site = f"https://www.{fold(name).replace(' ', '-')}{number}.example"
        return Organization(
            name=f"{name} {form}".strip(),
            website=site if chance.random() < 1 / 2 else None,
            tax_number=f"DE{number:09d}" if chance.random() < 1 / 3 else None,
            address=self._address(chance),
        )

    def _address(self, chance: random.Random) -> PostalAddress:
        place = self._places.any(chance)
        return PostalAddress(
            street=f"{self._streets.any(chance)} {1 + int(120 * chance.random() ** 2)}",
            postal_code=f"{1_000 + random.Random(place).randrange(98_000) + chance.randrange(5):05d}",
            locality=place,
            country="DE",
        )


def catalogue() -> Catalogue:
    """The catalogue of `relatum_base`."""
    return build_catalogue([relatum_base])


def identity(type_name: str, number: int) -> UUID:
    """The id of the n-th person or organization: a UUID of version 7."""
    kind = ("Person", "Organization").index(type_name)
    return UUID(
        int=((1_735_689_600_000 + number) << 80) | (7 << 76) | (2 << 62) | kind << 32 | number
    )


async def fill(url: str, world: Parties) -> None:
    """Make the tables in an empty database and write the world into them; both look at their tables afterwards."""
    connections = await open_connections(url)
    tables = build_tables(catalogue())
    await create_all(connections, tables)
    async with connections.writing() as connection:
        if connection.dialect == "postgresql":
            await connection.script("SET LOCAL session_replication_role = replica")
        else:
            await connection.script("PRAGMA cache_size = -400000")
        await _write(connection, tables, "Person", world.people, world.person, _person)
        organizations = world.organizations, world.organization, _organization
        await _write(connection, tables, "Organization", *organizations)
    if connections.dialect == "postgresql":
        async with connections.reading() as connection:
            await connection.script("VACUUM ANALYZE")
    await connections.close()


async def _write(
    connection: Connection,
    tables: Tables,
    name: str,
    number: int,
    party: Callable[[int], P],
    values: Callable[[P], Mapping[str, object]],
) -> None:
    names = ("id", "version", "recorded_from", *values(party(0)))
    for begin in range(0, number, _AT_ONCE):
        some = [(at, party(at)) for at in range(begin, min(begin + _AT_ONCE, number))]
        records = (_record(name, at, each) for at, each in some)
        rows = (_version(name, at, values(each)) for at, each in some)
        await connection.copy(tables.record, _RECORD, records)
        await connection.copy(tables.current[name], names, rows)


_RECORD: Final = ("id", "type", "label", "label__key", "deleted")
Values = Mapping[str, object]
Party = Person | Organization


def _version(name: str, number: int, values: Values) -> tuple[object, ...]:
    return identity(name, number), 1, _NOW, *values.values()


def _record(name: str, number: int, party: Party) -> tuple[object, ...]:
    person = isinstance(party, Person)
    label = f"{party.given_name} {party.family_name}" if person else party.name
    return identity(name, number), name, label, label_key(label), False


def _person(person: Person) -> Values:
    given, family = person.given_name or "", person.family_name
    return {
        **_party(person),
        "given_name": given,
        "given_name__key": fold(given),
        "family_name": family,
        "family_name__key": fold(family),
        "birth_date": person.birth_date,
        **keys_of_person(of_person(person)),
    }


def _organization(organization: Organization) -> Values:
    tax = organization.tax_number
    return {
        **_party(organization),
        "name": organization.name,
        "name__key": fold(organization.name),
        "website": organization.website,
        "tax_number": tax,
        "tax_number__key": None if tax is None else fold(tax),
        **keys_of_organization(of_organization(organization)),
    }


def _party(party: Party) -> Values:
    address = party.address or PostalAddress()
    return {
        "email": party.email,
        "email__key": None if party.email is None else fold(party.email),
        "phone": party.phone,
        "phone__key": None if party.phone is None else fold(party.phone),
        **{
            f"address__{name}": getattr(address, name)
            for name in ("street", "postal_code", "locality", "region", "country")
        },
    }
