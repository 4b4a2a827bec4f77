"""The family of errors is closed, coded and documented."""

from pathlib import Path

import pytest

from relatum_schemas import errors
from relatum_schemas.errors import BadValue, Problems, Refused, RelatumError

FAMILY = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, RelatumError)
]
PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def test_each_error_has_a_code_of_its_own() -> None:
    codes = [each.code for each in FAMILY]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", [each for each in FAMILY if each is not RelatumError])
def test_each_code_is_explained(error: type[RelatumError]) -> None:
    assert f"| `{error.code}` |" in PAGE.read_text()


def test_the_page_explains_no_code_that_is_gone() -> None:
    explained = {
        line.split("`")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")
    }
    assert explained == {each.code for each in FAMILY} - {"ERROR"}


def test_a_path_grows_from_the_inside() -> None:
    error = BadValue("No.", path="amount").at("input", 3)
    assert error.path == ("input", 3, "amount")


def test_problems_show_each_with_its_hint() -> None:
    problems = Problems("Two mistakes.", [BadValue("One.", hint="Mend it."), BadValue("Two.")])
    assert str(problems) == "Two mistakes.\n- One. Mend it.\n- Two."


def test_a_refusal_carries_the_plugins_own_code() -> None:
    refusal = Refused("visit_pending", path="machine", message="A visit is planned.")
    assert (refusal.code, refusal.details) == ("REFUSED", {"reason": "visit_pending"})
