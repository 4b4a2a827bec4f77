"""What an action returned, in words: a value, or the members of an object."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from relatum.catalogue.wording import spoken
from relatum.viewing.desk import Desk
from relatum.viewing.forms.wanted import GROUP, LIST, RECORD
from relatum.viewing.shown import Cell, Column, Named
from relatum.viewing.speaking import within, word_of
from relatum_schemas import kinds
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue


def said(desk: Desk, action: Action, result: Any) -> tuple[Cell, ...]:
    """What an action returned. Of records nothing is said: they have details.

    Args:
        desk: at which it is looked at.
        action: what was called.
        result: records in it as the caller may see them.
    """
    saying = _Saying(desk, action)
    match action.gives.shape:
        case OfModel() as shape if result is not None:
            return tuple(
                saying.cell((name,), form, getattr(result, name))
                for name, form in shape.members.items()
            )
        case OfValue():
            return (saying.cell((), action.gives, result),)
    return ()


class _Saying:
    """Says the results of one action."""

    def __init__(self, desk: Desk, action: Action) -> None:
        self._desk = desk
        self._action = action
        self._plugin = desk.catalogue.owners[action.name]

    def cell(self, names: tuple[str, ...], form: Form, value: Any) -> Cell:
        """A value under its title."""
        title = self._desk.titles.action(self._action.name).title
        column = Column(
            key=".".join(names),
            title=self._said(names, spoken(names[-1])) if names else title,
            help="",
            kind=_word(form),
        )
        named = self._named(value)
        link = None if named is None else self._desk.link(named.type, named.id)
        return Cell(column, value if named is None else named, self._text(names, form, value), link)

    def _text(self, names: tuple[str, ...], form: Form, value: Any) -> str:
        if value is None:
            return ""
        match form.shape:
            case OfRecord():
                named = self._named(value)
                return "" if named is None else named.label
            case OfList(of=of) if isinstance(value, Sequence):
                return ", ".join(self._text(names, of, each) for each in value)
            case OfModel() as shape:
                parts = shape.members.items()
                texts = (self._text((*names, name), of, getattr(value, name)) for name, of in parts)
                return ", ".join(each for each in texts if each)
            case OfValue(kind=kind) if isinstance(within(kind), kinds.Choice):
                code = str(value.value if isinstance(value, Enum) else value)
                return self._said((*names, code), spoken(code))
            case OfValue(kind=kind) if (published := self._published(kind, value)) is not None:
                return published
        return self._desk.speaking.plain(value)

    def _published(self, kind: kinds.Kind, value: Any) -> str | None:
        code = isinstance(value, str)
        return self._desk.titles.published(within(kind), value) if code else None

    def _said(self, names: tuple[str, ...], text: str) -> str:
        place = ".".join((self._action.name, *names))
        return self._desk.titles.said_by(self._plugin, place, text)

    def _named(self, value: Any) -> Named | None:
        """A record, by those fields of its label that may be seen."""
        if not isinstance(value, Declared):
            return None
        name = type(value).__name__
        fields = self._desk.catalogue.types[name].label_fields
        texts = (getattr(value, each.name, None) for each in fields)
        label = " ".join(str(each) for each in texts if each is not None)
        return Named(value.id, name, label or self._desk.titles.type(name).title)


def _word(form: Form) -> str:
    match form.shape:
        case OfValue(kind=kind):
            return word_of(kind)
        case OfRecord():
            return RECORD
        case OfList():
            return LIST
    return GROUP
