"""ariadne-codegen on the schema of the demo: what it makes passes mypy --strict with the app on it, and runs."""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent


def test_it_is_made_from_the_schema_and_checked_and_runs(tmp_path: Path) -> None:
    for file in ("pyproject.toml", "queries.graphql", "asking.py"):
        shutil.copy(HERE / file, tmp_path)
    (tmp_path / "schema.graphql").write_bytes(schema())
    for program, *given in (
        ("ariadne-codegen", "client"),
        ("mypy", "--strict", "."),
        ("python", "asking.py"),
    ):
        ended = subprocess.run(
            [PROGRAMS / program, *given], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def schema() -> bytes:
    """The schema definition, as the demo's staff may know it."""
    headers = {"Authorization": f"Bearer {os.environ['RELATUM_DEMO_TOKEN']}"}
    request = urllib.request.Request(
        f"{os.environ['RELATUM_DEMO']}/schema.graphql", headers=headers
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())
