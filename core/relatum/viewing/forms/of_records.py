"""The forms by which records are created and changed: of the fields that the principal may write, and the ties to one."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from relatum.catalogue.record_types import End, EntityType, Field, RecordType
from relatum.clock import Clock
from relatum.viewing.columns import Shown
from relatum.viewing.desk import Desk
from relatum.viewing.filters import published_choices
from relatum.viewing.finding import ITSELF, found
from relatum.viewing.forms.form import Form, opened
from relatum.viewing.forms.once import Once, drawn_key
from relatum.viewing.forms.wanted import Wanted
from relatum.viewing.shown import Choice
from relatum.viewing.speaking import within
from relatum.writing import Saving, Tied
from relatum_schemas import kinds
from relatum_schemas.errors import BadValue, Forbidden, NotFound
from relatum_schemas.kinds import Identity, Integer
from relatum_schemas.policy import CREATE, READ, RELATE, UPDATE, Right
from relatum_schemas.selection import (
    FieldOutput,
    One,
    Request,
    RootField,
    Rows,
)

Save = Callable[[Saving, Once | None], Awaitable[UUID]]
"""Saves a record, once for a key, and gives its id."""

_VERSION: Final = "version"


async def form_creating(
    desk: Desk, type_name: str, save: Save, clock: Clock, given: Mapping[str, object]
) -> Form:
    """The form of a new record, with the ends that lead from it to one record.

    Args:
        desk: at which it is filled in.
        type_name: of the record.
        save: creates it.
        clock: tells from when on its ties hold.
        given: what stands in it at first, by the names of fields and ends.

    Raises:
        UnknownType: there is no such type.
        Forbidden: the principal may create no such record.
    """
    record_type = desk.catalogue.record_type(type_name)
    if not isinstance(record_type, EntityType) or not desk.sight.of((type_name,), CREATE):
        raise Forbidden(f"You may not create a {type_name}.", path="type")
    ends = {each.name: each for each in _ends(desk, record_type)}
    fields = {each.name: each for each in _fields(desk, record_type, CREATE)}

    async def act(values: Mapping[str, object], once: Once | None) -> UUID:
        tied = {
            name: (Tied(identity_in(name, values[name]), valid_from=begin_of(desk, end, clock)),)
            for name, end in ends.items()
            if name in values
        }
        own = {name: value for name, value in values.items() if name in fields}
        return await save(Saving(type_name, own, tied), once)

    wanted = {
        **{name: await wanted_of_field(desk, type_name, each) for name, each in fields.items()},
        **{name: _of_end(desk, type_name, each) for name, each in ends.items()},
    }
    words, key = desk.titles.type(type_name), drawn_key(desk.reads.principal)
    form = Form(type_name, words.title, words.help, key=key, _desk=desk, _wanted=wanted, _act=act)
    return await opened(form, given)


async def form_updating(
    desk: Desk, record: UUID, save: Save, asked: Collection[str] | None = None
) -> Form:
    """The form of what may be changed of a record. It is refused if somebody else has changed it meanwhile.

    Args:
        desk: at which it is filled in.
        record: its id.
        save: changes it.
        asked: the fields that are asked for; None for all.

    Raises:
        NotFound: there is none that may be seen.
        Forbidden: the principal may change nothing of such records.
    """
    type_name = (await found(desk.reads, record)).type
    record_type = desk.catalogue.record_type(type_name)
    open_ = _fields(desk, record_type, UPDATE)
    fields = {each.name: each for each in open_ if asked is None or each.name in asked}
    if not fields:
        raise Forbidden(f"You may not change this {type_name}.", path="id")

    async def act(values: Mapping[str, object], once: Once | None) -> UUID:
        # A browser does not send a file again that it was shown.
        own = {
            name: values.get(name)
            for name, each in fields.items()
            if name in values or not isinstance(within(each.kind), kinds.FileKind)
        }
        version = Integer().parse(values.get(_VERSION))
        return await save(Saving(type_name, own, id=record, if_version=version), once)

    hidden = Wanted(name=_VERSION, title=_VERSION)
    wanted = {name: await wanted_of_field(desk, type_name, each) for name, each in fields.items()}
    words = desk.titles.type(type_name)
    form = Form(
        type_name,
        words.title,
        words.help,
        key=drawn_key(desk.reads.principal),
        _desk=desk,
        _wanted={**wanted, _VERSION: hidden},
        _act=act,
    )
    return await opened(form, await values_of(desk, type_name, record, (*fields, _VERSION)))


def _fields(desk: Desk, record_type: RecordType, right: Right) -> Iterator[Field]:
    """The fields that may be written; of what is changed also seen, lest it be emptied unseen."""
    for field in record_type.stored_fields:
        open_ = desk.sight.field((record_type.name,), field, right)
        seen = right is CREATE or desk.sight.field((record_type.name,), field, READ)
        if open_ and seen and not field.read_only:
            yield field


def _ends(desk: Desk, record_type: EntityType) -> Iterator[End]:
    """The ends to one record each, whose ties may be made and need nothing but that record."""
    for end in record_type.ends.values():
        tie = desk.catalogue.relationships[end.relationship]
        needs = any(each.required and each.default is None for each in tie.stored_fields)
        related = ((tie.name,), (record_type.name,), end.others)
        if end.to_one and not needs and all(desk.sight.of(each, RELATE) for each in related):
            yield end


async def wanted_of_field(desk: Desk, type_name: str, field: Field) -> Wanted:
    """What a form asks for as a field of a record."""
    words = desk.titles.of(type_name, field.name)
    ticked = isinstance(field.kind, kinds.Boolean) and field.required
    return Wanted(
        name=field.name,
        title=words.title,
        help=words.help,
        required=field.required and field.default is None and not ticked,
        default=field.default,
        kind=field.kind,
        ticked=ticked,
        choices=await _choices(desk, type_name, field),
    )


def _of_end(desk: Desk, type_name: str, end: End) -> Wanted:
    words = desk.titles.of(type_name, end.name)
    return Wanted(
        name=end.name,
        title=words.title,
        help=words.help,
        required=end.minimum > 0,
        types=(end.other,) if end.other else end.others,
    )


async def _choices(desk: Desk, type_name: str, field: Field) -> tuple[Choice, ...]:
    one = within(field.kind)
    one = one.of if isinstance(one, kinds.Choices) else one
    titles = desk.titles
    if not isinstance(one, kinds.Choice):
        return published_choices(desk.speaking, one)
    if one.list is not None:
        kept = await desk.reads.choices(one.list)
        return tuple(Choice(code, titles.gettext(said)) for code, said in kept.items())
    return tuple(Choice(code, titles.choice(type_name, field.name, code)) for code in one.codes)


def identity_in(name: str, value: object) -> UUID:
    """The id that a field of a form has.

    Raises:
        BadValue: it has none.
    """
    try:
        named: UUID = Identity().parse(value)
    except BadValue as error:
        raise error.at(name) from error
    return named


def begin_of(desk: Desk, end: End, clock: Clock) -> date | datetime | None:
    """From when on a tie holds that is made now."""
    validity = desk.catalogue.relationships[end.relationship].validity
    if validity is None:
        return None
    now = clock()
    return now if validity == "instant" else now.astimezone(desk.speaking.zone).date()


async def values_of(
    desk: Desk, type_name: str, record: UUID, names: tuple[str, ...]
) -> dict[str, Any]:
    """What a record has now, in wire form."""
    outputs = tuple(FieldOutput(key=name, field=name) for name in names)
    return dict(await shown_of(desk, type_name, record, outputs))


async def shown_of(desk: Desk, type_name: str, record: UUID, outputs: tuple[Any, ...]) -> Shown:
    """What a record has now.

    Raises:
        NotFound: there is none that may be seen.
    """
    source = Rows(type=type_name, filter=ITSELF)
    root = RootField(key="found", source=source, form=One(outputs=outputs))
    answer = await desk.reads.read(Request(fields=(root,)), {"id": str(record)})
    shown: Shown | None = orjson.loads(answer)["found"]
    if shown is None:
        raise NotFound(f"There is no record {record}.", path="id")
    return shown
