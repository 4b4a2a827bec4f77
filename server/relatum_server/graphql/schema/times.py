"""Arguments that say when: which ties hold, and both clocks."""

from typing import Final

from graphql import GraphQLArgument, GraphQLBoolean, GraphQLInputField, GraphQLInputObjectType

from relatum_server.graphql.names import Register
from relatum_server.graphql.schema.scalars import MOMENT


def holds_type(register: Register) -> GraphQLInputObjectType:
    """The input ``Holds``: exactly one of its members is given."""
    return register.type("Holds", "the time at which ties hold", lambda: _holds(register))


def _holds(register: Register) -> GraphQLInputObjectType:
    period = register.type("Period", "a period of time", _period)
    return GraphQLInputObjectType(
        "Holds",
        {
            "now": GraphQLInputField(
                GraphQLBoolean,
                description="Ties that hold now, or at the `validAt` of the root: `true`.",
            ),
            "any": GraphQLInputField(
                GraphQLBoolean, description="Ties whenever they hold: `true`."
            ),
            "at": GraphQLInputField(MOMENT, description="Ties that hold at this moment."),
            "overlaps": GraphQLInputField(
                period, description="Ties whose validity shares a moment with this period."
            ),
        },
        description="Which ties are meant, by the time at which they hold.",
        is_one_of=True,
    )


def _period() -> GraphQLInputObjectType:
    return GraphQLInputObjectType(
        "Period",
        {
            "from": GraphQLInputField(MOMENT, description="The first moment; open when left out."),
            "to": GraphQLInputField(MOMENT, description="The moment it ends; open when left out."),
        },
        description="A period of time from a moment up to, but without, another.",
    )


def clock_arguments() -> dict[str, GraphQLArgument]:
    """``validAt`` and ``recordedAt``."""
    return {
        "validAt": GraphQLArgument(MOMENT, description=_VALID_AT),
        "recordedAt": GraphQLArgument(MOMENT, description=_RECORDED_AT),
    }


_VALID_AT: Final = "Show ties as they hold at this moment in the world."
_RECORDED_AT: Final = "Show what was known at this moment."
