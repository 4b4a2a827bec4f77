"""The forms by which ties are edited: one more at an end of a record, another course from a day on, its end."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from relatum.catalogue.record_types import End, Field, RelationshipType
from relatum.clock import Clock
from relatum.viewing.columns import ENDS, between
from relatum.viewing.desk import Desk
from relatum.viewing.finding import found
from relatum.viewing.forms.form import Act, Form, opened
from relatum.viewing.forms.of_records import (
    begin_of,
    identity_in,
    shown_of,
    values_of,
    wanted_of_field,
)
from relatum.viewing.forms.once import Once, drawn_key
from relatum.viewing.forms.wanted import Wanted
from relatum.writing import Change, Command, Correct, Relate, Remove
from relatum.writing import End as EndTie
from relatum_schemas.errors import Forbidden, NotFound, Problems, RelatumError, Required
from relatum_schemas.kinds import Integer
from relatum_schemas.policy import READ, RELATE

Apply = Callable[[Command, Once | None], Awaitable[UUID]]
"""Does one thing, once for a key, and gives the id of the record that it was done to."""

NODE: Final = "node"
"""The field for the record at the other end."""

AT: Final = "form:at"
"""The field for the day from which on a tie takes another course, or holds no longer; no property is called so."""

_VERSION: Final = "version"
_PERIOD: Final = ("valid_from", "valid_to")


async def form_relating(
    desk: Desk,
    record: UUID,
    end: str,
    apply: Apply,
    clock: Clock,
    given: Mapping[str, object],
) -> Form:
    """The form of one more tie at an end of a record.

    Args:
        desk: at which it is filled in.
        record: its id.
        end: of the record.
        apply: makes the tie.
        clock: tells from when on it holds if nothing else is said.
        given: what stands in it at first: `node`, properties, validity.

    Raises:
        NotFound: there is no such record that may be seen, or no such end.
        Forbidden: the principal may make no such ties.
    """
    type_name = (await found(desk.reads, record)).type
    known = desk.catalogue.ends(type_name).get(end)
    if known is None:
        raise NotFound(f"There is no end {end!r}.", path="end")
    tie = desk.catalogue.relationships[known.relationship]
    related = ((tie.name,), (type_name,), known.others)
    if not all(desk.sight.of(each, RELATE) for each in related):
        raise Forbidden(f"You may make no {tie.name}.", path="end")
    properties = [each.name for each in _properties(desk, tie)]

    async def act(values: Mapping[str, object], once: Once | None) -> UUID:
        if NODE not in values:
            raise Required("The record at the other end is missing.", path=NODE)
        sides = record, identity_in(NODE, values[NODE])
        source, target = reversed(sides) if known.side == "target" else sides
        own = {name: values[name] for name in properties if name in values}
        period: dict[str, Any] = {name: values.get(name) for name in _PERIOD if tie.validity}
        command = Relate(tie.name, source, target, own, **period)
        far = "source" if known.side == "target" else "target"
        return await _told_at(apply(command, once), far, field=NODE)

    wanted = {NODE: _of_node(desk, type_name, known)}
    for name in (*properties, *(_PERIOD if tie.validity else ())):
        wanted[name] = await wanted_of_field(desk, tie.name, tie.all_fields[name])
    first = {"valid_from": begin_of(desk, known, clock), **given}
    return await opened(_form(desk, tie, wanted, act), first)


async def form_changing(desk: Desk, tie: UUID, apply: Apply, clock: Clock) -> Form:
    """The form by which a tie takes another course from a day on; without a day it always was so.

    Args:
        desk: at which it is filled in.
        tie: its id.
        apply: changes it.
        clock: tells which day it is.

    Raises:
        NotFound: there is none that may be seen.
        Forbidden: the principal may change nothing of such ties.
    """
    known = await _tie(desk, tie)
    properties = [
        each.name
        for each in _properties(desk, known)
        if desk.sight.field((known.name,), each, READ)
    ]
    if not properties:
        raise Forbidden(f"You may change nothing of this {known.name}.", path="id")

    async def act(values: Mapping[str, object], once: Once | None) -> UUID:
        own = {name: values.get(name) for name in properties}
        version, at = Integer().parse(values.get(_VERSION)), values.get(AT)
        if at is None:
            return await apply(Correct(tie, own, if_version=version), once)
        change = Change(tie, str(at), own, if_version=version)
        return await _told_at(apply(change, once), "at", field=AT)

    wanted = {
        name: await wanted_of_field(desk, known.name, known.all_fields[name]) for name in properties
    }
    first = await values_of(desk, known.name, tie, (*properties, _VERSION))
    return await _dated(desk, known, tie, wanted, act, first, clock)


async def form_ending(desk: Desk, tie: UUID, apply: Apply, clock: Clock) -> Form:
    """The form by which a tie ends on a day; one without validity is removed.

    Args:
        desk: at which it is filled in.
        tie: its id.
        apply: ends it.
        clock: tells which day it is.

    Raises:
        NotFound: there is none that may be seen.
        Forbidden: the principal may end no such ties.
    """
    known = await _tie(desk, tie)

    async def act(values: Mapping[str, object], once: Once | None) -> UUID:
        version, at = Integer().parse(values.get(_VERSION)), values.get(AT)
        if known.validity is None:
            return await apply(Remove(tie, version), once)
        end = EndTie(tie, None if at is None else str(at), version)
        return await _told_at(apply(end, once), "at", field=AT)

    first = await values_of(desk, known.name, tie, (_VERSION,))
    return await _dated(desk, known, tie, {}, act, first, clock)


async def _tie(desk: Desk, tie: UUID) -> RelationshipType:
    name = (await found(desk.reads, tie)).type
    known = desk.catalogue.relationships.get(name)
    if known is None:
        raise NotFound(f"There is no tie {tie}.", path="id")
    if not desk.sight.of((name,), RELATE):
        raise Forbidden(f"You may not change this {name}.", path="id")
    return known


async def _dated(
    desk: Desk,
    tie: RelationshipType,
    record: UUID,
    wanted: dict[str, Wanted],
    act: Act,
    first: Mapping[str, object],
    clock: Clock,
) -> Form:
    """A form that says between whom the tie is, and asks for a day where ties of the type hold for a time."""
    today = {}
    if tie.validity:
        title = desk.titles.of(tie.name, "valid_from").title
        kind = tie.all_fields["valid_from"].kind
        wanted = {**wanted, AT: Wanted(name=AT, title=title, kind=kind)}
        now = clock()
        zoned = now.astimezone(desk.speaking.zone)
        today = {AT: now if tie.validity == "instant" else zoned.date()}
    hidden = Wanted(name=_VERSION, title=_VERSION)
    form = _form(desk, tie, {**wanted, _VERSION: hidden}, act)
    form = replace(form, help=between(await shown_of(desk, tie.name, record, ENDS)))
    return await opened(form, {**first, **today})


def _form(
    desk: Desk,
    tie: RelationshipType,
    wanted: Mapping[str, Wanted],
    act: Act,
) -> Form:
    words = desk.titles.type(tie.name)
    key = drawn_key(desk.reads.principal)
    return Form(tie.name, words.title, words.help, key=key, _desk=desk, _wanted=wanted, _act=act)


def _properties(desk: Desk, tie: RelationshipType) -> Iterator[Field]:
    """The properties of ties that may be written."""
    for field in tie.stored_fields:
        writable = not (field.read_only or field.internal)
        if writable and desk.sight.field((tie.name,), field, RELATE):
            yield field


def _of_node(desk: Desk, type_name: str, end: End) -> Wanted:
    words = desk.titles.of(type_name, end.name)
    only = end.other or (end.others[0] if len(end.others) == 1 else None)
    title = desk.titles.type(only).title if only else words.title
    types = (end.other,) if end.other else end.others
    return Wanted(name=NODE, title=title, help=words.help, required=True, types=types)


async def _told_at(doing: Awaitable[UUID], name: str, *, field: str) -> UUID:
    """What is done; what is wrong with a part of the command is told at the field that asks for it."""
    try:
        return await doing
    except RelatumError as error:
        for each in error.problems if isinstance(error, Problems) else (error,):
            each.path = tuple(field if step == name else step for step in each.path)
        raise
