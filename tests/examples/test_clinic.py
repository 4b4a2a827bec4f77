"""The plugin from outside passes its own tests, installed far from the checkout's plugins."""

from pathlib import Path

import pytest

from tests.server.cli.programs import python

EXAMPLE = Path(__file__).parents[2] / "examples/clinic"


@pytest.mark.thorough
def test_a_plugin_from_outside_passes_its_tests_and_is_typed(tmp_path: Path) -> None:
    install = "pip install --quiet --no-index --no-deps --no-build-isolation --target"
    python(tmp_path, install, str(tmp_path / "installed"), str(EXAMPLE))
    python(EXAMPLE, "mypy --cache-dir", str(tmp_path / "types"), MYPYPATH=str(EXAMPLE))
    path = str(tmp_path / "installed")
    said = python(EXAMPLE, "pytest -q -p no:cacheprovider -k", "not postgresql", PYTHONPATH=path)
    assert "21 passed, 1 skipped" in said, said
