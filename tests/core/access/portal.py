"""A portal with so many deals that reading all of them shows: four partners see some, each on a way of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import build_catalogue
from relatum.connections import Connection, open_connections
from relatum.tables import build_tables, create_all
from relatum.text import fold, label_key, tokens
from tests.core.catalogue.declaring import declare

PORTAL = declare(
    """
class Firm(Entity, plural="firms"):
    name: Annotated[str, Label]

class Region(Entity, plural="regions"):
    name: Annotated[str, Label]

class Deal(Entity, plural="deals"):
    title: Annotated[str, Label]
    state: Annotated[Literal["open", "won", "lost"], Indexed]
    worth: Annotated[int, Indexed]
    chance: int

class RegisteredBy(Relationship[Deal, Firm]):
    ends = Ends("registered_by", "registered")

class SharedWith(Relationship[Deal, Firm]):
    ends = Ends("shared_with", "shared")
    secret: bool | None = None

class LiesIn(Relationship[Deal, Region]):
    ends = Ends("region", "deals")

class Covers(Relationship[Firm, Region]):
    ends = Ends("covers", "covered_by")

policies = [
    Policy("partner", Deal, READ, through="registered_by", to=MY_FIRM),
    Policy("partner", Deal, READ, through="shared_with", to=MY_FIRM, fields=ALL - {"chance"}),
    Policy("partner", Deal, READ, through="region.covered_by", to=MY_FIRM),
    Policy("partner", [Firm, Region], READ),
    Policy("partner", [RegisteredBy, SharedWith, LiesIn], READ, through=BOTH_ENDS),
]
""",
    name="portal",
)
CATALOGUE = build_catalogue([PORTAL])
DEALS, FIRMS, REGIONS = 20_000, 400, 40
_NOW = datetime(2024, 1, 1, tzinfo=UTC)
_STATES = ("open", "won", "lost")


def identity(number: int) -> UUID:
    """The id of the n-th of all records."""
    return UUID(int=(1_704_067_200_000 << 80) | (7 << 76) | (2 << 62) | number)


def firm(number: int) -> UUID:
    """The id of a firm."""
    return identity(1_000_000 + number)


def region(number: int) -> UUID:
    """The id of a region."""
    return identity(2_000_000 + number)


def partner(number: int) -> Principal:
    """The user of a firm."""
    return Principal(identity(3_000_000), firm(number), frozenset({"partner"}))


async def build(url: str) -> None:
    """Fill an empty database: every deal with a firm and a region, each tenth shared; the first firm covers a region."""
    connections = await open_connections(url)
    await create_all(connections, build_tables(CATALOGUE))
    async with connections.writing() as connection:
        await _named(connection, "Firm", [(firm(at), f"Firm {at}") for at in range(FIRMS)])
        await _named(connection, "Region", [(region(at), f"Region {at}") for at in range(REGIONS)])
        await _deals(connection)
        numbers = count(4_000_000)
        ties = {
            "RegisteredBy": ((at, firm(at % FIRMS)) for at in range(DEALS)),
            "SharedWith": ((at, firm(at // 10 % FIRMS)) for at in range(0, DEALS, 10)),
            "LiesIn": ((at, region(1 + at % (REGIONS - 1))) for at in range(DEALS)),
        }
        for name, pairs in ties.items():
            await _ties(connection, name, ((identity(a), b) for a, b in pairs), numbers)
        await _ties(connection, "Covers", iter([(firm(0), region(1))]), numbers)
        if connection.dialect == "postgresql":
            await connection.script("ANALYZE")
    await connections.close()


async def _named(connection: Connection, name: str, named: list[tuple[UUID, str]]) -> None:
    tables = build_tables(CATALOGUE)
    await _register(connection, name, named)
    columns = ("id", "version", "recorded_from", "name", "name__key")
    rows = ((each, 1, _NOW, label, fold(label)) for each, label in named)
    await connection.copy(tables.current[name], columns, rows)


async def _register(connection: Connection, name: str, named: list[tuple[UUID, str]]) -> None:
    columns = ("id", "type", "label", "label__key", "deleted")
    rows = ((each, name, label, label_key(label), False) for each, label in named)
    await connection.copy(build_tables(CATALOGUE).record, columns, rows)


async def _deals(connection: Connection) -> None:
    tables = build_tables(CATALOGUE)
    named = [(identity(at), f"Deal {at} pumps") for at in range(DEALS)]
    await _register(connection, "Deal", named)
    await connection.copy(
        tables.current["Deal"],
        ("id", "version", "recorded_from", "title", "title__key", "state", "worth", "chance"),
        (
            (each, 1, _NOW, title, fold(title), _STATES[at % 3], at * 7_919 % DEALS, at % 100)
            for at, (each, title) in enumerate(named)
        ),
    )
    await connection.copy(
        tables.search,
        ("record_id", "type", "field", "is_label", "tokens"),
        ((each, "Deal", "title", True, tokens(title)) for each, title in named),
    )


async def _ties(
    connection: Connection, name: str, pairs: Iterator[tuple[UUID, UUID]], numbers: Iterator[int]
) -> None:
    tables = build_tables(CATALOGUE)
    made = [(identity(next(numbers)), *pair) for pair in pairs]
    await connection.copy(
        tables.record, ("id", "type", "deleted"), ((each, name, False) for each, *_ in made)
    )
    await connection.copy(
        tables.current[name],
        ("id", "version", "recorded_from", "source_id", "target_id"),
        ((each, 1, _NOW, source, target) for each, source, target in made),
    )
