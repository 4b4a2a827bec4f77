"""Tells errors of the engine to who asked: where in the document they arose, and nothing of what may not be known of."""

from collections.abc import Sequence

from graphql import GraphQLField, GraphQLInputObjectType, get_named_type

from relatum_schemas.errors import Conflict, Path, Problems, RelatumError
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.meaning import PLACE
from relatum_server.graphql.mutating.performing import Doing, Member
from relatum_server.graphql.schema.rows import Place


def told(error: RelatumError, made: Sequence[Member], known: Known | None) -> RelatumError:
    """An error, or each of several, as it is told.

    Args:
        error: whose path begins with the position of an act, if it is about one.
        made: the acts.
        known: what of the schema who asks may know of; None for all.
    """
    if isinstance(error, Problems):
        return Problems(error.message, [told(each, made, known) for each in error.problems])
    at, *rest = error.path or ("",)
    if isinstance(at, int) and isinstance(doing := made[at], Doing):
        return told_of(error, doing, tuple(rest), known)
    return error


def told_of(error: RelatumError, doing: Doing, path: Path, known: Known | None) -> RelatumError:
    """An error of one act, as it is told.

    Args:
        error: of the engine.
        doing: the act.
        path: where it arose, from the item on.
        known: what of the schema who asks may know of; None for all.
    """
    error.path = doing.place(path)
    seen = _seen(doing.step.definition, error.path[1:], known)
    if seen is None:
        return error
    return Conflict(
        "It conflicts with something that you may not see.",
        path=(error.path[0], *seen),
        hint="Ask somebody who may see more.",
    )


def _seen(field: GraphQLField, path: Path, known: Known | None) -> Path | None:
    """How far a place in the arguments of a field may be known of; None if it may be as a whole."""
    if known is None or not path:
        return None
    argument = field.args.get(str(path[0]))
    owner = get_named_type(argument.type) if argument else None
    for at, step in enumerate(path[1:], start=1):
        if isinstance(step, int):
            continue
        if not isinstance(owner, GraphQLInputObjectType):
            return None
        if not _may_name(owner, step, known):
            return path[:at]
        owner = get_named_type(owner.fields[step].type) if step in owner.fields else None
    return None


def _may_name(owner: GraphQLInputObjectType, step: str, known: Known) -> bool:
    """Whether a member may be named; what cannot be given may be named where it may be read."""
    if step in owner.fields:
        return known.has(owner, step)
    place: Place | None = owner.extensions.get(PLACE)
    return place is None or step in known.members.get(place.types[0], ())
