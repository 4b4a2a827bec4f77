"""The form of an action: its inputs, as their annotations and its docstring say them."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from relatum.catalogue.faces import named_types
from relatum.viewing.choosing import chosen_for
from relatum.viewing.desk import Desk
from relatum.viewing.filters import published_choices
from relatum.viewing.forms.form import Act, Choose, Form, opened
from relatum.viewing.forms.once import drawn_key
from relatum.viewing.forms.results import said
from relatum.viewing.forms.wanted import Wanted
from relatum.viewing.offers import callable_on_all
from relatum.viewing.shown import Choice
from relatum.viewing.speaking import within
from relatum_schemas import kinds
from relatum_schemas.action import Action
from relatum_schemas.kinds import Kind
from relatum_schemas.shapes import Form as Annotated
from relatum_schemas.shapes import OfList, OfModel, OfRecord, OfValue

_DEPTH: Final = 6
"""Objects within objects, at most."""


async def form_of_action(desk: Desk, action: Action, act: Act, given: Mapping[str, object]) -> Form:
    """The form of an action.

    Args:
        desk: at which it is filled in.
        action: what is done.
        act: does it.
        given: what stands in it at first, by the names of inputs, in Python or wire form.
    """
    lists = dict.fromkeys(
        kind.list for each in action.takes.values() for kind in _choices(each, _DEPTH) if kind.list
    )
    titles = {name: await desk.reads.choices(name) for name in lists}
    asking = _Asking(desk, action, titles)
    words = desk.titles.action(action.name)
    wanted = {name: asking.input(name) for name in action.takes}
    form = Form(
        action.name,
        words.title,
        words.help,
        _desk=desk,
        _wanted=wanted,
        _act=act,
        _say=partial(said, desk, action),
        _choosing=_choosing(desk, action, wanted),
        key=None if action.reading or action.apart else drawn_key(desk.reads.principal),
    )
    return await opened(form, given)


def _choosing(desk: Desk, action: Action, wanted: Mapping[str, Wanted]) -> Mapping[str, Choose]:
    """Where not any record may be chosen that can be read: only those on which the action may be called."""
    name = action.subject_input
    if name is None or callable_on_all(desk, action):
        return {}
    types = (wanted[name].item or wanted[name]).types

    async def choose(text: str, first: int) -> tuple[Choice, ...]:
        return await chosen_for(desk.reads, action, types, text, first=first)

    return {name: choose}


class _Asking:
    """Makes of the inputs of an action what its form asks for."""

    def __init__(self, desk: Desk, action: Action, lists: Mapping[str, Mapping[str, str]]) -> None:
        self._desk = desk
        self._action = action
        self._lists = lists

    def input(self, name: str) -> Wanted:
        """What is asked for as one input."""
        parameter = self._action.inputs[name]
        default = None if parameter.default is parameter.empty else parameter.default
        needed = parameter.default is parameter.empty
        return self._wanted((name,), self._action.takes[name], needed=needed, default=default)

    def _wanted(
        self, names: tuple[str, ...], form: Annotated, *, needed: bool, default: object
    ) -> Wanted:
        words = self._desk.titles.input(self._action.name, *names)
        plain: dict[str, Any] = {
            "name": names[-1],
            "title": words.title,
            "help": words.help,
            "required": needed and not form.optional,
            "default": default,
        }
        match form.shape:
            case OfRecord() as shape:
                return Wanted(**plain, types=named_types(shape))
            case OfModel() as shape if len(names) < _DEPTH:
                return Wanted(**plain, parts=self._members(names, shape))
            case OfList(of=of):
                item = self._wanted(names, of, needed=True, default=None)
                return Wanted(**plain, item=item)
            case OfValue(kind=kind):
                ticked = isinstance(kind, kinds.Boolean) and not form.optional
                plain["required"] = plain["required"] and not ticked
                return Wanted(**plain, kind=kind, ticked=ticked, choices=self._choices(names, kind))
        return Wanted(**plain)

    def _members(self, names: tuple[str, ...], shape: OfModel) -> dict[str, Wanted]:
        return {
            member: self._wanted(
                (*names, member),
                form,
                needed=shape.model.model_fields[member].is_required(),
                default=_default(shape.model, member),
            )
            for member, form in shape.members.items()
        }

    def _choices(self, names: tuple[str, ...], kind: Kind) -> tuple[Choice, ...]:
        one = within(kind)
        one = one.of if isinstance(one, kinds.Choices) else one
        if not isinstance(one, kinds.Choice):
            return published_choices(self._desk.speaking, one)
        titles = self._desk.titles
        if one.list is not None:
            kept = self._lists.get(one.list, {})
            return tuple(Choice(code, titles.gettext(said)) for code, said in kept.items())
        name = self._action.name
        return tuple(Choice(code, titles.input_choice(name, *names, code)) for code in one.codes)


def _default(model: type[BaseModel], member: str) -> object:
    found = model.model_fields[member].get_default(call_default_factory=False)
    return None if found is PydanticUndefined else found


def _choices(form: Annotated, depth: int) -> list[kinds.Choice]:
    """The choices that are asked for, anywhere within."""
    match form.shape:
        case OfList(of=of) if depth:
            return _choices(of, depth - 1)
        case OfModel() as shape if depth:
            return [one for each in shape.members.values() for one in _choices(each, depth - 1)]
        case OfValue(kind=kinds.Choices(of=kind) | (kinds.Choice() as kind)):
            return [kind]
    return []
