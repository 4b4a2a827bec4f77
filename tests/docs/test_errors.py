"""The page of errors explains every code there is, and none that there is not."""

import re

from relatum_schemas import errors
from relatum_schemas.errors import Problems, Refused, RelatumError, TooManyAttempts
from relatum_server.graphql.errors import CODES
from relatum_server.statuses import status_of
from tests.docs.pages import ROOT

FAMILY = {
    each.code: each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, RelatumError) and each is not RelatumError
}
SECTIONS = {
    section[1]: section[2]
    for section in re.finditer(
        r"^### `(\w+)`\n(.+?)(?=^##|\Z)",
        (ROOT / "docs" / "errors.md").read_text(),
        flags=re.MULTILINE | re.DOTALL,
    )
}


def test_every_code_has_its_section_and_every_section_its_code() -> None:
    assert SECTIONS.keys() == FAMILY.keys() | CODES


def test_every_section_says_what_to_do() -> None:
    assert [code for code, text in SECTIONS.items() if "**What to do:**" not in text] == []


def test_the_status_of_an_error_is_the_one_told() -> None:
    for code, text in SECTIONS.items():
        told = re.search(r"\*\*Status:\*\* (\d+)", text)
        if told and code in FAMILY:
            assert status_of(made(FAMILY[code])) == int(told[1]), code


def made(kind: type[RelatumError]) -> RelatumError:
    """An error of this kind."""
    if issubclass(kind, Problems):
        return kind("No.", [])
    if issubclass(kind, Refused):
        return kind("no", message="No.")
    if issubclass(kind, TooManyAttempts):
        return kind("No.", retry_after=1)
    return kind("No.")
