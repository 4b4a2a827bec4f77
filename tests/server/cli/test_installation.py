"""From an empty database to one that is served, on each database; and what stops it."""

import asyncio
import time
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from relatum.connections import DialectName
from relatum.plugins import load_plugins
from tests.core.migration.yard import run
from tests.server.cli.following import follow_until_it_stops, token_for
from tests.server.cli.programs import Server, called, relatum, serving

BASE = ("--only", "base")


async def test_a_database_is_migrated_checked_and_served(
    database_url: str, dialect: DialectName, tmp_path: Path
) -> None:
    database = ("--database", database_url)

    too_early = relatum("serve", *database, "--port", "0", cwd=tmp_path)
    assert too_early.returncode == 1
    assert too_early.stderr.startswith("DATABASE_OLDER: ")
    assert "relatum migrate" in too_early.stderr

    planned = await asyncio.to_thread(called, "migrate", "--plan", *database, *BASE)
    assert "base_0001" in planned.stdout
    applied = relatum("migrate", *database, *BASE, cwd=tmp_path)
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout == planned.stdout
    again = await asyncio.to_thread(called, "migrate", *BASE, RELATUM_DATABASE=database_url)
    assert again.stdout == "The database is up to date.\n"

    checked = await asyncio.to_thread(called, "check", *database, *BASE)
    assert checked.exit_code == 0, checked.stdout + checked.stderr
    assert "wrong" not in checked.stdout

    workers = ("--workers", "2") if dialect == "postgresql" else ()
    told = {"RELATUM_METRICS_TOKEN": "only-for-prometheus-of-tests"}
    token = await token_for(database_url)
    with serving(
        "serve", *database, *BASE, *workers, "--port", "0", cwd=tmp_path, **told
    ) as server:
        assert f"People sign in at {server.address}/sign-in." in server.printed
        for _ in range(10):
            assert server.ask("{ viewer { label roles } }") == {
                "data": {"viewer": {"label": None, "roles": []}}
            }
        assert requests_told(server, told["RELATUM_METRICS_TOKEN"]) == 10
        await follow_until_it_stops(server, token)
        assert "Traceback" not in server.printed


def requests_told(server: Server, token: str) -> float:
    """How many requests all processes together say that they have answered; each says so every few seconds."""
    ended = time.monotonic() + 30
    while True:
        status, told = server.get("/metrics", Authorization=f"Bearer {token}")
        assert status == 200
        counted = [line for line in told.splitlines() if 'kind="query"' in line]
        requests = [line for line in counted if line.startswith("relatum_requests_total")]
        total = sum(float(line.rpartition(" ")[2]) for line in requests)
        if total >= 10 or time.monotonic() > ended:
            return total
        time.sleep(0.2)


async def test_a_database_of_newer_code_is_left_alone(database_url: str, tmp_path: Path) -> None:
    database = ("--database", database_url)
    migrated = await asyncio.to_thread(called, "migrate", *database, *BASE)
    assert migrated.exit_code == 0
    newer = "INSERT INTO alembic_version (version_num) VALUES ('base_0999')"
    await run(database_url, newer)
    served = relatum("serve", *database, *BASE, cwd=tmp_path)
    checked = await asyncio.to_thread(called, "check", *database, *BASE)
    assert (served.returncode, checked.exit_code) == (1, 1)
    for said in (served.stderr, checked.stdout):
        assert "DATABASE_NEWER: " in said
        assert "base_0999" in said


def test_check_says_what_somebody_has_changed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'changed.db'}"
    called("migrate", "--database", url, *BASE)
    with dbapi2.connect(str(tmp_path / "changed.db")) as raw:
        raw.execute("CREATE TABLE notes (text TEXT)")
    checked = called("check", "--database", url, *BASE)
    assert checked.exit_code == 1
    assert "The table notes is not declared." in checked.stdout


def test_an_unreachable_database_is_told(tmp_path: Path) -> None:
    for url, told in (
        (
            "postgresql://nobody@127.0.0.1:1/nothing",
            "DATABASE_UNAVAILABLE: PostgreSQL cannot be used",
        ),
        (f"sqlite:///{tmp_path}/missing/folder.db", "DATABASE_UNAVAILABLE: "),
        ("mysql://localhost/x", "BAD_SETTING: Relatum does not store in 'mysql'."),
    ):
        ended = called("migrate", "--database", url, *BASE)
        assert ended.exit_code == 1
        assert ended.stderr.startswith(told)
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--workers", "2"], "A SQLite database is served by one process, not by 2."),
        (["--graphiql", "open"], "GraphiQL would be open to everybody."),
        (["--profile", "demo", "--host", "0.0.0.0"], "could use the sign-ins of the demo"),
        (["--host", "0.0.0.0"], "does not know at which address"),
        (["--address", "http://relatum.example"], "it begins with https://"),
        (
            ["--host", "no.such.host.invalid", "--address", "https://relatum.example"],
            "cannot be served on",
        ),
        (["--port", "many"], "--port: Input should be a valid integer"),
        (["--only", "bse"], "PLUGIN: The plugin 'bse' is not installed."),
        (["--without", "bse"], "PLUGIN: The plugin 'bse' is not installed."),
    ],
)
def test_what_cannot_be_served_is_refused(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = called("serve", "--database", "sqlite:///some.db", "--port", "0", *arguments)
    assert ended.exit_code == 1
    assert told in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("MAIL_SERVER", "smtp://relatum:changeme@mail.example", "The secret of the mail server"),
        (
            "PROVIDERS",
            '{"one": {"title": "One", "issuer": "https://one.example", "client": "c", "secret": "secret"}}',
            "The secret of the provider one",
        ),
        ("DATABASE", "postgresql://relatum:postgres@db.example/x", "The secret of the database"),
    ],
)
def test_secrets_that_everybody_knows_are_refused(setting: str, value: str, told: str) -> None:
    settings = {"RELATUM_DATABASE": "sqlite:///some.db", f"RELATUM_{setting}": value}
    ended = called("serve", "--port", "0", **settings)
    assert ended.exit_code == 1
    assert f"BAD_SETTING: {told} is one that everybody knows." in ended.stderr


def test_a_plugin_that_says_all_needs_no_migration() -> None:
    for name in ("relatum", *(each.name for each in load_plugins())):
        ended = called("makemigrations", name)
        assert ended.stdout == f"The migrations of {name} say all that it declares.\n"
    unknown = called("makemigrations", "nothing")
    assert unknown.exit_code == 1
    assert "There is no plugin 'nothing'." in unknown.stderr


def test_a_command_that_is_none_is_a_mistake_of_usage(tmp_path: Path) -> None:
    ended = relatum("serv", cwd=tmp_path)
    assert ended.returncode == 2
    assert "No such command 'serv'" in ended.stderr
