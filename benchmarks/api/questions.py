"""What is asked: five questions and one act, each as GraphQL with variables drawn at random, and the goal of its ratio."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from benchmarks.api.world import World, identity
from benchmarks.data import FAMILY_NAMES, GIVEN_NAMES, ROLES, SEED, TRADES

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """One thing that is asked again and again.

    Attributes:
        name: of its operation.
        about: what it asks, for people.
        text: in GraphQL.
        drawn: variables, by chance.
        goal: the engine's answers a second as a share of the floor's, which is to be reached.
        writes: whether it changes something.
    """

    name: str
    about: str
    text: str
    drawn: Callable[[World, random.Random], Variables]
    goal: float
    writes: bool = False

    def bodies(self, world: World, count: int) -> list[dict[str, Any]]:
        """Requests, the same for the same world."""
        chance = random.Random(f"{self.name} {SEED}")
        return [
            {
                "query": self.text,
                "operationName": self.name,
                "variables": self.drawn(world, chance),
            }
            for _ in range(count)
        ]


def _some(world: World, chance: random.Random) -> Variables:
    return {"id": str(identity("Organization", chance.randrange(world.organizations)))}


def _place(world: World, chance: random.Random) -> Variables:
    """A place in the order of names, for which a cursor has to be asked."""
    del world
    return {"name": f"{chance.choice(FAMILY_NAMES)} {chance.choice(TRADES)}"}


def _region(world: World, chance: random.Random) -> Variables:
    return {
        "region": str(identity("Region", chance.randrange(world.regions))),
        "stages": ["qualified", "offered", "open"],
        "amount": {"amount": f"{chance.randint(100, 50_000)}.00", "currency": "EUR"},
    }


def _nothing(world: World, chance: random.Random) -> Variables:
    del world, chance
    return {}


def _newcomer(world: World, chance: random.Random) -> Variables:
    number = chance.randrange(10**9)
    return {
        "input": {
            "firstName": chance.choice(GIVEN_NAMES),
            "lastName": chance.choice(FAMILY_NAMES),
            "email": f"newcomer{number}@firm.example",
            "employers": {
                "relate": [
                    {
                        "id": _some(world, chance)["id"],
                        "role": chance.choice(ROLES),
                        "validFrom": str(date(2024, 1, 1 + number % 28)),
                    }
                ]
            },
        }
    }


ONE: Final = Question(
    "One",
    "one organization by its id, six fields",
    """
query One($id: ID!) {
  organization(id: $id) { id name domain industry employees revenue }
}
""",
    _some,
    goal=0.55,
)

PAGE: Final = Question(
    "Page",
    "50 organizations after a cursor, 10 people and the open deals of each",
    """
query Page($after: String) {
  organizations(first: 50, orderBy: [{name: ASC}], after: $after) {
    edges {
      node {
        name
        people(first: 10, orderBy: [{validFrom: ASC}]) {
          edges { role validFrom node { id firstName lastName email } }
        }
        deals(filter: {node: {stage: {eq: open}}}) {
          edges { node { amount { amount currency } } }
        }
      }
    }
  }
}
""",
    _place,
    goal=0.90,
)

REGION: Final = Question(
    "Region",
    "20 deals in three stages above an amount in a region, the greatest first",
    """
query Region($region: ID!, $stages: [DealStage!], $amount: MoneyInput!) {
  deals(
    filter: {
      stage: {in: $stages}
      amount: {gt: $amount}
      organization: {region: {id: {eq: $region}}}
    }
    orderBy: [{amount: DESC}]
    first: 20
  ) {
    nodes { id title stage amount { amount currency } organization { name } }
  }
}
""",
    _region,
    goal=0.80,
)

SUPPLIERS: Final = Question(
    "Suppliers",
    "suppliers of suppliers: how many, and the first 20 by name",
    """
query Suppliers($id: ID!) {
  organizations(
    filter: {customers: {some: {node: {customers: {some: {node: {id: {eq: $id}}}}}}}}
    orderBy: [{name: ASC}]
    first: 20
  ) {
    totalCount
    nodes { id name }
  }
}
""",
    _some,
    goal=0.70,
)

STAGES: Final = Question(
    "Stages",
    "sum and count of deals by stage",
    """
query Stages {
  dealsAggregate(groupBy: [{stage: VALUE}]) {
    key { stage }
    count
    sum { amount { amount currency } }
  }
}
""",
    _nothing,
    goal=0.95,
)

HIRE: Final = Question(
    "Hire",
    "a new person with an employment",
    """
mutation Hire($input: CreatePerson!) {
  createPerson(input: $input) {
    record {
      id
      label
      employers { edges { role validFrom node { id name } } }
    }
  }
}
""",
    _newcomer,
    goal=0.50,
    writes=True,
)

QUESTIONS: Final = (ONE, PAGE, REGION, SUPPLIERS, STAGES, HIRE)

CURSOR: Final = """
query Cursor($name: String!) {
  organizations(first: 1, orderBy: [{name: ASC}], filter: {name: {gte: $name}}) {
    pageInfo { endCursor }
  }
}
"""
"""Gives the cursor of the first organization from a name on."""
