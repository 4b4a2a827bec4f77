"""The tutorial's plugin, written as the page says: it passes, in as few lines of its author's own as are promised."""

import os
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks
from tests.installing import describe
from tests.server.cli.programs import python, relatum

MOST_LINES = 60


@pytest.mark.thorough
def test_the_plugin_of_the_tutorial_passes_its_tests(tmp_path: Path) -> None:
    plugin, tests, views = (
        each.text for each in blocks(ROOT / "docs/tutorial.md") if each.language == "python"
    )
    own = [line for line in f"{plugin}\n{tests}".splitlines() if line.strip()]
    assert len(own) <= MOST_LINES, len(own)
    assert relatum("plugin", "new", "maintenance", cwd=tmp_path).returncode == 0
    folder = tmp_path / "maintenance"
    package = folder / "relatum_maintenance"
    (package / "__init__.py").write_text(f"{plugin}\n{views}")
    (folder / "tests/test_maintenance.py").write_text(
        f"from relatum_maintenance import Machine\n{tests}"
    )
    describe(folder, "maintenance")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    message = ("-m", "Make the tables")
    made = relatum("makemigrations", "maintenance", *message, cwd=folder, PYTHONPATH=path)
    assert made.returncode == 0, made.stderr
    said = python(folder, "pytest -q -p no:cacheprovider -k", "not postgresql", PYTHONPATH=path)
    assert " failed" not in said and "passed" in said
