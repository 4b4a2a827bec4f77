"""Does the acts of a mutation, one after the other, in the unit of work under way.

What is said of errors is where they arose as the engine knows it, beginning with the positions of the act and of the item
in it; `telling` says it in the names of GraphQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql.execution.values import VariableValues

from relatum.catalogue import Catalogue
from relatum.session import Session
from relatum.writing import Command, Outcome, Saving
from relatum_schemas.errors import Path, Problems, RelatumError, TooLarge, by_position
from relatum_server.graphql.acting.calling import Calling, calling
from relatum_server.graphql.acting.plan import Call
from relatum_server.graphql.estimate import check_rows
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.mutating.places import place_in_item
from relatum_server.graphql.mutating.plan import RECORDS, MutationPlan, Step, Told
from relatum_server.graphql.mutating.works import SAVED, Input, Work, Works
from relatum_server.graphql.schema.inputs import ROW_BY_ROW

Result = Outcome | RelatumError
"""What became of one item."""


@dataclass(frozen=True)
class Doing:
    """An act with what it is given in one request.

    Attributes:
        catalogue: the types in force.
        position: among the members of the response; errors begin with it.
        step: of the plan.
        items: what each single act is given, coerced.
        works: what each is to do.
        row_by_row: whether those that can be are done, if some cannot.
        refused: items, by their positions, that name what can be no record, where the others are done.
        parameters: of the request for what is shown, but for the ids.
    """

    catalogue: Catalogue
    position: int
    step: Step
    items: Sequence[Input]
    works: Sequence[Work]
    row_by_row: bool
    refused: Mapping[int, RelatumError]
    parameters: Mapping[str, Any]

    def place(self, path: Path) -> Path:
        """Where in the document something stands, by its path from the item on, in the names of GraphQL."""
        act = self.step.act
        at, *rest = path or ("",)
        if not isinstance(at, int) or at >= len(self.items):
            return (self.step.key, *path)
        within = place_in_item(self.catalogue, act, self.items[at], tuple(rest))
        if not act.many:
            return (self.step.key, *within)
        bare = within[1:] if act.verb in ("create", "relate") else within
        return (self.step.key, "inputs", at, *bare)


Member = Doing | Calling | Told
"""A member of the response, with what it takes to give it."""


def doings(
    plan: MutationPlan, variables: VariableValues, catalogue: Catalogue, limits: Limits
) -> list[Member]:
    """What a request is to do, among the members of the response.

    Raises:
        TooLarge: it would write or show too much.
        BadValue: an id is none (`Problems` for several).
    """
    made: list[Member] = []
    problems: list[RelatumError] = []
    size = 0
    for position, step in enumerate(plan.members):
        if isinstance(step, Told):
            made.append(step)
            continue
        if isinstance(step, Call):
            made.append(calling(step, variables, limits))
            continue
        works = Works(catalogue, step.act)
        doing = _doing(position, step, variables, works)
        size += works.size
        problems += _malformed(doing, works)
        made.append(doing)
    if size > limits.batch:
        raise _too_many(size, limits.batch)
    for member in made:
        if isinstance(member, Doing):
            _check_shown(member, limits)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems("Some ids are none.", problems)
    return made


def _malformed(doing: Doing, works: Works) -> Sequence[RelatumError]:
    """Ids that are none, with their places, where they keep the act from being done at all."""
    if doing.row_by_row:
        return ()
    for each in works.problems:
        each.path = doing.place(each.path)
    return works.problems


def _doing(position: int, step: Step, variables: VariableValues, works: Works) -> Doing:
    given = step.arguments.given(variables)
    items = _items(step, given)
    parameters = step.parameters(variables.coerced)
    made = works.of(items)
    row_by_row = given.get("mode") == ROW_BY_ROW
    refused = {int(each.path[0]): each for each in reversed(works.problems)} if row_by_row else {}
    return Doing(works.catalogue, position, step, items, made, row_by_row, refused, parameters)


def _items(step: Step, given: Mapping[str, Any]) -> Sequence[Input]:
    if not step.act.many:
        return [given]
    inputs: Sequence[Input] = given["inputs"]
    if step.act.verb in ("create", "relate"):
        return [{"input": each} for each in inputs]
    return inputs


def _check_shown(doing: Doing, limits: Limits) -> None:
    ids = [None] * len(doing.items)
    check_rows(doing.step.estimates, {**doing.parameters, RECORDS: ids}, limits)


def _too_many(size: int, limit: int) -> TooLarge:
    return TooLarge(
        f"This would write {size} records and ties; at most {limit} are written at once.",
        hint="Send it in several requests.",
        details={"records": size, "limit": limit},
    )


async def done(session: Session, doing: Doing) -> Sequence[Result]:
    """Do one act.

    Args:
        session: in the unit of work.
        doing: the act.

    Raises:
        RelatumError: it cannot be done; the path begins with the positions of act and item.
    """
    if doing.row_by_row:
        return await _row_by_row(session, doing)
    return await _all_at(session, doing, range(len(doing.works)), (doing.position,))


async def _all_at(
    session: Session, doing: Doing, positions: Sequence[int], place: Path
) -> Sequence[Outcome]:
    """Do what is given at some positions; of errors the path goes on with the place among these."""
    chosen = [doing.works[at] for at in positions]
    if doing.step.act.verb in SAVED:
        return await session.save(cast(list[Saving], chosen), place=place)
    return await session.apply(cast(list[Command], chosen), place=place)


async def _row_by_row(session: Session, doing: Doing) -> Sequence[Result]:
    """Do what can be done: all that no error is about, or, where an error blames none, one after the other."""
    results: dict[int, Result] = dict(doing.refused)
    left = [at for at in range(len(doing.works)) if at not in results]
    while left:
        try:
            async with session.attempt() as within:
                outcomes = await _all_at(within, doing, left, ())
        except RelatumError as error:
            blamed = by_position(error, len(left))
            if not blamed and len(left) > 1:
                results |= await _one_by_one(session, doing, left)
                break
            results |= {left[at]: each for at, each in (blamed or {0: error}).items()}
            left = [at for at in left if at not in results]
        else:
            results |= dict(zip(left, outcomes, strict=True))
            break
    return [_told(doing, at, results[at]) for at in range(len(doing.works))]


async def _one_by_one(
    session: Session, doing: Doing, positions: Sequence[int]
) -> dict[int, Result]:
    results: dict[int, Result] = {}
    for at in positions:
        try:
            async with session.attempt() as within:
                (results[at],) = await _all_at(within, doing, [at], ())
        except RelatumError as error:
            results[at] = _first(error)
    return results


def _first(error: RelatumError) -> RelatumError:
    return error.problems[0] if isinstance(error, Problems) else error


def _told(doing: Doing, at: int, result: Result) -> Result:
    """An error with the place of its item."""
    if isinstance(result, RelatumError):
        result.path = (at, *result.path[1:])
    return result
