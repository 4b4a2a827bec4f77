"""What a server that is killed has begun is ended by another: nothing is lost, and repeated only under the same key.

The same with many kills, and on SQLite: ``python -m benchmarks kills``.
"""

from pathlib import Path

import pytest

from tests.databases import CloneTemplate
from tests.server.workflows.killing import kill_one_of_two


@pytest.mark.thorough
async def test_of_two_servers_one_ends_what_the_other_one_began(
    tmp_path: Path, clone_template: CloneTemplate
) -> None:
    url = await clone_template("postgresql", "empty", nothing)
    outcome = await kill_one_of_two(tmp_path, url, seconds=1.0)
    assert outcome.stored >= outcome.acknowledged > 0
    assert (outcome.lost, outcome.missing, outcome.failed) == (0, 0, 0)
    assert (outcome.without_cause, outcome.under_other_keys) == (0, 0)


async def nothing(url: str) -> None:
    """Leave a database empty."""
    del url
