"""`relatum plugin new`: what it writes works, is typed and linted, and is a plugin like any other once it is installed."""

from pathlib import Path

import pytest

from tests.server.cli.programs import called, python, relatum


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A new plugin, installed from its folder as a distribution."""
    made = relatum("plugin", "new", "machine_care", "--into", "new", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    install = "pip install --quiet --no-index --no-deps --no-build-isolation --target installed"
    python(tmp_path, install, str(tmp_path / "new"))
    return tmp_path / "new"


@pytest.mark.thorough
def test_a_new_plugin_passes_its_tests_and_is_typed_and_linted(written: Path) -> None:
    python(written, "ruff check")
    python(written, "ruff format --check")
    python(written, "mypy --no-incremental", MYPYPATH=str(written))
    installed = str(written.parent / "installed")
    said = python(
        written, "pytest -q -p no:cacheprovider -k", "not postgresql", PYTHONPATH=installed
    )
    assert "12 passed, 2 skipped" in said


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = called("plugin", "new", "machine_care", "--into", str(tmp_path))
    assert result.exit_code != 0 and "holds something already" in result.output
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
    result = called("plugin", "new", "Machine", "--into", str(tmp_path / "new"))
    assert "is no name for a plugin" in result.output
