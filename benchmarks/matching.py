"""How long it takes to look a party up among a million: ``python -m benchmarks matching --parties 1000000``.

Two thirds of those who are described are there, with what people do to names: letters that are wrong, missing, doubled or
swapped, the given name in the place of the other, another house number, no address. The others are not. What is measured is
the action as a program calls it: its snapshot, the look-ups by keys, the judgement of all candidates with its reasons.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from benchmarks.data import SEED
from benchmarks.parties import Parties, catalogue, fill, identity
from benchmarks.servers import filled_database
from relatum import Email, PostalAddress
from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Session, open_database, run_action
from relatum_base.parties import Organization, Person

PARTIES: Final = 100_000
ASKED: Final = 300
LIMIT: Final = 50.0
"""Milliseconds that a look-up among a million may take."""

_BEFORE: Final = 20
_FOUND: Final = 0.9
"""The share of those who are there that have to be found; some are too disfigured to be anybody."""


class LookUp(NamedTuple):
    """One description, and who it is of."""

    action: str
    inputs: Mapping[str, object]
    of: UUID | None


@dataclass(frozen=True)
class Matching:
    """What look-ups take.

    Attributes:
        parties: people and organizations that there are.
        kind: whom was looked up.
        median: milliseconds.
        slow: milliseconds that 95 of 100 take at most.
        slowest: milliseconds of the slowest.
        statements: that one took at most.
        there: how many of those described are there.
        found: how many of these were among the answers.
        first: how many of these were the first of them.
        strangers: how many of those who are not there were told to be somebody for certain.
    """

    database: DialectName
    parties: int
    kind: str
    asked: int
    median: float
    slow: float
    slowest: float
    statements: int
    there: int
    found: int
    first: int
    strangers: int


def measure(dialect: DialectName, parties: int, keep: Path | None = None) -> list[Matching]:
    """Look up in a filled database.

    Args:
        dialect: which database.
        parties: how many are in it.
        keep: the folder in which it stays; None where it is gone afterwards.

    Raises:
        ValueError: too few of those who are there were found.
    """
    world = Parties(parties)
    name = f"matching-{parties}"
    with filled_database(dialect, name, lambda url: fill(url, world), keep) as url:
        return asyncio.run(_asked(url, dialect, world))


async def _asked(url: str, dialect: DialectName, world: Parties) -> list[Matching]:
    async with open_database(url, catalogue()) as database:
        session = database.as_(SYSTEM)
        return [
            await _measured(session, dialect, world, kind, list(look_ups))
            for kind, look_ups in (("people", _people(world)), ("organizations", _firms(world)))
        ]


async def _measured(
    session: Session, dialect: DialectName, world: Parties, kind: str, look_ups: list[LookUp]
) -> Matching:
    times, most, found, first, strangers = [], 0, 0, 0, 0
    for each in look_ups[:_BEFORE]:
        await run_action(session, each.action, each.inputs)
    for each in look_ups:
        begun = time.perf_counter()
        with session.storage.connections.count_statements() as statements:
            matches = await run_action(session, each.action, each.inputs)
        times.append(1_000 * (time.perf_counter() - begun))
        most = max(most, len(statements))
        ids = [_party(match) for match in matches]
        found += each.of in ids
        first += ids[:1] == [each.of]
        strangers += each.of is None and any(match.verdict == "same" for match in matches)
    there = sum(each.of is not None for each in look_ups)
    if found < _FOUND * there:
        raise ValueError(f"Only {found} of {there} {kind} were found.")
    times.sort()
    at = len(times) * 95 // 100
    asked = len(look_ups)
    return Matching(
        dialect, world.number, kind, asked, statistics.median(times), times[at], times[-1], most,
        there, found, first, strangers,
    )  # fmt: skip


def _party(match: Any) -> UUID:
    party = match.person if hasattr(match, "person") else match.organization
    found: UUID = party.id
    return found


def _people(world: Parties) -> Iterator[LookUp]:
    chance = random.Random(f"asked {SEED}")
    for turn in range(ASKED):
        if turn % 3 == 2:
            yield LookUp("match_people", _of_person(world.person(world.people + turn)), None)
            continue
        number = chance.randrange(world.people)
        described = _disfigured(chance, _of_person(world.person(number)))
        yield LookUp("match_people", described, identity("Person", number))


def _firms(world: Parties) -> Iterator[LookUp]:
    chance = random.Random(f"asked firms {SEED}")
    for turn in range(ASKED):
        if turn % 3 == 2:
            unknown = _of_organization(world.organization(world.organizations + turn))
            yield LookUp("match_organizations", unknown, None)
            continue
        number = chance.randrange(world.organizations)
        described = _of_organization(world.organization(number))
        described["name"] = _mistyped(chance, str(described["name"]))
        if chance.random() < 1 / 4:
            described.pop("website")
        yield LookUp("match_organizations", described, identity("Organization", number))


def _of_person(person: Person) -> dict[str, object]:
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date,
        "email": person.email,
        "address": person.address,
    }


def _of_organization(organization: Organization) -> dict[str, object]:
    return {
        "name": organization.name,
        "website": organization.website,
        "address": organization.address,
    }


def _disfigured(chance: random.Random, described: dict[str, object]) -> dict[str, object]:
    """What becomes of a description on its way through a call, a form, or an import."""
    kind = chance.choice(["family", "given", "swapped", "house", "mail", "address"])
    given, family = str(described["given_name"]), str(described["family_name"])
    if kind == "family":
        described["family_name"] = _mistyped(chance, family)
    elif kind == "given":
        described["given_name"] = _mistyped(chance, given)
    elif kind == "swapped":
        described["given_name"], described["family_name"] = family, given
    elif kind == "house" and isinstance(address := described["address"], PostalAddress):
        described["address"] = address.model_copy(update={"street": f"{address.street}a"})
    elif kind == "mail":
        described["email"] = Email(f"{given[0].casefold()}@example.org")
    else:
        described["address"] = None
    return described


def _mistyped(chance: random.Random, text: str) -> str:
    """A text with one letter beyond the first wrong, missing, doubled, or swapped with its neighbour."""
    at = chance.randrange(1, max(2, len(text) - 1))
    before, letter, after = text[:at], text[at], text[at + 1 :]
    return chance.choice(
        [
            before + chance.choice("aeinrst") + after,
            before + after,
            before + letter + letter + after,
            before + after[:1] + letter + after[1:],
        ]
    )
