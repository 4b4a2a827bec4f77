"""What the search for what functions tell finds where they tell too much, and how failures name it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.installing import install
from tests.server.cli.programs import environment, relatum

CHATTY = '''
from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


class Patient(Entity):
    """Somebody who is ill."""

    name: Annotated[str, Label]
    diagnosis: str | None = None


class Bed(Entity):
    """Where somebody lies."""

    number: Annotated[str, Label]


class LiesIn(Relationship[Patient, Bed]):
    """A patient lies in a bed."""

    ends = Ends("bed", "patients")


class Note(BaseModel):
    """What is told at the door."""

    lines: list[str]


policies = [
    Policy("porter", Patient, READ, fields=ALL - {"diagnosis"}),
    Policy("porter", [Bed, LiesIn], READ),
    Policy("porter", Bed, UPDATE),
]
roles = [Role("porter", title="Porter")]
views = [View("beds", Bed, place=PORTAL, columns="number patients.count")]


@computed(Bed, elevated={Patient: READ})
async def sign(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """What stands at a bed."""
    found = await ctx.elevated.select(Patient).order("name").all()
    return {each: found[0].diagnosis or "" for each in ids}


@action(Bed, reading=True, rights={"porter"}, elevated={Patient: READ})
async def at_door(ctx: Context, bed: Bed) -> Note:
    """Tell what is at the door.

    Args:
        bed: which.
    """
    found = await ctx.elevated.select(Patient).order("name").all()
    return Note(lines=[str(each.diagnosis) for each in found])


@action(Bed, rights={"porter"}, elevated={Patient: READ})
async def make_up(ctx: Context, bed: Bed) -> Bed:
    """Make a bed.

    Args:
        bed: which.
    """
    found = await ctx.elevated.select(Patient).order("name").all()
    raise Refused("taken", message=f"Here is {found[0].diagnosis}.")


@action(Bed, reading=True, rights={"porter"}, elevated={Patient: READ})
async def count_ill(ctx: Context, bed: Bed) -> int:
    """Count who is ill.

    Args:
        bed: which.
    """
    return len(await ctx.elevated.select(Patient).where(Patient.diagnosis != None).all())


async def board(request: Request) -> PlainTextResponse:
    """The board at the entrance."""
    ctx = request.state.context
    db = ctx.db.lent(frozenset({("Patient", READ)}))
    return PlainTextResponse(", ".join(each.name for each in await db.select(Patient).all()))


@hookimpl
def routes() -> list[Route]:
    return [Route("/board", board)]
'''
SUITE = """
from relatum_testing import ConformanceSuite


class TestChatty(ConformanceSuite):
    plugin = "chatty"
    tells = {}
"""
SAID = [
    "Bed.sign tells porter Patient.diagnosis of the Patient ",
    "'Patient diagnosis sample 0'.",
    "The view chatty.beds tells porter Patient.diagnosis of the Patient ",
    "at_door tells porter Patient.diagnosis of the Patient ",
    "make_up tells porter Patient.diagnosis of the Patient ",
    "The route /board tells public Patient.name of the Patient ",
    "The route /board tells nobody Patient.name of the Patient ",
]
PURPOSE = '{"at_door": {"Patient.diagnosis"}, "Bed.sign": {"Patient.diagnosis"}}'


def told(folder: Path) -> str:
    """What pytest says of the plugin."""
    path = ":".join([str(folder), *sys.path])
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            "functions_tell and sqlite",
        ],
        cwd=folder,
        env=environment(PYTHONPATH=path),
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.thorough
def test_what_functions_tell_is_named_unless_it_is_on_purpose(tmp_path: Path) -> None:
    install(tmp_path, "chatty", CHATTY)
    (tmp_path / "test_chatty.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nrelatum_plugin = chatty\nanyio_mode = auto\n")
    path = ":".join([str(tmp_path), *sys.path])
    relatum("makemigrations", "chatty", cwd=tmp_path, PYTHONPATH=path)
    said = told(tmp_path)
    assert [line for line in SAID if line not in said] == [], said
    assert "count_ill" not in said
    assert "/board tells porter" not in said
    (tmp_path / "test_chatty.py").write_text(SUITE.replace("{}", PURPOSE))
    said = told(tmp_path)
    assert [each for each in ("at_door tells", "Bed.sign tells", "The view") if each in said] == []
    assert "The route /board tells public" in said, said
