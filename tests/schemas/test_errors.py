"""The family of errors is closed and coded."""

from relatum_schemas import errors
from relatum_schemas.errors import BadValue, Problems, Refused, RelatumError

FAMILY = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, RelatumError)
]


def test_each_error_has_a_code_of_its_own() -> None:
    codes = [each.code for each in FAMILY]
    assert len(set(codes)) == len(codes)


def test_a_path_grows_from_the_inside() -> None:
    error = BadValue("No.", path="amount").at("input", 3)
    assert error.path == ("input", 3, "amount")


def test_problems_show_each_with_its_hint() -> None:
    problems = Problems("Two mistakes.", [BadValue("One.", hint="Mend it."), BadValue("Two.")])
    assert str(problems) == "Two mistakes.\n- One. Mend it.\n- Two."


def test_a_refusal_carries_the_plugins_own_code() -> None:
    refusal = Refused("visit_pending", path="machine", message="A visit is planned.")
    assert (refusal.code, refusal.details) == ("REFUSED", {"reason": "visit_pending"})
