"""From the annotations of an action to what it takes and gives: records, values, Pydantic models, lists of these."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Annotated, Final, Union, get_args, get_origin

from pydantic import BaseModel

from relatum_schemas.annotations import PLAIN, read_annotation
from relatum_schemas.entity import Declared
from relatum_schemas.kinds import Kind

_LISTS: Final = frozenset({list, tuple, Sequence})


@dataclass(frozen=True)
class OfRecord:
    """A record of one of these types or traits."""

    types: tuple[type[Declared], ...]


@dataclass(frozen=True)
class OfValue:
    """A value of a kind; ``enum`` is the class of its members in Python, where it was declared by one."""

    kind: Kind
    enum: type[Enum] | None = None


@dataclass(frozen=True)
class OfModel:
    """An object of a Pydantic model that is no record."""

    model: type[BaseModel]

    @cached_property
    def members(self) -> Mapping[str, "Form"]:
        """What the model consists of, by name.

        Raises:
            DeclarationError: there is no kind for a member.
        """
        return {
            name: form_of(each.annotation, each.metadata)
            for name, each in self.model.model_fields.items()
        }


@dataclass(frozen=True)
class OfList:
    """Several."""

    of: "Form"


Shape = OfRecord | OfValue | OfModel | OfList


@dataclass(frozen=True)
class Form:
    """What an annotation says.

    Attributes:
        shape: None for nothing at all.
        optional: whether None is admitted.
    """

    shape: Shape | None
    optional: bool = False


def form_of(annotation: object, metadata: Sequence[object] = ()) -> Form:
    """Read an annotation, with the metadata that Pydantic has already taken off its outside.

    Raises:
        DeclarationError: no kind fits; the message says what to write instead.
    """
    members, marked, optional = _members(annotation)
    if not members:
        return Form(None, optional=True)
    kind = any(isinstance(each, Kind) for each in (*metadata, *marked))
    if not kind and all(isinstance(each, type) and issubclass(each, Declared) for each in members):
        return Form(OfRecord(members), optional)
    (bare,) = members if len(members) == 1 else (None,)
    if not kind and get_origin(bare) in _LISTS:
        return Form(OfList(form_of(get_args(bare)[0])), optional)
    if not kind and bare not in PLAIN and isinstance(bare, type) and issubclass(bare, BaseModel):
        return Form(OfModel(bare), optional)
    enum = bare if isinstance(bare, type) and issubclass(bare, Enum) else None
    return Form(OfValue(read_annotation(annotation, metadata).kind, enum), optional)


def _members(annotation: object) -> tuple[tuple[type, ...], tuple[object, ...], bool]:
    """The types within ``Annotated`` and unions, the metadata met, and whether None is among them."""
    if get_origin(annotation) is Annotated:
        bare, *metadata = get_args(annotation)
        members, marked, optional = _members(bare)
        return members, (*marked, *metadata), optional
    if get_origin(annotation) in (Union, types.UnionType):
        read = [_members(each) for each in get_args(annotation)]
        return (
            tuple(each for members, _, _ in read for each in members),
            tuple(each for _, marked, _ in read for each in marked),
            any(optional for _, _, optional in read),
        )
    if annotation in (None, type(None)):
        return (), (), True
    return (annotation,), (), False  # type: ignore[return-value]  # what is no type is refused by its kind
