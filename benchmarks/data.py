"""The data of the benchmarks: a made-up trade, the same for the same seed and size.

Of nine entities one is an organization, five are people and three are deals. Every person works at an
organization, one in eight after having worked at another one; every deal is with an organization. Some
organizations are far larger than others, as in life.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from relatum.writing import Command, Create, Relate

SEED: Final = 20_250_401
_FIRST_DAY: Final = date(2015, 1, 1)
_SECOND_DAY: Final = date(2020, 1, 1)
_CHANGED_JOBS: Final = 1 / 8
_EPOCH_MILLISECONDS: Final = 1_735_689_600_000
GIVEN_NAMES: Final = [
    "Ada",
    "Amira",
    "Ben",
    "Chloé",
    "Daniel",
    "Edda",
    "Farid",
    "Grace",
    "Hiroshi",
    "Ingrid",
    "Jonas",
    "Kemal",
    "Lena",
    "Mateo",
    "Nadia",
    "Oskar",
    "Paula",
    "Quentin",
    "Rosa",
    "Søren",
    "Tomasz",
    "Ulrike",
    "Vera",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoë",
]
FAMILY_NAMES: Final = [
    "Abel",
    "Bauer",
    "Castro",
    "Dupont",
    "Eriksen",
    "Fischer",
    "García",
    "Huber",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Nakamura",
    "Öztürk",
    "Petrov",
    "Quinn",
    "Rossi",
    "Schmidt",
    "Tanaka",
    "Urban",
    "Vogel",
    "Weiß",
    "Xu",
    "Young",
    "Zimmermann",
]
TRADES: Final = "Foods Freight Glass Metals Optics Paper Pumps Textiles Tools Works".split()  # noqa: SIM905
ROLES: Final = ("Buyer", "Engineer", "Managing director", "Sales manager", "Technician")
_STATES: Final = ("open", "won", "lost")
_KINDS: Final = {"Organization": 1, "Person": 2, "Deal": 3, "WorksAt": 4, "DealWith": 5}


@dataclass(frozen=True)
class Trade:
    """A trade with so many entities."""

    entities: int

    @property
    def organizations(self) -> int:
        """How many organizations there are."""
        return max(1, self.entities // 9)

    @property
    def people(self) -> int:
        """How many people there are."""
        return 5 * self.organizations

    @property
    def deals(self) -> int:
        """How many deals there are."""
        return 3 * self.organizations

    def commands(self) -> Iterator[Command]:
        """What makes the trade, type by type, entities before the ties between them."""
        yield from self._organizations()
        yield from self._people()
        yield from self._deals()
        yield from self._employments()
        yield from self._deal_parties()

    def _organizations(self) -> Iterator[Command]:
        chance = random.Random(f"organizations {SEED}")
        for number in range(self.organizations):
            name = f"{chance.choice(FAMILY_NAMES)} {chance.choice(TRADES)} {number}"
            values = {"name": name, "employee_count": chance.randint(1, 5_000)}
            yield Create("Organization", values, identity("Organization", number))

    def _people(self) -> Iterator[Command]:
        chance = random.Random(f"people {SEED}")
        for number in range(self.people):
            values = {
                "given_name": chance.choice(GIVEN_NAMES),
                "family_name": chance.choice(FAMILY_NAMES),
                "email": f"person{number}@example.com",
            }
            yield Create("Person", values, identity("Person", number))

    def _deals(self) -> Iterator[Command]:
        chance = random.Random(f"deals {SEED}")
        for number in range(self.deals):
            cents = Decimal(chance.randint(10_000, 9_999_999))
            amount = {"amount": str(cents / 100), "currency": "EUR"}
            values = {"title": f"Deal {number}", "amount": amount, "state": chance.choice(_STATES)}
            yield Create("Deal", values, identity("Deal", number))

    def _employments(self) -> Iterator[Command]:
        chance = random.Random(f"employments {SEED}")
        for number in range(self.people):
            begins = [_some_day(chance, _FIRST_DAY)]
            if chance.random() < _CHANGED_JOBS:
                begins.append(_some_day(chance, _SECOND_DAY))
            ends = [*begins[1:], None]
            for job, (valid_from, valid_to) in enumerate(zip(begins, ends, strict=True)):
                yield Relate(
                    "WorksAt",
                    identity("Person", number),
                    self._some_organization(chance),
                    {"role": chance.choice(ROLES)},
                    valid_from,
                    valid_to,
                    identity("WorksAt", 2 * number + job),
                )

    def _deal_parties(self) -> Iterator[Command]:
        chance = random.Random(f"deal parties {SEED}")
        for number in range(self.deals):
            deal, organization = identity("Deal", number), self._some_organization(chance)
            yield Relate("DealWith", deal, organization, id=identity("DealWith", number))

    def _some_organization(self, chance: random.Random) -> UUID:
        """Half of all fall to a fifth of the organizations."""
        number = int(self.organizations * chance.random() ** 2.32)
        return identity("Organization", number)


def _some_day(chance: random.Random, since: date) -> date:
    """A day within five years."""
    return since + timedelta(days=chance.randrange(1_800))


def identity(type_name: str, number: int) -> UUID:
    """The id of the n-th record of a type: a UUID of version 7 that anybody can work out."""
    milliseconds = _EPOCH_MILLISECONDS + number
    return UUID(
        int=(milliseconds << 80) | (7 << 76) | (2 << 62) | (_KINDS[type_name] << 32) | number
    )
