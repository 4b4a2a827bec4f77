"""Whatever stands in an argument is answered, or refused with a code of the client's errors: never with one of ours."""

import json
import random
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from httpx2 import AsyncClient

REQUESTS: Final = 60
TEXTS: Final = ["Acme", "", "\x00", "%", "\\", "'", '"', "é" * 300, "💥", "x" * 5_000]
VALUES: Final[dict[str, list[Any]]] = {
    "Int": [1, 5, 0, -1, 2**31 - 1, -(2**31)],
    "Boolean": [True, False],
    "ID": ["01a202e7-bc03-7a01-91af-b6048f2b1d03", "", "1", "\x00", "x" * 500],
    "Date": ["2020-01-01", "0001-01-01", "9999-12-31", "2020-02-30", "infinity", "20200101"],
    "DateTime": [
        "2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59.999999Z", "2020-01-01T00:00:00", "\x00",
    ],
    "Decimal": ["2.5", "-0", "NaN", "1e999", "1e-999", "9" * 30, "0.0000000001", "1_000", 1.5],
    "BigInteger": [0, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, "9" * 25],
    "Duration": ["PT1S", "PT9999999999999999S", "-PT1S", "P1Y", "PT0.0000001S"],
    "JSON": [{}, [], "x", 10**30, {"a": "\x00"}, [[[[]]]]],
    "Upload": [None, "x", {}],
}  # fmt: skip


class Asking:
    """Makes questions at random that the schema admits, or nearly."""

    def __init__(self, schema: GraphQLSchema, ids: list[str], seed: int) -> None:
        """Begin with the ids of records."""
        self.schema = schema
        self.ids = ids
        self.chance = random.Random(seed)

    def question(self) -> dict[str, Any]:
        """A document with one root field, and its variables."""
        query, mutation = self.schema.query_type, self.schema.mutation_type
        assert query is not None
        assert mutation is not None
        kind, root = self.chance.choice(
            [("query", query), ("query", query), ("mutation", mutation)]
        )
        name = self.chance.choice(list(root.fields))
        field = root.fields[name]
        given = {
            argument: each
            for argument, each in field.args.items()
            if is_required_argument(each) or self.chance.random() < 0.5
        }
        declared = ", ".join(f"${argument}: {each.type}" for argument, each in given.items())
        passed = ", ".join(f"{argument}: ${argument}" for argument in given)
        text = f"{name}{f'({passed})' if passed else ''}{self.shown(field.type)}"
        return {
            "query": f"{kind}{f' ({declared})' if declared else ''} {{ {text} }}",
            "variables": {name: self.value(each.type) for name, each in given.items()},
        }

    def value(self, kind: Any, depth: int = 0) -> Any:
        """A value of a type, often a strange one."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, depth)
        if self.chance.random() < 0.05:
            return None
        match kind:
            case GraphQLList():
                return [
                    self.value(kind.of_type, depth + 1)
                    for _ in range(self.chance.choice([0, 1, 1, 2]))
                ]
            case GraphQLEnumType():
                return self.chance.choice(list(kind.values))
            case GraphQLInputObjectType():
                return self.members(kind, depth)
        usual, *strange = VALUES.get(kind.name, TEXTS)
        if kind.name == "ID" and self.chance.random() < 0.8:
            return self.chance.choice(self.ids)
        return usual if self.chance.random() < 0.7 else self.chance.choice(strange)

    def members(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        """Some members of an input object, those that it needs among them."""
        names = list(kind.fields)
        if kind.is_one_of:
            name = self.chance.choice(names)
            return {name: self.value(GraphQLNonNull(kind.fields[name].type), depth + 1)}
        some = (
            self.chance.sample(names, min(len(names), self.chance.randint(0, 2)))
            if depth < 5
            else []
        )
        return {
            name: self.value(field.type, depth + 1)
            for name, field in kind.fields.items()
            if name in some or is_required_input_field(field)
        }

    def shown(self, kind: Any, depth: int = 0) -> str:
        """What is asked of a type."""
        named = get_named_type(kind)
        if is_leaf_type(named):
            return ""
        if isinstance(named, GraphQLUnionType) or depth > 3:
            return " { __typename }"
        assert isinstance(named, GraphQLObjectType) or hasattr(named, "fields")
        easy = [
            name
            for name, field in named.fields.items()
            if not any(map(is_required_argument, field.args.values()))
        ]
        chosen = self.chance.sample(easy, min(len(easy), 3))
        inner = " ".join(
            f"{name}{self.shown(named.fields[name].type, depth + 1)}" for name in chosen
        )
        return f" {{ __typename {inner} }}"


async def test_no_argument_breaks_anything(
    client: AsyncClient, shop_schema: GraphQLSchema, dialect: str
) -> None:
    text = "{ products { nodes { id } } people { nodes { id } } orders { nodes { id } } }"
    found = (await client.post("/graphql", json={"query": text})).json()["data"]
    ids = [node["id"] for each in found.values() for node in each["nodes"]]
    asking = Asking(shop_schema, ids, seed=len(dialect))
    headers = {"content-type": "application/json"}
    for _ in range(REQUESTS):
        question = asking.question()
        content = json.dumps(question).encode()
        answer = await client.post("/graphql", content=content, headers=headers)
        assert answer.status_code < 500, (question, answer.text)
        for error in answer.json().get("errors", ()):
            assert error["extensions"]["code"] != "INTERNAL", question
