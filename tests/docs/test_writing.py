"""What the page on GraphQL shows of writing runs, in its order, over the types that come with Relatum."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

import relatum_base
from relatum.access import Principal
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import open_connections
from relatum.session import Database, open_database
from relatum.tables import build_tables, create_all
from relatum_base import Organization, Person, WorksAt
from relatum_server.graphql.api import Api, Question
from tests.docs.pages import ROOT, Block, blocks

CATALOGUE = build_catalogue([relatum_base])
ADMIN = Principal(roles=frozenset({ADMINISTRATOR}))


def shown() -> list[tuple[Block, dict[str, Any]]]:
    """The mutations of the page, each with the variables that are shown below it."""
    found: list[tuple[Block, dict[str, Any]]] = []
    for block in blocks(ROOT / "docs" / "graphql.md"):
        if block.language == "graphql" and block.text.startswith("mutation"):
            found.append((block, {}))
        elif block.language == "json":
            found[-1][1].update(orjson.loads(block.text))
    return found


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Database]:
    """A database with the tables of the types."""
    url = f"sqlite:///{folder}/office.db"
    connections = await open_connections(url)
    await create_all(connections, build_tables(CATALOGUE))
    await connections.close()
    async with open_database(url, CATALOGUE) as database:
        yield database


async def test_the_mutations_of_the_page_run(tmp_path: Path) -> None:
    async with office(tmp_path) as database:
        db, api = database.as_(ADMIN), Api(CATALOGUE)
        firm = await db.create(Organization(name="Acme"))
        person, manager = [
            await db.create(Person(family_name=name)) for name in ("Byron", "Somerville")
        ]
        employment = await db.relate(WorksAt, person, firm)
        there = {"firm": firm, "person": person, "manager": manager, "employment": employment}
        ids = {name: str(record.id) for name, record in there.items()}
        answers = []
        for block, variables in shown():
            named = {name: ids[name] for name in re.findall(r"\$(\w+): ID!", block.text)}
            question = Question(block.text, variables={**named, **variables})
            answers.append(orjson.loads(await api.answer(db, question))["data"])
    hire, rename, promote, take = answers
    assert {each["node"]["name"] for each in hire["createPerson"]["record"]["employers"]["edges"]} == {
        "Acme", "Ito Ltd",
    }  # fmt: skip
    assert rename["updatePerson"]["record"] == {"version": 2}
    assert rename["upsertOrganization"]["created"] is True
    assert promote["changeWorksAt"]["record"]["role"] == "head of purchasing"
    results = take["createPeople"]["results"]
    assert [each["error"] and each["error"]["code"] for each in results] == [None, "BAD_VALUE"]
    assert results[1]["error"]["path"] == ["createPeople", "inputs", "1", "email"]
