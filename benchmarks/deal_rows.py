"""The deals of twenty thousand partners as rows: the same for the same number, written past the engine.

A few partners have blocks of their own, so that what they see is known and stays the same however many deals the others
have. Ties are without dates; versions, the change log and the words of types other than deals are left out, since nothing
that is measured reads them.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from benchmarks.data import SEED
from benchmarks.deals import PARTNER, catalogue
from relatum.access import Principal
from relatum.connections import Connections, open_connections
from relatum.tables import Tables, build_tables, create_all
from relatum.text import fold, label_key, tokens

OTHERS: Final = 20_000
REGIONS: Final = 1_000
OWN: Final = (50, 500, 5_000)
SHARES: Final = (1, 100, 800)
"""Per mille of the deals that lie in the regions of further partners, who have no other deals."""

_NOW: Final = datetime(2025, 1, 1, tzinfo=UTC)
_STATES: Final = ("open", "won", "lost")
_TRADES: Final = "Foods Freight Glass Metals Optics Paper Pumps Textiles Tools Works".split()  # noqa: SIM905
_TYPES: Final = (
    "Firm", "Person", "Region", "Deal", "Covers", "RegisteredBy", "SharedWith", "OwnedBy", "LiesIn",
)  # fmt: skip

Row = tuple[object, ...]
Tie = tuple[int, int]


def identity(type_name: str, number: int) -> UUID:
    """The id of the n-th record of a type: a UUID of version 7."""
    kind = _TYPES.index(type_name)
    return UUID(
        int=((1_735_689_600_000 + number) << 80) | (7 << 76) | (2 << 62) | kind << 32 | number
    )


@dataclass(frozen=True)
class Deals:
    """A world with so many deals of other partners.

    Firms and people from `OTHERS` on are those with blocks of their own, one per entry of `OWN`; after them come the
    firms that only cover regions, one per entry of `SHARES`. The regions from `REGIONS` on are those of the blocks.
    """

    others: int

    @property
    def deals(self) -> int:
        """How many deals there are."""
        return self.others + sum(OWN)

    def partner(self, place: int) -> Principal:
        """The user of a partner, of those with blocks and then of those that cover regions."""
        number = OTHERS + place
        roles = frozenset({PARTNER})
        return Principal(identity("Person", number), identity("Firm", number), roles)

    def own(self, place: int) -> list[UUID]:
        """The ids of the deals of a block."""
        return [identity("Deal", number) for number in self._blocks[place]]

    @cached_property
    def _blocks(self) -> tuple[Sequence[int], ...]:
        """Which deals are those of each block: anywhere among all."""
        chosen = random.Random(f"blocks {SEED}").sample(range(self.deals), sum(OWN))
        ends = [sum(OWN[: place + 1]) for place in range(len(OWN))]
        return tuple(chosen[end - size : end] for end, size in zip(ends, OWN, strict=True))

    @cached_property
    def _own_ties(self) -> dict[int, tuple[int, str]]:
        """By the number of a block's deal its partner, and by which tie it is the partner's."""
        kinds = ("RegisteredBy",) * 4 + ("SharedWith",) * 3 + ("OwnedBy",) + ("LiesIn",) * 2
        return {
            number: (place, kinds[at % len(kinds)])
            for place, block in enumerate(self._blocks)
            for at, number in enumerate(block)
        }

    def ties(self) -> dict[str, list[Tie]]:
        """The ties by their type: the numbers of both ends."""
        chance = random.Random(f"ties {SEED}")
        ties: dict[str, list[Tie]] = {name: [] for name in _TYPES[4:]}
        for number in range(self.deals):
            place, kind = self._own_ties.get(number, (0, ""))
            firm, region = chance.randrange(OTHERS), chance.randrange(REGIONS)
            if kind:  # a region that nobody covers keeps wide partners from what is not theirs
                region = REGIONS + place if kind == "LiesIn" else REGIONS + len(OWN)
            own = OTHERS + place
            ties["RegisteredBy"].append((number, own if kind == "RegisteredBy" else firm))
            ties["OwnedBy"].append((number, own if kind == "OwnedBy" else firm))
            ties["LiesIn"].append((number, region))
            if kind == "SharedWith":
                ties["SharedWith"].append((number, own))
            elif chance.random() < 0.2:
                ties["SharedWith"].append((number, chance.randrange(OTHERS)))
        ties["Covers"] += [(firm, firm % REGIONS) for firm in range(OTHERS)]
        ties["Covers"] += [(OTHERS + place, REGIONS + place) for place in range(len(OWN))]
        for place, share in enumerate(SHARES, start=OTHERS + len(OWN)):
            ties["Covers"] += [(place, region) for region in range(share)]
        return ties

    def names(self) -> Iterator[tuple[str, list[str]]]:
        """The entity types that have only names, and their names."""
        firms = OTHERS + len(OWN) + len(SHARES)
        yield "Firm", [f"Partner {number}" for number in range(firms)]
        yield "Person", [f"Person {number}" for number in range(firms)]
        yield "Region", [f"Region {number}" for number in range(REGIONS + len(OWN) + 1)]


async def fill(url: str, world: Deals) -> None:
    """Make the tables in an empty database and write the world into them."""
    connections = await open_connections(url)
    tables = build_tables(catalogue())
    await create_all(connections, tables)
    async with connections.writing() as connection:
        if connection.dialect == "postgresql":
            await connection.script("SET LOCAL session_replication_role = replica")
        else:
            await connection.script("PRAGMA cache_size = -400000")
        for name, names in world.names():
            await connection.copy(tables.record, _RECORD, _records(name, names))
            await connection.copy(
                tables.current[name],
                ("id", "version", "recorded_from", "name", "name__key"),
                ((identity(name, at), 1, _NOW, each, fold(each)) for at, each in enumerate(names)),
            )
        titles = _titles(world.deals)
        await connection.copy(tables.record, _RECORD, _records("Deal", titles))
        await connection.copy(tables.current["Deal"], _DEAL, _deals(titles))
        await connection.copy(tables.search, _SEARCH, _words(titles))
        for name, ties in world.ties().items():
            unnamed = ((identity(name, at), name, None, None, False) for at in range(len(ties)))
            await connection.copy(tables.record, _RECORD, unnamed)
            await connection.copy(tables.current[name], _TIE, _ties(name, ties))
    await _settle(connections, tables)
    await connections.close()


async def _settle(connections: Connections, tables: Tables) -> None:
    """PostgreSQL looks at its tables as it does by itself in the long run; SQLite is left as it is."""
    if connections.dialect == "postgresql":
        async with connections.reading() as connection:
            await connection.script("VACUUM ANALYZE")


_RECORD: Final = ("id", "type", "label", "label__key", "deleted")
_DEAL: Final = (
    "id", "version", "recorded_from", "title", "title__key", "state", "worth", "chance",
)  # fmt: skip
_SEARCH: Final = ("record_id", "type", "field", "is_label", "tokens")
_TIE: Final = ("id", "version", "recorded_from", "source_id", "target_id")
_ENDS: Final = {
    "Covers": ("Firm", "Region"),
    "RegisteredBy": ("Deal", "Firm"),
    "SharedWith": ("Deal", "Firm"),
    "OwnedBy": ("Deal", "Person"),
    "LiesIn": ("Deal", "Region"),
}


def _titles(number: int) -> list[str]:
    chance = random.Random(f"titles {SEED}")
    return [f"{chance.choice(_TRADES)} offer {at}" for at in range(number)]


def _records(name: str, labels: Iterable[str]) -> Iterator[Row]:
    for at, label in enumerate(labels):
        yield identity(name, at), name, label, label_key(label), False


def _deals(titles: Iterable[str]) -> Iterator[Row]:
    chance = random.Random(f"deals {SEED}")
    for at, title in enumerate(titles):
        state, worth = chance.choice(_STATES), chance.randrange(1_000_000)
        yield identity("Deal", at), 1, _NOW, title, fold(title), state, worth, chance.randrange(101)


def _words(titles: Iterable[str]) -> Iterator[Row]:
    for at, title in enumerate(titles):
        yield identity("Deal", at), "Deal", "title", True, tokens(title)


def _ties(name: str, ties: Sequence[Tie]) -> Iterator[Row]:
    source, target = _ENDS[name]
    for at, (near, far) in enumerate(ties):
        yield identity(name, at), 1, _NOW, identity(source, near), identity(target, far)
