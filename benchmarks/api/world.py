"""The records of the benchmark, the same for the same size: firms, their people, deals and machines, and where they are.

Some firms are far larger than others, as in life: half of all falls to a fifth of them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, get_args
from uuid import UUID

from benchmarks.api.market import Stage
from benchmarks.data import FAMILY_NAMES, GIVEN_NAMES, ROLES, SEED, TRADES
from relatum.writing import Command, Create, Relate

STAGES: Final[tuple[str, ...]] = get_args(Stage)
_INDUSTRIES: Final = (
    "Energy",
    "Food",
    "Health",
    "Logistics",
    "Machinery",
    "Optics",
    "Paper",
    "Textiles",
)
_FIRST_DAY: Final = date(2015, 1, 1)
_EPOCH_MILLISECONDS: Final = 1_735_689_600_000
_TYPES: Final = (
    "Organization", "Person", "Deal", "Machine", "Region",
    "WorksAt", "DealFor", "LocatedIn", "InstalledAt", "Supplies", "ContactOf",
)  # fmt: skip
_NUMBERS: Final = {name: number for number, name in enumerate(_TYPES, start=101)}


@dataclass(frozen=True)
class World:
    """A market of so many organizations; at 20,000 it has 192,000 entities and about 400,000 ties."""

    organizations: int

    @property
    def people(self) -> int:
        """How many people there are."""
        return 5 * self.organizations

    @property
    def deals(self) -> int:
        """How many deals there are."""
        return 3 * self.organizations

    @property
    def machines(self) -> int:
        """How many machines there are."""
        return self.organizations // 2

    @property
    def regions(self) -> int:
        """How many regions there are."""
        return max(1, self.organizations // 10)

    @property
    def entities(self) -> int:
        """How many records there are beside the ties."""
        return self.organizations + self.people + self.deals + self.machines + self.regions

    def commands(self) -> Iterator[Command]:
        """What makes the world, type by type, entities before the ties between them."""
        yield from self._organizations()
        yield from self._people()
        yield from self._deals()
        for number in range(self.machines):
            yield Create("Machine", {"serial": f"M-{number:06}"}, identity("Machine", number))
        for number in range(self.regions):
            yield Create("Region", {"name": f"Region {number}"}, identity("Region", number))
        yield from self._employments()
        yield from self._single("DealFor", "Deal", self.deals)
        yield from self._single("InstalledAt", "Machine", self.machines)
        yield from self._locations()
        yield from self._supplies()
        yield from self._contacts()

    def _organizations(self) -> Iterator[Command]:
        chance = random.Random(f"organizations {SEED}")
        for number in range(self.organizations):
            values = {
                "name": f"{chance.choice(FAMILY_NAMES)} {chance.choice(TRADES)} {number}",
                "domain": f"firm{number}.example",
                "industry": chance.choice(_INDUSTRIES),
                "employees": chance.randint(1, 5_000),
                "revenue": f"{chance.randint(10_000, 90_000_000)}.{chance.randint(10, 99)}",
            }
            yield Create("Organization", values, identity("Organization", number))

    def _people(self) -> Iterator[Command]:
        chance = random.Random(f"people {SEED}")
        for number in range(self.people):
            values = {
                "first_name": chance.choice(GIVEN_NAMES),
                "last_name": chance.choice(FAMILY_NAMES),
                "email": f"person{number}@firm.example",
                "phone": f"+49 30 {number:07}",
            }
            yield Create("Person", values, identity("Person", number))

    def _deals(self) -> Iterator[Command]:
        chance = random.Random(f"deals {SEED}")
        for number in range(self.deals):
            amount = f"{chance.randint(100, 99_999)}.{chance.randint(10, 99)}"
            values = {
                "title": f"Deal {number}",
                "stage": chance.choice(STAGES),
                "amount": {"amount": amount, "currency": "EUR"},
            }
            yield Create("Deal", values, identity("Deal", number))

    def _employments(self) -> Iterator[Command]:
        """Everybody works somewhere; one in eight did so elsewhere before."""
        chance = random.Random(f"employments {SEED}")
        made = 0
        for number in range(self.people):
            begin = _FIRST_DAY + timedelta(days=chance.randrange(1_800))
            jobs: list[tuple[date, date | None]] = [(begin, None)]
            if chance.random() < 1 / 8:
                change = begin + timedelta(days=chance.randrange(200, 1_800))
                jobs = [(begin, change), (change, None)]
            for valid_from, valid_to in jobs:
                yield Relate(
                    "WorksAt",
                    identity("Person", number),
                    self._some_organization(chance),
                    {"role": chance.choice(ROLES)},
                    valid_from,
                    valid_to,
                    identity("WorksAt", made),
                )
                made += 1

    def _single(self, tie: str, type_name: str, count: int) -> Iterator[Command]:
        """One tie from each record of a type to some organization."""
        chance = random.Random(f"{tie} {SEED}")
        for number in range(count):
            source = identity(type_name, number)
            yield Relate(tie, source, self._some_organization(chance), id=identity(tie, number))

    def _locations(self) -> Iterator[Command]:
        chance = random.Random(f"locations {SEED}")
        for number in range(self.organizations):
            source = identity("Organization", number)
            region = identity("Region", chance.randrange(self.regions))
            yield Relate("LocatedIn", source, region, id=identity("LocatedIn", number))

    def _supplies(self) -> Iterator[Command]:
        """Every organization supplies three others, many of them the same large ones."""
        chance = random.Random(f"supplies {SEED}")
        for number in range(self.organizations):
            customers = {self._some_organization(chance) for _ in range(3)}
            customers.discard(identity("Organization", number))
            for place, customer in enumerate(sorted(customers)):
                supplier = identity("Organization", number)
                tie = identity("Supplies", 3 * number + place)
                yield Relate("Supplies", supplier, customer, id=tie)

    def _contacts(self) -> Iterator[Command]:
        """Every deal has two people to talk to."""
        chance = random.Random(f"contacts {SEED}")
        for number in range(self.deals):
            people = sorted({chance.randrange(self.people) for _ in range(2)})
            for place, person in enumerate(people):
                tie = identity("ContactOf", 2 * number + place)
                deal = identity("Deal", number)
                yield Relate("ContactOf", identity("Person", person), deal, id=tie)

    def _some_organization(self, chance: random.Random) -> UUID:
        return identity("Organization", int(self.organizations * chance.random() ** 2.32))


def identity(type_name: str, number: int) -> UUID:
    """The id of the n-th record of a type: a UUID of version 7 that anybody can work out."""
    milliseconds = _EPOCH_MILLISECONDS + number
    return UUID(
        int=(milliseconds << 80) | (7 << 76) | (2 << 62) | (_NUMBERS[type_name] << 32) | number
    )
