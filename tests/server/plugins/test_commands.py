"""Actions and commands of plugins on the command line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from relatum_server.cli import example_data
from relatum_server.settings import Settings
from tests.installing import install
from tests.server.cli.programs import called

YARD = """
import click
from pydantic import BaseModel
from relatum.plugins import Importer

class Machine(Entity):
    '''A unit.'''
    serial: Annotated[str, Label]
    weight: int | None = None

class Part(BaseModel):
    name: str
    count: int

@action(Machine, rights={"keeper"})
async def weigh(ctx: Context, machine: Machine, weight: int, parts: list[Part] = [], exact: bool = True) -> Machine:
    '''Write down what a machine weighs.

    Args:
        ctx: of the call.
        machine: that was weighed.
        weight: in kilograms.
        parts: that were on it.
        exact: whether the scales are good.
    '''
    if not exact:
        raise Refused("inexact", path="exact", message="Take better scales.")
    return await ctx.db.update(machine, weight=weight + sum(each.count for each in parts))

@action(reading=True)
async def total(ctx: Context) -> int | None:
    '''What all weigh.'''
    return sum([each.weight or 0 for each in await ctx.db.select(Machine).all()])

@action(reading=True)
async def serials(ctx: Context) -> list[str]:
    '''All there are.'''
    return [each.serial for each in await ctx.db.select(Machine).order("serial").all()]

@action()
async def add(ctx: Context, serial: str) -> Machine:
    '''Add one.'''
    return await ctx.db.create(Machine(serial=serial))

@click.command()
@click.argument("word")
@click.pass_obj
def greet(settings, word):
    '''Say a word.'''
    click.echo(f"{word} in {settings.zone}")

@hookimpl
def commands():
    return [greet]

def lines(path):
    for line in path.read_text().splitlines():
        serial, weight = line.split(" weighs ")
        yield {"serial": serial, "weight": int(weight)}

@hookimpl
def importers():
    return [Importer("weights", (".txt",), lines)]

@hookimpl
async def demo_data(ctx):
    await ctx.db.create(Machine(serial="shown"))
"""

MAPPING = """
system = "yard"
[[files]]
path = "{0}"
[[files.entities]]
type = "Machine"
key = "{{serial}}"
fields.serial = "{{serial}}"
fields.weight = "{{weight}}"
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    install(tmp_path, "weighing", YARD)
    only = ("--database", "sqlite:///a.db", "--only", "weighing", "--only", "base")
    assert called("makemigrations", "weighing", *only[2:], "-m", "Make it").exit_code == 0
    assert called("migrate", *only).exit_code == 0
    yield only
    for name in [each for each in sys.modules if each.startswith("relatum_weighing")]:
        del sys.modules[name]


def test_actions_are_commands_made_of_their_declarations(database: tuple[str, ...]) -> None:
    told = called("do", *database, "weigh", "--help").output
    assert "Write down what a machine weighs." in told
    assert "--weight VALUE" in told
    assert "In kilograms." in told
    assert "--exact / --no-exact" in told
    added = json.loads(called("do", *database, "add", "--serial", "0042").output)
    assert (added["type"], added["serial"]) == ("Machine", "0042")
    weigh = ("do", *database, "weigh", "--machine", added["id"], "--weight", "7")
    parts = ("--parts", '{"name": "arm", "count": 2}', "--parts", '{"name": "leg", "count": 1}')
    assert json.loads(called(*weigh, *parts).output)["weight"] == 10
    assert called("do", *database, "total").output == "10\n"
    refused = called(*weigh, "--no-exact")
    assert (refused.exit_code, "REFUSED: Take better scales." in refused.output) == (1, True)
    wrong = called(*weigh[:-1], "heavy")
    assert (wrong.exit_code, "BAD_VALUE" in wrong.output) == (1, True)
    standing = json.loads(called("do", *database, "plugins").output)
    assert {each["name"]: each["state"] for each in standing} == {
        "base": "active",
        "weighing": "active",
    }
    assert called("do", *database, "nothing").exit_code == 2


def test_they_are_called_as_somebody(database: tuple[str, ...]) -> None:
    added = json.loads(called("do", *database, "add", "--serial", "0042").output)
    account = ("user", "add", "ann@example.org", "--name", "Ann Berg", *database)
    assert called(*account, "--role", "keeper").exit_code == 0
    someone = ("do", "--as", "ann@example.org", *database)
    denied = called(*someone, "add", "--serial", "0043")
    assert (denied.exit_code, "FORBIDDEN" in denied.output) == (1, True)
    unseen = called(*someone, "weigh", "--machine", added["id"], "--weight", "7")
    assert (unseen.exit_code, "NOT_FOUND" in unseen.output) == (1, True)


def test_plugins_bring_commands_of_their_own(database: tuple[str, ...]) -> None:
    assert "weighing" in called("x", *database, "--help").output
    assert called("x", *database, "weighing", "greet", "hello").output == "hello in UTC\n"
    assert called("x", *database, "base", "greet").exit_code == 2


def test_plugins_read_files_of_their_own_forms(database: tuple[str, ...]) -> None:
    Path("mapping.toml").write_text(MAPPING.format("a.txt"))
    Path("a.txt").write_text("M1 weighs 7\nM2 weighs 8\n")
    told = called("import", "mapping.toml", *database).output
    assert "2 rows of 1 files: 2 records created" in told, told
    assert called("do", *database, "total").output == "15\n"
    Path("a.txt").write_text("M1 weighs 9\nM2 is heavy\n")
    broken = called("import", "mapping.toml", *database)
    assert "what reads 'weights' failed after 1 rows: ValueError" in broken.output
    Path("mapping.toml").write_text(MAPPING.format("a.odd"))
    unknown = called("import", "mapping.toml", *database)
    assert "Say format = one of: csv, jsonl, tsv, weights." in unknown.output


def test_plugins_show_themselves_in_the_demo(database: tuple[str, ...]) -> None:
    Path("mapping.toml").write_text(MAPPING.format("a.txt"))
    Path("a.txt").write_text("M1 weighs 7\n")
    settings = Settings(only=("weighing",))
    example_data.make(Path("demo.db"), Path("mapping.toml"), settings)
    shown = called("do", "--database", "sqlite:///demo.db", "--only", "weighing", "serials")
    assert json.loads(shown.output) == ["M1", "shown"]
