"""SQLite, PostgreSQL and the oracle give the same answer to every question, to the digit and the order of keys."""

from hypothesis import given, note

from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.strategies import Case, cases
from tests.oracle.world import world


@tried(60)
@given(case=cases(world()))
def test_the_databases_answer_as_the_oracle_does(both: Both, case: Case) -> None:
    both.hold(case.graph, case.now)
    for question in case.questions:
        asked = (question.request, question.parameters, question.principal)
        expected = both.expected(*asked)
        for name, answer in both.answers(*asked).items():
            note(f"{name} on {question.request.model_dump_json(exclude_defaults=True)}")
            assert answer == expected
