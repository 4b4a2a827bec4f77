"""What the page on declaring shows of actions and authored fields is asked as the page on GraphQL shows it."""

import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

import relatum_base
from relatum.access import Principal
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import open_connections
from relatum.session import open_database
from relatum.tables import build_tables, create_all
from relatum_base import Organization
from relatum_schemas.plugin import Plugin
from relatum_server.graphql.api import Api, Question
from tests.docs.pages import ROOT, blocks

ADMIN = Principal(roles=frozenset({ADMINISTRATOR}))


def declared() -> ModuleType:
    """The plugin that the page makes, up to its mistakes."""
    module = sys.modules["upkeep_page"] = ModuleType("upkeep_page")
    for block in blocks(ROOT / "docs" / "declaring.md"):
        if block.language == "python" and "wrong = " not in block.text and not block.not_run:
            exec(block.text, module.__dict__)
    module.__dict__["plugin"] = Plugin("page", version="1.0", requires=["base"])
    return module


def shown(name: str) -> str:
    """The document of the page on GraphQL that has this operation."""
    page = blocks(ROOT / "docs" / "graphql.md")
    return next(
        each.text for each in page if f" {name}(" in each.text and each.language == "graphql"
    )


async def test_the_actions_and_fields_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "upkeep_page", ModuleType("upkeep_page"))
    page = declared()
    catalogue = build_catalogue([relatum_base, page])
    url = f"sqlite:///{tmp_path}/page.db"
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    async with open_database(url, catalogue) as database:
        db, api = database.as_(ADMIN), Api(catalogue)
        here, there = [await db.create(Organization(name=each)) for each in ("Here", "There")]
        machine = await db.create(page.Machine(serial="A1", state="due"))
        await db.relate(page.InstalledAt, machine, here, valid_from=date(2025, 1, 1))

        async def asked(text: str, operation: str | None = None, **variables: Any) -> Any:
            question = Question(text, operation, variables)
            return orjson.loads(await api.answer(db, question))["data"]

        given = {"machines": [str(machine.id)], "to": str(there.id)}
        moved = (await asked(shown("Move"), "Move", **given))["moveMachines"]["result"]
        assert moved == {
            "to": {"name": "There"},
            "machines": [{"serial": "A1", "installedAt": {"name": "There"}}],
        }
        due = await asked(shown("Move"), "Due")
        assert due == {"dueMachines": moved["machines"]}
        load = await asked("{ workload(days: 2) { hours machines { serial } } }")
        assert load == {"workload": {"hours": 16, "machines": [{"serial": "A1"}]}}
