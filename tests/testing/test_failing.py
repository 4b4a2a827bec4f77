"""What the suite says of a plugin that does not keep what every plugin keeps."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installing import install
from tests.server.cli.programs import environment, relatum

SLOPPY = '''
from collections.abc import Mapping, Sequence


class Pump(Entity):
    serial: Annotated[str, Label]
    hours: int = 0


@computed(Pump)
async def wear(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, int | None]:
    """How worn it is."""
    found = {}
    for each in ids:
        pump = await ctx.db.get(Pump, each)
        found[each] = pump.hours
    return found


@action(Pump, rights={"fitter"})
async def oil(ctx: Context, pumps: list[Pump], amount: int) -> None:
    """Oil pumps.

    Args:
        pumps: which.
    """
    for pump in pumps:
        await ctx.db.update(pump, hours=pump.hours + amount)
'''
SUITE = """
from relatum_testing import ConformanceSuite


class TestSloppy(ConformanceSuite):
    plugin = "sloppy"
"""
SAID = [
    "Pump has no docstring.",
    "The input 'amount' of oil is not explained: say it under Args.",
    "Pump.weight was removed.",
    "Pump.wear takes 2, 11, 31 statements for 1, 10, 30 records",
    "oil takes 9, 63, 183 statements for 1, 10, 30 records",
]


def told(folder: Path) -> str:
    """What pytest says of the sloppy plugin, whose clients could once ask for the weight of pumps."""
    install(folder, "sloppy", SLOPPY)
    (folder / "test_sloppy.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nrelatum_plugin = sloppy\nanyio_mode = auto\n")
    path = ":".join([str(folder), *sys.path])
    relatum("makemigrations", "sloppy", cwd=folder, PYTHONPATH=path)
    schema = relatum("schema", "--only", "sloppy", cwd=folder, PYTHONPATH=path).stdout
    clients = re.sub(r"(type Pump [^{]*{)", r"\1\n  weight: Int\n", schema)
    (folder / "schema.graphql").write_text(clients)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgresql"],
        cwd=folder,
        env=environment(PYTHONPATH=path),
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@pytest.mark.thorough
def test_failures_name_what_is_to_be_done_and_what_is_kept_passes(tmp_path: Path) -> None:
    said = told(tmp_path)
    assert [line for line in SAID if line not in said] == [], said
    assert "4 failed" in said, said
    for kept in ("nobody_sees", "called_by_their_roles", "migrations_make", "data_that_stays"):
        assert f"FAILED test_sloppy.py::TestSloppy::test_{kept}" not in said
