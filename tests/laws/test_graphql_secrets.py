"""Two graphs that differ only in what is hidden from a principal answer every GraphQL document alike, errors included."""

import random
from datetime import datetime

import orjson
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum.session import Session
from relatum.session.storage import Storage
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits
from tests.laws.both import Both, Side
from tests.laws.documents import Author
from tests.laws.profiles import tried
from tests.laws.test_reading_secrets import NOW, WORLD, Twins, twins
from tests.oracle.load import load
from tests.oracle.strategies import known_ids

API = Api(WORLD, Limits(aliases=10_000, fields=10_000, tokens=100_000, rows=10**12))
DOCUMENTS = 6


def session_of(side: Side, principal: Principal) -> Session:
    """What a principal has of a database."""

    def clock() -> datetime:
        return NOW

    storage = Storage(side.connections, WORLD, side.plans.tables, side.plans, clock)
    return Session(storage, principal)


async def outcome(session: Session, text: str) -> object:
    """The whole response."""
    try:
        return await API.answer(session, Question(text))
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        return refusal.status, orjson.dumps(refusal.errors), sorted(refusal.headers.items())


async def outcomes(side: Side, principal: Principal, texts: list[str]) -> list[object]:
    """The responses to some documents."""
    session = session_of(side, principal)
    return [await outcome(session, text) for text in texts]


@tried(8)
@given(given=twins(), seed=st.integers(0, 10**9))
def test_no_document_tells_hidden_things(both: Both, given: Twins, seed: int) -> None:
    principal = given.principal
    for side in both.sides.values():
        session = session_of(side, principal)
        known = API.known_to(session)
        assert known is not None
        ids = [*map(str, known_ids(given.one)), "00000000-0000-4000-8000-000000000000"]
        author = Author(random.Random(seed), API.schema, known, ids)
        texts = [author.document() for _ in range(DOCUMENTS)]
        both.runner.run(load(side.connections, WORLD, given.one))
        before = both.runner.run(outcomes(side, principal, texts))
        both.runner.run(load(side.connections, WORLD, given.other))
        after = both.runner.run(outcomes(side, principal, texts))
        for text, told, again in zip(texts, before, after, strict=True):
            assert told == again, text
