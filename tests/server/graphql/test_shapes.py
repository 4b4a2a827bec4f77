"""Answers have the shape that the specification gives them: graphql-core's executor, walking an answer, finds all it
looks for, of the right types, in the right order, and nothing more.

Each query is asked with the type of every object beside it, since the executor has to know of which type an object is.
"""

from typing import Any

import orjson
import pytest
from graphql import (
    FieldNode,
    GraphQLResolveInfo,
    NameNode,
    SelectionSetNode,
    Visitor,
    execute_sync,
    parse,
    print_ast,
    visit,
)

from relatum.access import SYSTEM
from relatum.session import Database
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.limits import Limits
from tests.server.graphql.test_planner import CASES, QUERIES

TYPE = "typeOfThis"
TYPE_LAST = {"PageInfo", "Money", "PostalAddress", "FileReference"}


class WithTypes(Visitor):
    """Asks the type of every object."""

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        asked = FieldNode(
            alias=NameNode(value=TYPE),
            name=NameNode(value="__typename"),
            arguments=(),
            directives=(),
            selection_set=None,
        )
        return SelectionSetNode(selections=(asked, *node.selections))


def by_response_key(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    """What the answer has under the field's response key."""
    return source[info.path.key]


def type_told(source: Any, *_: Any) -> str:
    """The type that the answer tells."""
    return str(source[TYPE])


def ordered(answer: Any) -> Any:
    """An answer with the order of its keys; in values of several parts the name of the type stands last."""
    if isinstance(answer, list):
        return [ordered(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    members = [(key, ordered(each)) for key, each in answer.items()]
    return sorted(members) if answer.get(TYPE) in TYPE_LAST else members


@pytest.mark.parametrize("case", CASES)
async def test_the_executor_finds_what_was_asked(case: str, shop_database: Database) -> None:
    api = Api(shop_database.catalogue, Limits(aliases=1000))
    text = print_ast(visit(parse((QUERIES / f"{case}.graphql").read_text()), WithTypes()))
    given = QUERIES / f"{case}.variables.json"
    variables = orjson.loads(given.read_bytes()) if given.exists() else {}
    answer = await api.answer(shop_database.as_(SYSTEM), Question(text, variables=variables))
    data = orjson.loads(answer)["data"]
    result = execute_sync(
        api.schema,
        parse(text),
        root_value=data,
        variable_values=variables,
        field_resolver=by_response_key,
        type_resolver=type_told,
    )
    # What is authored has resolvers of its own, which the answer does not replace.
    errors = [each for each in result.errors or () if each.path and each.path[0] != "viewer"]
    assert errors == []
    if "viewer" not in data:
        assert ordered(result.data) == ordered(data)
