"""Each query of ``tests/queries`` and the selection that it becomes, written beside it.

``RELATUM_WRITE_SELECTIONS=1 pytest tests/server/graphql/test_planner.py`` writes them anew, to be reviewed as a diff.
"""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLSchema

from relatum_schemas.selection import Request
from relatum_server.graphql.document import read_document
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.marking import MARK
from relatum_server.graphql.planner import Plan, plan
from relatum_server.graphql.variables import coerced

QUERIES = Path(__file__).parents[2] / "queries"
CASES = sorted(path.stem for path in QUERIES.glob("*.graphql"))


def planned(schema: GraphQLSchema, text: str, variables: dict[str, Any]) -> Plan:
    """The plan of a document's only operation."""
    operation = read_document(schema, Limits(), text, None).operation(None)
    values = coerced(schema, operation.node.variable_definitions or (), variables, None)
    return plan(schema, operation, values)


def pruned(content: Any) -> Any:
    """A selection without what it does not say."""
    if isinstance(content, dict):
        said = {name: pruned(each) for name, each in content.items()}
        return {
            name: each
            for name, each in said.items()
            if each not in (None, [], {}) and (each is not False or name == "value")
        }
    return [pruned(each) for each in content] if isinstance(content, list) else content


def shown(made: Plan) -> str:
    """A plan as the files show it."""
    content = {
        "answers": {each.key: each.by for each in made.answers},
        "steering": sorted(made.steering),
        "paths": {name: list(path) for name, path in made.paths.items()},
        "request": pruned(made.request.model_dump(mode="json")) if made.request else None,
    }
    text = orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
    return text.replace(MARK, "MARK_") + "\n"


@pytest.mark.parametrize("case", CASES)
def test_query_becomes_this_selection(case: str, shop_schema: GraphQLSchema) -> None:
    text = (QUERIES / f"{case}.graphql").read_text()
    given = QUERIES / f"{case}.variables.json"
    variables = orjson.loads(given.read_bytes()) if given.exists() else {}
    made = planned(shop_schema, text, variables)
    golden = QUERIES / f"{case}.selection.json"
    if os.environ.get("RELATUM_WRITE_SELECTIONS"):
        golden.write_text(shown(made))
    assert shown(made) == golden.read_text()


@pytest.mark.parametrize("case", CASES)
def test_selection_reads_back_as_the_same_request(case: str, shop_schema: GraphQLSchema) -> None:
    text = (QUERIES / f"{case}.graphql").read_text()
    given = QUERIES / f"{case}.variables.json"
    variables = orjson.loads(given.read_bytes()) if given.exists() else {}
    request = planned(shop_schema, text, variables).request
    assert request is not None
    read = Request.model_validate_json(request.model_dump_json())
    assert read.model_dump() == request.model_dump()
