"""Random mutations do and tell the same on both databases, and nothing that they are given breaks anything."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from graphql import GraphQLField, GraphQLInputObjectType
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.session import Session
from relatum.session.storage import Storage
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.meaning import PLACE, Act, meaning_of
from relatum_server.graphql.schema.rows import Place
from tests.laws.both import Both, Side
from tests.laws.documents import Author, Given
from tests.laws.profiles import tried
from tests.laws.test_reading_secrets import NOW, WORLD
from tests.oracle.graph import Graph
from tests.oracle.graphs import graphs
from tests.oracle.load import load
from tests.oracle.strategies import known_ids

API = Api(WORLD, Limits(aliases=10_000, fields=10_000, tokens=100_000, rows=10**12))
ALL = Known(
    frozenset(API.schema.type_map),
    {
        name: frozenset(getattr(kind, "fields", None) or getattr(kind, "values", None) or ())
        for name, kind in API.schema.type_map.items()
    },
)
ADMIN = Principal(roles=frozenset({ADMINISTRATOR}))
DOCUMENTS = 8
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_CURSOR = re.compile(r'"[0-9a-f]{32,}"')
"""Of changes; where nothing was written, the databases may have numbered more or fewer of them."""


@dataclass(frozen=True)
class Held:
    """What both databases hold at first."""

    graph: Graph

    def __repr__(self) -> str:
        """How much that is."""
        return f"<{len(self.graph.versions)} versions>"


@dataclass
class Writer(Author):
    """Writes mutations, mostly about records of types that fit.

    Attributes:
        of_types: the ids of records by their types.
    """

    of_types: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def document(self) -> str:
        """A mutation of a few root fields."""
        mutation = self.schema.mutation_type
        assert mutation is not None
        return f"mutation {self.selection(mutation, 3, most=2)}"

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        """A field; of one that does something the ids are those of its type."""
        act = meaning_of(field)
        if isinstance(act, Act):
            self.choose([act.type])
        return super().field(name, field, depth)

    def object(self, kind: GraphQLInputObjectType, depth: int) -> str:
        """An input; of one that makes ties the ids are those of records that may stand there."""
        before, place = self.ids, kind.extensions.get(PLACE)
        if isinstance(place, Place) and kind.name.endswith("Relate") and place.end:
            self.choose(place.end.others)
        elif isinstance(place, Place) and place.declared in WORLD.relationships:
            tie = WORLD.relationship(place.declared)
            self.choose([*tie.source.types, *tie.target.types])
        written = super().object(kind, depth)
        self.ids = before
        return written

    def choose(self, types: Iterable[str]) -> None:
        """Name records of these types from now on, if there are any."""
        found = [each for name in types for each in self.of_types.get(name, ())]
        self.ids = found or self.ids

    def value(self, given: Given, depth: int) -> str:
        """A literal; files have none."""
        return "null" if str(given.type) == "Upload" else super().value(given, depth)


async def told(session: Session, text: str) -> object:
    """The response, or the codes and places of its errors."""
    try:
        return orjson.loads(await API.answer(session, Question(text)))
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        return [
            (each["extensions"]["code"], each["extensions"].get("path"), each["message"])
            for each in refusal.errors
        ]


async def all_told(side: Side, texts: list[str]) -> list[object]:
    """The responses to some documents, one after the other."""

    def clock() -> datetime:
        return NOW

    storage = Storage(side.connections, WORLD, side.plans.tables, side.plans, clock)
    session = Session(storage, ADMIN)
    return [await told(session, text) for text in texts]


def named(answers: list[object], there: set[str]) -> Any:
    """Answers in which ids that were drawn are called by the order in which they appear, and all cursors alike."""
    drawn: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        given = found[0]
        return given if given in there else drawn.setdefault(given, f"<{len(drawn)}>")

    text = _CURSOR.sub('"<cursor>"', orjson.dumps(answers).decode())
    return json.loads(_ID.sub(name, text))


@tried(6)
@given(held=graphs(WORLD).map(Held), seed=st.integers(0, 10**9))
def test_both_databases_do_and_tell_the_same(both: Both, held: Held, seed: int) -> None:
    graph = held.graph
    ids = [*map(str, known_ids(graph)), "00000000-0000-4000-8000-000000000000"]
    of_types: defaultdict[str, list[str]] = defaultdict(list)
    for each in graph.versions:
        of_types[each.type].append(str(each.id))
    author = Writer(random.Random(seed), API.schema, ALL, ids, of_types=of_types)
    texts = [author.document() for _ in range(DOCUMENTS)]
    answers = []
    for side in both.sides.values():
        both.runner.run(load(side.connections, WORLD, graph))
        answers.append(named(both.runner.run(all_told(side, texts)), set(ids)))
    for text, one, other in zip(texts, *answers, strict=True):
        assert one == other, text
