"""`relatum demo`: a newcomer's first minute."""

import json
import socket
import stat
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest
from pysqlite3 import dbapi2

from tests.server.cli.programs import called, interrupted, relatum, serving

ROOT = Path(__file__).parents[3]
COUNTS = (ROOT / "examples/northwind/queries/counts.graphql").read_text()


def test_the_demo_serves_the_northwind_data_and_keeps_it(tmp_path: Path) -> None:
    database = tmp_path / ".relatum" / "demo.db"
    file = database.with_suffix(".json")

    with serving("demo", "--port", "0", cwd=tmp_path) as first:
        assert "3309 rows of 12 files" in first.printed
        assert "0 rows set aside" in first.printed
        assert first.get("/healthz")[0] == 200
        assert "<html" in first.get("/", Accept="text/html")[1]
        assert "revenue" not in first.get("/graphql", Accept="text/html")[1]
        sign_ins = json.loads(file.read_text())
        assert list(sign_ins) == ["staff", "supplier", "reseller", "customer"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for each in sign_ins.values():
            assert set(each) == {"email", "password", "token"}
            assert f"{each['email']} " in first.printed
            assert each["password"] in first.printed
            assert each["token"] not in first.printed
        staff = sign_ins["staff"]["token"]
        known = {"Accept": "text/html", "Authorization": f"Bearer {staff}"}
        assert "revenue" in first.get("/graphql", **known)[1]
        answer = first.ask(COUNTS, token=staff)
        assert answer["data"]["orders"] == {"totalCount": 830}
        assert answer["data"]["orderLines"] == {"totalCount": 2155}
        assert first.interrupt() == 0
        assert "Traceback" not in first.printed

    made = database.stat().st_ino
    with serving("demo", "--port", "0", cwd=tmp_path) as second:
        assert "Making" not in second.printed
        assert json.loads(file.read_text()) == sign_ins
        assert second.ask(COUNTS, token=staff) == answer
        # A page of another site that lets its own name lead here is not this machine's.
        assert second.get("/", Host="rebound.example")[0] == 400
        assert second.get("/", Host="localhost")[0] == 200
    assert database.stat().st_ino == made


@pytest.mark.thorough
def test_a_lost_file_is_made_anew_and_production_refuses_the_demo(tmp_path: Path) -> None:
    file = tmp_path / ".relatum" / "demo.json"
    with serving("demo", "--port", "0", cwd=tmp_path) as server:
        before = json.loads(file.read_text())
        assert server.interrupt() == 0
    file.unlink()
    with serving("demo", "--port", "0", cwd=tmp_path) as server:
        after = json.loads(file.read_text())
        assert before["staff"]["email"] == after["staff"]["email"]
        assert before["staff"]["password"] != after["staff"]["password"]
        who = "{ viewer { firm { label } roles } }"
        with pytest.raises(HTTPError, match="401"):
            server.ask(who, token=before["supplier"]["token"])
        for name, firm, roles in (
            ("staff", "Northwind Traders", {"administrator", "order_desk", "product_manager"}),
            ("supplier", "Exotic Liquids", {"supplier"}),
            ("reseller", "Ernst Handel", {"customer", "customer_manager", "reseller"}),
            ("customer", "QUICK-Stop", {"customer"}),
        ):
            viewer = server.ask(who, token=after[name]["token"])["data"]["viewer"]
            assert viewer["firm"] == {"label": firm}
            assert roles <= set(viewer["roles"])
            assert ("administrator" in viewer["roles"]) == (name == "staff")

    ended = relatum(
        "serve", "--database", "sqlite:///.relatum/demo.db", "--port", "0", cwd=tmp_path
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("BAD_SETTING: The database has sign-ins of the demo")


@pytest.mark.thorough
def test_data_of_another_version_is_kept_and_made_anew(tmp_path: Path) -> None:
    database = tmp_path / ".relatum" / "demo.db"
    database.parent.mkdir()
    called("migrate", "--database", f"sqlite:///{database}", "--only", "base")
    with closing(dbapi2.connect(str(database))) as old:
        old.execute("INSERT INTO alembic_version VALUES ('northwind_0001')")
        old.commit()
    before = database.read_bytes()
    with serving("demo", "--port", "0", cwd=tmp_path) as server:
        assert "the old one is kept in .relatum/demo-1." in server.printed
        token = json.loads(database.with_suffix(".json").read_text())["staff"]["token"]
        assert server.ask(COUNTS, token=token)["data"]["orders"] == {"totalCount": 830}
    assert (tmp_path / ".relatum/demo-1/demo.db").read_bytes() == before


def test_a_first_start_that_is_broken_off_leaves_nothing_half_made(tmp_path: Path) -> None:
    code, said = interrupted("demo", "--port", "0", cwd=tmp_path, after="Making")
    assert (code, said.splitlines()[1:]) == (130, ["Stopped."])
    assert list((tmp_path / ".relatum").iterdir()) == []


def test_a_port_in_use_is_told_before_any_work_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = relatum("demo", "--port", str(port), cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == (
        f"PORT_IN_USE: Another program listens on port {port} of 127.0.0.1. "
        f"End it, or take another port: make demo PORT={port + 10}\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_demo_is_not_served_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = called("demo", "--host", "0.0.0.0")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("BAD_SETTING: The demo is open to whoever reaches it")
    assert list(tmp_path.iterdir()) == []


def test_without_the_example_the_demo_says_how_to_get_it() -> None:
    ended = called("demo", "--port", "0", "--only", "base")
    assert ended.exit_code == 1
    assert "PLUGIN: No plugin in force brings example data." in ended.stderr
