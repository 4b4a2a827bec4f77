"""The reference says what the code offers, all of it and nothing else."""

import re

import relatum
from tests.docs.reference import PAGE, unplaced, written


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "Run: python -m tests.docs.reference"


def test_every_public_name_has_its_subject_and_says_what_it_is_for() -> None:
    assert unplaced() == set()
    entries = re.findall(r"^### `([A-Za-z_]+)[^\n]*\n\n([^\n#]*)", written(), flags=re.MULTILINE)
    assert {name for name, _ in entries} <= set(relatum.__all__)
    assert [name for name, said in entries if not said.strip()] == []
