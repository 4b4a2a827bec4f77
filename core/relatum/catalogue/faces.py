"""Judges what actions take and give: all that their inputs and results name is in the catalogue."""

from collections.abc import Iterator, Mapping
from typing import Final

from relatum.catalogue.model import RECORD, Catalogue
from relatum.catalogue.problems import ProblemList
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared, Entity
from relatum_schemas.errors import DeclarationError
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord

_ANY: Final = frozenset({Declared.__name__, Entity.__name__, RECORD})
"""Classes that stand for a record of any type."""


def named_types(shape: OfRecord) -> tuple[str, ...]:
    """The types and traits of which a record may be, by name; `Record` alone for any."""
    names = tuple(each.__name__ for each in shape.types)
    return (RECORD,) if _ANY & {*names} else names


def judge_faces(catalogue: Catalogue, plugin: str, action: Action, problems: ProblemList) -> None:
    """Note what is wrong with the inputs and the result of an action."""
    with problems.noting(plugin, action.name):
        for name, form in action.takes.items():
            with problems.noting(plugin, action.name, name):
                _judge(catalogue, form, frozenset())
        with problems.noting(plugin, action.name, "return"):
            _judge(catalogue, action.gives, frozenset())
            if action.reading and action.gives.shape is None:
                raise DeclarationError(
                    "It reads, and returns nothing.", hint="Return what it reads."
                )


def _judge(catalogue: Catalogue, form: Form, seen: frozenset[type]) -> None:
    match form.shape:
        case OfRecord() as shape:
            for name in named_types(shape):
                if name not in {*catalogue.types, *catalogue.traits, RECORD}:
                    raise DeclarationError(f"{name} is no type of the catalogue.")
        case OfList(of=of):
            if of.shape is None:
                raise DeclarationError("A list of nothing says nothing.")
            _judge(catalogue, of, seen)
        case OfModel(model=model) as shape if model not in seen:
            for each in _members(shape):
                _judge(catalogue, each, seen | {model})


def _members(shape: OfModel) -> Iterator[Form]:
    members: Mapping[str, Form] = shape.members
    if not members:
        raise DeclarationError(f"The model {shape.model.__name__} has no members.")
    for name, each in members.items():
        if each.shape is None:
            raise DeclarationError(f"{shape.model.__name__}.{name} can only be None.")
        yield each
