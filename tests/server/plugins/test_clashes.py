"""What two plugins name alike is told by the names of both."""

from types import ModuleType

import pytest

from relatum.catalogue import build_catalogue
from relatum_schemas.errors import Problems
from relatum_server.graphql.schema import build_schema
from tests.core.catalogue.declaring import declare

YARD = declare('class Machine(Entity, plural="machines"):\n    serial: str', name="yard")
EXTRA = "from yard import Machine\n"


def other(name: str, source: str) -> ModuleType:
    return declare(EXTRA + source, name=name, requires=("yard",))


TIE = 'class {0}(Relationship[Machine, Machine]):\n    ends = Ends("next", "{1}")'
FIELD = "class {0}(Extension[Machine]):\n    weight: int | None = None"


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            [other("shed", "class Machine(Entity):\n    name: str")],
            "shed.Machine: The plugin 'yard' declares a type of this name, too.",
        ),
        (
            [other("one", FIELD.format("A")), other("two", FIELD.format("B"))],
            "two.B.weight: Machine has a field of that name from 'one'.",
        ),
        (
            [other("left", TIE.format("L", "lefts")), other("right", TIE.format("R", "rights"))],
            "right.R and left.L name their ends alike.",
        ),
        (
            [other("shed", 'class Tool(Entity, plural="machines"):\n    name: str')],
            "Query.machines in GraphQL would be the rows of yard.Machine and the rows of shed.Tool.",
        ),
        (
            [other("shed", "@action()\nasync def create_machine(ctx: Context) -> None: ...")],
            "would be to create one yard.Machine and the action shed.create_machine.",
        ),
        (
            [other("shed", "@action(reading=True)\nasync def plugins(ctx: Context) -> int: ...")],
            "Query.plugins in GraphQL would be the action relatum.plugins and the action shed.plugins.",
        ),
    ],
)
def test_both_are_named(modules: list[ModuleType], said: str) -> None:
    with pytest.raises(Problems) as caught:
        build_schema(build_catalogue([YARD, *modules]))
    assert said in str(caught.value)
