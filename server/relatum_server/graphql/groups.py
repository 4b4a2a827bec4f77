"""From the fields asked of groups to an aggregate of the selection."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relatum_schemas.errors import BadSelection
from relatum_schemas.selection import (
    Aggregate,
    FieldPath,
    Function,
    GroupKey,
    GroupOutput,
    KeyOutput,
    Measure,
    MeasureOutput,
    ObjectOutput,
    Step,
    TextOutput,
)
from relatum_server.graphql import arguments as inputs
from relatum_server.graphql.meaning import Along, GroupPart, OfAddress, OfField, OfPart
from relatum_server.graphql.planning import Planning, meaning, selection_sets, value_parts
from relatum_server.graphql.selecting import Asked
from relatum_server.graphql.variables import Template


def aggregate(planning: Planning, asking: Asked, given: Mapping[str, Template]) -> Aggregate:
    """What an aggregate field shows of each group."""
    assert asking.definition is not None
    taken = asking.definition.args
    parameters, path = planning.parameters, planning.path
    keys = inputs.group_keys(given.get("groupBy"), taken["groupBy"].type, (*path, "groupBy"))
    conditions = inputs.having(
        given.get("having"), taken["having"].type, parameters, (*path, "having")
    )
    outputs = tuple(_outputs(planning, asking, keys))
    return Aggregate(group_by=keys, having=conditions, outputs=outputs)


def _outputs(planning: Planning, asking: Asked, keys: Sequence[GroupKey]) -> Iterator[GroupOutput]:
    shown, inner = planning.below(asking)
    for each in inner:
        here = planning.at(each.key)
        match meaning(each):
            case GroupPart("key"):
                outputs = tuple(_keys(here, each, _Grouping(keys)))
                yield ObjectOutput(key=each.key, outputs=outputs)
            case GroupPart(Function.COUNT):
                yield MeasureOutput(key=each.key, measure=Measure(function=Function.COUNT))
            case GroupPart(Function() as function):
                outputs = tuple(_measures(here, each, function, ()))
                yield ObjectOutput(key=each.key, outputs=outputs)
            case None:
                yield TextOutput(key=each.key, text=shown.name)


def _measures(
    planning: Planning, asking: Asked, function: Function, steps: tuple[Step, ...]
) -> Iterator[GroupOutput]:
    shown, inner = planning.below(asking)
    for each in inner:
        here = planning.at(each.key)
        match meaning(each):
            case Along(step):
                outputs = tuple(_measures(here, each, function, (*steps, step)))
                yield ObjectOutput(key=each.key, outputs=outputs)
            case OfField(field):
                measure = Measure(function=function, path=FieldPath(steps=steps, field=field))
                yield MeasureOutput(key=each.key, measure=measure, parts=value_parts(here, each))
            case None:
                yield TextOutput(key=each.key, text=shown.name)


@dataclass(frozen=True)
class _Grouping:
    """The keys that rows are grouped by, and the steps taken so far to one of them."""

    keys: Sequence[GroupKey]
    steps: tuple[Step, ...] = ()

    def along(self, step: Step) -> "_Grouping":
        """One step further."""
        return _Grouping(self.keys, (*self.steps, step))

    def named(self, field: str, part: str | None = None) -> list[int]:
        """Positions of the keys that name a field here."""
        path = FieldPath(steps=self.steps, field=field, part=part)
        return [i for i, key in enumerate(self.keys) if key.path == path]


def _keys(planning: Planning, asking: Asked, grouping: _Grouping) -> Iterator[GroupOutput]:
    shown, inner = planning.below(asking)
    for each in inner:
        here = planning.at(each.key)
        match meaning(each):
            case Along(step):
                outputs = tuple(_keys(here, each, grouping.along(step)))
                yield ObjectOutput(key=each.key, outputs=outputs)
            case OfField(field) if selection_sets(each.nodes) and not grouping.named(field):
                yield ObjectOutput(key=each.key, outputs=tuple(_parts(here, each, grouping, field)))
            case OfField(field):
                index = _only(here, grouping.named(field), each)
                yield KeyOutput(key=each.key, index=index, parts=value_parts(here, each))
            case None:
                yield TextOutput(key=each.key, text=shown.name)


def _parts(
    planning: Planning, asking: Asked, grouping: _Grouping, field: str
) -> Iterator[GroupOutput]:
    """The parts of a composite field that were grouped by one by one."""
    shown, inner = planning.below(asking)
    for each in inner:
        match meaning(each):
            case OfPart(part):
                index = _only(planning.at(each.key), grouping.named(field, part), each)
                yield KeyOutput(key=each.key, index=index)
            case OfAddress():
                raise BadSelection("A group has no file.", path=planning.at(each.key).path)
            case None:
                yield TextOutput(key=each.key, text=shown.name)


def _only(planning: Planning, found: list[int], asking: Asked) -> int:
    """The one key that is meant.

    Raises:
        BadSelection: none is, or several are.
    """
    if len(found) == 1:
        return found[0]
    name = asking.node.name.value
    times = "does not name it" if not found else "names it more than once"
    raise BadSelection(
        f"The key {name} is asked for, but groupBy {times}.",
        path=planning.path,
        hint=f"Add {{{name}: VALUE}} to groupBy." if not found else "Group by it once.",
    )
