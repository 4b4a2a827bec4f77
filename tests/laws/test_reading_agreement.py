"""SQLite, PostgreSQL and the oracle give the same answer to every question, to the digit and the order of keys."""

from hypothesis import given

from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.strategies import Case, cases
from tests.oracle.world import world


@tried(30)
@given(case=cases(world()))
def test_the_databases_answer_as_the_oracle_does(both: Both, case: Case) -> None:
    both.agree(case)
