"""`relatum dev`: a plugin is served while it is written."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

import pytest

from tests.installing import describe
from tests.server.cli.programs import Server, called, relatum, serving

AGAIN = "Serving what is declared now."
AS_BEFORE = "What was declared before is served on."


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The folder of a new plugin, which the environment says is installed."""
    assert relatum("plugin", "new", "repairs", cwd=tmp_path).returncode == 0
    describe(tmp_path / "repairs", "repairs")
    return tmp_path / "repairs"


@contextmanager
def developing(folder: Path) -> Iterator[Server]:
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    with serving("dev", "--port", "0", cwd=folder, PYTHONPATH=path) as server:
        yield server


def until(server: Server, words: str) -> str:
    """What the command prints until some words come, which takes seconds and not minutes."""
    giving_up = Timer(60, server.process.kill)
    giving_up.start()
    printed = ""
    assert server.process.stdout
    for line in server.process.stdout:
        printed += line
        if words in line:
            giving_up.cancel()
            return printed
    raise AssertionError(printed)


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "relatum_repairs" / "__init__.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def migrations(folder: Path) -> list[str]:
    there = (folder / "relatum_repairs/migrations/versions").glob("*.py")
    return sorted(each.name for each in there)


class Asking:
    """Somebody who asks all the time, each time anew."""

    def __init__(self, server: Server) -> None:
        self.answers: list[int] = []
        self.failures: list[Exception] = []
        self._server = server
        self._over = Event()
        self._thread = Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._over.wait(0.05):
            try:
                self.answers.append(self._server.get("/healthz")[0])
            except OSError as error:
                self.failures.append(error)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_a_plugin_is_served_while_it_is_written(plugin: Path) -> None:
    with developing(plugin) as server:
        sign_ins = json.loads((plugin / ".relatum/dev.json").read_text())
        assert list(sign_ins) == ["administrator", "repairs_clerk"]

        def ask(text: str) -> Any:
            return server.ask(text, token=sign_ins["administrator"]["token"])["data"]

        person = ask("{ people { nodes { id } } }")["people"]["nodes"][0]["id"]
        about = f'about: {{relate: {{id: "{person}"}}}}'
        made = f'createRepairsCase(input: {{title: "Lift", {about}}}) {{ record {{ id }} }}'
        ask(f"mutation {{ {made} }}")

        with Asking(server) as asking:
            change(plugin, "    due: date", "    weight: int | None = None\n    due: date")
            said = until(server, AGAIN)
        assert "add the column repairs__repairs_case.weight" in said
        assert asking.failures == [] and set(asking.answers) == {200}
        cases = "{ repairsCases { nodes { title weight } } }"
        assert ask(cases) == {"repairsCases": {"nodes": [{"title": "Lift", "weight": None}]}}
        assert migrations(plugin) == ["repairs_0001_in_development.py"]

        change(plugin, "weight: int", "weight: Nonsense")
        line = 1 + (plugin / "relatum_repairs/__init__.py").read_text().split("\n").index(
            "    weight: Nonsense | None = None"
        )
        said = until(server, AS_BEFORE)
        assert f"relatum_repairs/__init__.py:{line}: PLUGIN: " in said
        assert "name 'Nonsense' is not defined" in said
        assert ask(cases) == {"repairsCases": {"nodes": [{"title": "Lift", "weight": None}]}}

        change(plugin, "weight: Nonsense", "kilograms: int")
        said = until(server, AS_BEFORE)
        assert "weight is no longer declared; its values and their history would be lost" in said

        change(
            plugin,
            "kilograms: int | None",
            'kilograms: Annotated[int | None, RenamedFrom("weight")]',
        )
        change(plugin, "    Refused,", "    Refused,\n    RenamedFrom,")
        until(server, AGAIN)
        renamed = ask("{ repairsCases { nodes { title kilograms } } }")
        assert renamed == {"repairsCases": {"nodes": [{"title": "Lift", "kilograms": None}]}}
        assert migrations(plugin) == ["repairs_0001_in_development.py"]

        assert server.interrupt() == 0
        assert "Traceback" not in server.printed


def test_what_cannot_be_developed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "There is no plugin in this folder." in called("dev", "--port", "0").output
    declared = '[project.entry-points.relatum]\nrepairs = "relatum_repairs"\n'
    Path("pyproject.toml").write_text(declared)
    assert "The plugin 'repairs' is not installed." in called("dev", "--port", "0").output
    Path("pyproject.toml").write_text('[project.entry-points.relatum]\nbase = "relatum_base"\n')
    assert "The plugin 'base' is installed from " in called("dev", "--port", "0").output
    assert "is open to whoever reaches it" in called("dev", "--host", "0.0.0.0").output
    assert list(tmp_path.iterdir()) == [tmp_path / "pyproject.toml"]
