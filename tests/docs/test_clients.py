"""What the page for client apps shows is what `make clients` runs."""

import pytest

from tests.docs.pages import ROOT, Block, blocks

SUITES = ROOT / "tests" / "clients"
RUN = [
    path.read_text()
    for pattern in ("*.mjs", "src/*.js", "*.json", "*.py", "*.toml")
    for path in SUITES.glob(f"*/{pattern}")
]
BLOCKS = list(blocks(ROOT / "docs" / "clients.md"))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_every_block_stands_in_a_suite(block: Block) -> None:
    assert any(block.text in text for text in RUN)


def test_every_suite_is_told_of() -> None:
    page = (ROOT / "docs" / "clients.md").read_text().lower()
    told = {"fuzzing": "schemathesis", "http": "graphql-http", "websocket": "graphql-ws"}
    suites = {path.parent.name for path in SUITES.glob("*/*") if path.is_file()} - {"__pycache__"}
    assert {name for name in suites if told.get(name, name) not in page} == set()
