"""What comes with a field that has states: since when a record is in its own, which may follow, and which there were."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from relatum.catalogue.model import Field, RecordType
from relatum.catalogue.problems import ProblemList
from relatum_schemas.kinds import Calculated, Instant, StateChanges, StateTimes
from relatum_schemas.selection import AnyOf, Compare, Condition, FieldPath, Operator

ALLOWED: Final = "relatum.allowed_transitions"
"""Names what computes the states that may follow."""

OVER_TIME: Final = "relatum.state_history"
"""Names what computes the states in which a record was."""

_TOLD: Final = (
    Field(
        name="allowed_transitions",
        kind=Calculated(of=StateChanges()),
        by=ALLOWED,
        help="The states to which whoever asks may take the record, and what is missing for that.",
    ),
    Field(
        name="state_history",
        kind=Calculated(of=StateTimes()),
        by=OVER_TIME,
        help="The states in which the record was and is, as they followed; null without the right to its history.",
    ),
)
"""The fields that the engine computes of every type that has states."""


def with_times(
    fields: Mapping[str, Field], at: tuple[str, ...], problems: ProblemList
) -> dict[str, Field]:
    """The fields of a class, each that has states followed by the time since when a record is in its own."""
    found: dict[str, Field] = {}
    for name, field in fields.items():
        found[name] = field
        if field.transitions is None:
            continue
        since = f"{name}_since"
        _judge(field, (*at, name), problems)
        if since in fields:
            message = f"{since!r} is the time since when it is in its state; choose another name."
            problems.add(message, at=(*at, since))
            continue
        found[since] = Field(
            name=since,
            kind=Instant(),
            plugin=field.plugin,
            column=f"{field.column}_since",
            read_only=True,
            since=name,
            deprecated=field.deprecated,
            renamed_from=tuple(f"{each}_since" for each in field.renamed_from),
            help=f"Since when {name!r} is what it is.",
        )
    for name, field in fields.items():
        _expect(found, field, (*at, name), problems)
    return found


def _judge(field: Field, at: tuple[str, ...], problems: ProblemList) -> None:
    following = field.transitions or {}
    for state, after in field.admitted:
        if after not in following.get(state, ()):
            problems.add(
                f"It names roles for a way from {state!r} to {after!r}; there is none.", at=at
            )
    known = {*following, *(each for after in following.values() for each in after)}
    for state in (*field.expects, *field.begin):
        if state not in known:
            problems.add(f"{state!r} is no state of it.", at=at)
    if field.begin and field.default is not None and field.default not in field.begin:
        problems.add(f"Its default {field.default!r} is no state in which it begins.", at=at)


def _expect(
    fields: dict[str, Field], states: Field, at: tuple[str, ...], problems: ProblemList
) -> None:
    """Let fields be expected of records in the states that ask for them."""
    wanted: dict[str, list[str]] = {}
    for state, names in states.expects.items():
        for name in names:
            wanted.setdefault(name, []).append(state)
    for name, asking in wanted.items():
        field = fields.get(name)
        if field is None or field.computed or field.read_only:
            problems.add(f"It expects {name!r}, which is no field that people give.", at=at)
        elif not field.required:
            there = Compare(
                path=FieldPath(field=states.name), operator=Operator.IN, value=list(asking)
            )
            fields[name] = replace(field, expected=True, expected_when=_either(field, there))


def _either(field: Field, there: Condition) -> Condition | None:
    if not field.expected:
        return there
    when = field.expected_when
    return None if when is None else AnyOf(of=(when, there))


def with_told_states(types: dict[str, RecordType], problems: ProblemList) -> None:
    """Give every type that has states the fields that tell of them: which may follow, and which there were."""
    for name, each in types.items():
        if all(field.transitions is None for field in each.fields.values()):
            continue
        added: dict[str, Field] = {}
        for told in _TOLD:
            if told.name in each.fields:
                message = f"{told.name!r} tells of the states of a record; choose another name."
                problems.add(message, at=(each.plugin, name, told.name))
            else:
                added[told.name] = replace(told, plugin=each.plugin, read_only=True)
        types[name] = replace(each, fields={**each.fields, **added})
