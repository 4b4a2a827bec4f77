"""`relatum user`, `role`, `client`, `token`, `policy`: the first administrator, and what operators keep."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import select

from relatum.access import SYSTEM
from relatum.connections import prepare
from relatum.identity import SignedIn
from relatum.plugins import catalogue_of, load_plugins
from relatum.session import Database, open_database
from tests.server.cli.programs import called, relatum

SECRET = re.compile(r"shown this once: (\S+)")
MARA = "mara@firm.example"


class Keeper:
    """Calls the commands on one database, and looks at what came of them."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/firm.db"
        self.folder = folder

    def __call__(self, *arguments: str, fails: bool = False) -> str:
        result = called(*arguments, "--database", self.url, "--only", "base")
        assert bool(result.exit_code) == fails, result.output
        return result.output

    def secret(self, *arguments: str) -> str:
        found = SECRET.search(self(*arguments))
        assert found
        return found[1]

    def ask(self, work: Any) -> Any:
        async def asking() -> Any:
            catalogue = catalogue_of(load_plugins(only=["base"]))
            async with open_database(self.url, catalogue) as database:
                return await work(database)

        return asyncio.run(asking())

    def who(self, token: str) -> SignedIn | None:
        async def work(database: Database) -> SignedIn | None:
            return await database.identity.authenticate(token)

        found: SignedIn | None = self.ask(work)
        return found


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    keeper = Keeper(tmp_path)
    keeper("migrate")
    return keeper


def test_the_first_administrator_is_made_and_signs_in(keeper: Keeper) -> None:
    assert "Make the first" in keeper("user", "list", "--zone", "UTC")
    password = keeper.secret("user", "add", MARA, "--name", "Mara Lind Holm", "--administrator")

    async def work(database: Database) -> SignedIn:
        return (await database.identity.sign_in(MARA, password)).signed_in

    signed_in = keeper.ask(work)
    assert (signed_in.name, signed_in.principal.unrestricted) == ("Mara Lind Holm", True)
    assert signed_in.email in keeper("user", "list")
    assert "CONFLICT" in keeper("user", "add", MARA, "--name", "Mara", fails=True)
    assert "BAD_SETTING" in keeper("user", "add", "x@firm.example", fails=True)
    assert "BAD_VALUE" in keeper("user", "add", "no address", "--name", "Mara", fails=True)


def test_a_user_is_disabled_and_gets_another_password(keeper: Keeper) -> None:
    keeper("user", "add", MARA, "--name", "Holm")
    token = keeper.secret("token", "add", "script", "--user", MARA)
    assert keeper.who(token)
    keeper("user", "disable", MARA)
    assert keeper.who(token) is None
    assert "disabled" in keeper("user", "list")
    keeper("user", "disable", MARA, "--again")
    assert keeper.who(token)
    password = keeper.secret("user", "password", MARA)

    async def work(database: Database) -> str:
        return (await database.identity.sign_in(MARA, password)).signed_in.name

    assert keeper.ask(work) == "Holm"
    assert "NOT_FOUND" in keeper("user", "password", "nobody@firm.example", fails=True)


def test_a_link_is_handed_over_where_no_mail_is_sent(keeper: Keeper) -> None:
    keeper("user", "add", MARA, "--name", "Holm")
    printed = keeper("user", "link", MARA, "--address", "https://relatum.firm.example")
    place, secret = printed.splitlines()[-1].rsplit("/", 1)
    assert place == "https://relatum.firm.example/sign-in"

    async def work(database: Database) -> str:
        return (await database.identity.redeem(secret)).signed_in.name

    assert keeper.ask(work) == "Holm"


def test_roles_are_given_and_taken(keeper: Keeper) -> None:
    keeper("user", "add", MARA, "--name", "Holm")
    token = keeper.secret("token", "add", "script", "--user", MARA)
    keeper("role", "give", "administrator", MARA)
    assert "Holm" in keeper("role", "list")
    signed_in = keeper.who(token)
    assert signed_in
    assert signed_in.principal.unrestricted
    record = str(signed_in.principal.id)
    keeper("role", "take", "administrator", record)
    signed_in = keeper.who(token)
    assert signed_in
    assert signed_in.principal.roles == frozenset()
    assert "NOT_FOUND" in keeper("role", "take", "administrator", MARA, fails=True)
    assert "There is no role" in keeper("role", "give", "administrater", MARA, fails=True)
    assert "BAD_VALUE" in keeper("role", "give", "administrator", "Mara", fails=True)


def test_client_apps_and_tokens_are_kept(keeper: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    policy = {"name": "care", "role": "nurse", "types": ["Region"], "rights": ["read"]}
    file.write_text(json.dumps({**policy, "purposes": ["care"]}))
    keeper("policy", "keep", str(file))
    keeper("client", "add", "portal", "--role", "administrator")
    token = keeper.secret("token", "add", "live", "--client", "portal", "--purpose", "care")
    signed_in = keeper.who(token)
    assert signed_in
    assert (signed_in.client, signed_in.principal.purpose) == ("portal", "care")
    listed = keeper("token", "list")
    assert "portal  live  used " in listed
    assert token not in listed
    keeper("token", "end", listed.split()[0])
    assert keeper.who(token) is None
    assert "ended" in keeper("token", "list")
    keeper("client", "end", "portal")
    assert "ended" in keeper("client", "list")
    assert "NOT_FOUND" in keeper("client", "end", "other", fails=True)
    assert "BAD_SETTING" in keeper("token", "add", "x", fails=True)


def test_policies_are_kept_and_ended(keeper: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    policy = {"name": "regions", "role": "guest", "types": ["Region"], "rights": ["read"]}
    file.write_text(json.dumps(policy))
    keeper("policy", "keep", str(file))
    assert "policy  regions  since" in keeper("policy", "list")

    async def roles(database: Database) -> bool:
        await database.identity.refresh()
        return "guest" in database.catalogue.roles

    assert keeper.ask(roles)
    keeper("policy", "end", "regions")
    assert not keeper.ask(roles)
    assert "NOT_FOUND" in keeper("policy", "end", "regions", fails=True)
    for content, code in (
        ("[]", "UNREADABLE_FILE"),
        ("{", "UNREADABLE_FILE"),
        ('{"role": "x"}', "REQUIRED"),
        (json.dumps({**policy, "types": ["Nothing"]}), "DECLARATION"),
    ):
        file.write_text(content)
        assert code in keeper("policy", "keep", str(file), fails=True)
    assert "UNREADABLE_FILE" in keeper("policy", "keep", str(tmp_path / "none.json"), fails=True)
    file.write_text('{"name": "visitor", "of": "Person"}')
    keeper("policy", "keep", str(file), "--kind", "role")
    assert "visitor" in keeper("role", "list")


def test_check_names_rules_that_have_lost_their_meaning(keeper: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    policy = {"name": "regions", "role": "guest", "types": ["Region"], "rights": ["read"]}
    file.write_text(json.dumps(policy))
    keeper("policy", "keep", str(file))
    keeper("user", "add", MARA, "--name", "Holm", "--role", "guest", "--administrator")
    checked = keeper("check")
    assert "All that are kept as data are in force." in checked
    assert "The policy regions is for the role 'guest', which nothing declares" in checked
    assert "One record has the role 'guest', which nothing declares" in checked
    with dbapi2.connect(str(keeper.folder / "firm.db")) as raw:
        raw.execute("UPDATE rule SET definition = replace(definition, 'Region', 'Gone')")
    checked = keeper("check", fails=True)
    assert "policy regions is out of force: " in checked
    assert "'Gone'" in checked
    keeper("policy", "end", "regions")
    checked = keeper("check")
    assert "wrong" not in checked and "The policy regions" not in checked
    assert "One record has the role 'guest'" in checked


def test_commands_are_known_to_the_access_log(keeper: Keeper) -> None:
    keeper("user", "add", MARA, "--name", "Holm")

    async def work(database: Database) -> list[Any]:
        log = database.tables.access_log
        statement = select(log.c.kind, log.c.purpose, log.c.details).order_by(log.c.id)
        async with database.connections.reading() as connection:
            return await connection.rows(prepare(statement, connection.dialect), {})

    lines = keeper.ask(work)
    assert (lines[0][0], lines[0][1]) == ("system_used", SYSTEM.purpose)
    assert "user add" in str(lines[0][2])
    assert "invitation_accepted" in [kind for kind, *_ in lines]


def test_an_unmigrated_database_is_told(tmp_path: Path) -> None:
    ended = relatum("user", "list", "--database", "sqlite:///new.db", cwd=tmp_path)
    assert ended.returncode == 1
    assert "relatum migrate" in ended.stderr
