"""An office, a garage beside it that adds to its types and ties, and a wash that builds on the garage."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, inspect, text

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.migration import make_migration
from relatum.migration.reaching import reach
from relatum.plugins import LoadedPlugin
from relatum.session import assembling, open_database
from tests.core.migration.yard import Yard

OFFICE = '''
class Person(Entity, plural="people"):
    """Somebody."""
    name: Annotated[str, Label, Searchable]

class Firm(Entity, plural="firms"):
    """Where people work."""
    name: Annotated[str, Label, Searchable]
    motto: str | None = None

class WorksAt(Relationship[Person, Firm], valid="day"):
    """Somebody works at a firm."""
    ends = Ends("employers", "employees")

class About(Relationship[Person, Record]):
    """What somebody looks after."""
    ends = Ends("cares_for", "carers")
'''

GARAGE = '''
class Car(Entity):
    """A vehicle."""
    plate: Annotated[str, Label, Searchable, Unique]
    price: Money | None = None
    washed: int = 0

class Parking(Extension[Firm]):
    """Where visitors leave their cars."""
    places: Annotated[int, Indexed] = 3
    lot: Annotated[str, Searchable] = "Yard"

class Keeps(Relationship[Person, Car], valid="day"):
    """Whose car it is."""
    ends = Ends("cars", "owners")
    since: str | None = None

class ServedBy(Relationship[Car, Firm]):
    """Who looks after it."""
    ends = Ends("workshop", "serves", limit=Limit(target=1))

policies = [Policy("clerk", Car, READ), Policy("keeper", Car, READ | UPDATE, through="owners")]
'''

WASH = '''
class Washing(Entity):
    """A car is washed."""
    note: Annotated[str, Label]

class WashingOf(Relationship[Washing, Car]):
    """Which car."""
    ends = Ends("car", "washings")

class Foam(Extension[Car]):
    """How much of it."""
    litres: int | None = None
'''

MOMENTS = ("plugin", "access_log", "setting", "alembic_version")
"""Tables that tell of the acts themselves."""


def plugins_of(yard: Yard, garage: str = GARAGE) -> list[LoadedPlugin]:
    """The plugins, each with the migrations that its declarations ask for."""
    office = yard.plugin("office", OFFICE)
    made = yard.plugin("garage", garage, requires=("office",), imports=_imports(yard, "office"))
    wash = yard.plugin("wash", WASH, requires=("garage",), imports=_imports(yard, "garage"))
    plugins = [office, made, wash]
    for each in plugins:
        make_migration(plugins, each.name, "As declared")
    return plugins


def _imports(yard: Yard, name: str) -> str:
    return f"from {yard.prefix}_{name} import *"


async def fill(url: str, plugins: list[LoadedPlugin]) -> None:
    """Write records of all types, some of which change or go again."""
    of = {name: value for each in plugins for name, value in vars(each.module).items()}
    async with open_database(url, assembling(plugins)) as database:
        session = database.as_(SYSTEM)
        ann = await session.create(of["Person"](name="Ann"))
        bob = await session.create(of["Person"](name="Bob"))
        acme = await session.create(of["Firm"](name="Acme"))
        cars = [await session.create(of["Car"](plate=f"K {each}")) for each in range(3)]
        for car in cars:
            await session.relate(of["Keeps"], ann, car)
            await session.relate(of["ServedBy"], car, acme)
        await session.relate(of["About"], bob, cars[0])
        await session.create(of["Washing"](note="With foam"), car=cars[0])
        await session.update(cars[0], plate="K 99", washed=2)
        await session.update(acme, places=8, lot="Roof")
        await session.delete(cars[2])
        await sequence(database.connections)


async def content(url: str) -> Mapping[str, Any]:
    """Every row of every table, but for what tells of the acts themselves, and how words to search by are numbered."""
    return await reach(url, _content)


async def tables(url: str) -> set[str]:
    """The names of all tables."""
    return set(await reach(url, lambda connection: inspect(connection).get_table_names()))


async def engine_rows(url: str, names: set[str]) -> Mapping[str, int]:
    """How many rows tables have."""
    found = await content(url)
    return {name: len(found[name]) for name in names}


def _content(connection: Connection) -> Mapping[str, Any]:
    names = [each for each in inspect(connection).get_table_names() if each not in MOMENTS]
    return {
        name: sorted(
            repr(sorted(item for item in row._mapping.items() if item[0] != "number"))
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        )
        for name in names
        if not name.startswith("search_words")
    }
