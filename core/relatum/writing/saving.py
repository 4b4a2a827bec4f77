"""Whole records with their ties, at any depth, as forms and APIs give them: flattened into commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Union
from uuid import UUID

from relatum.writing.commands import ExternalKey, Moment

NODE: Final = "node"
"""The step of a path from a tie to the record that is saved at its other end."""


@dataclass(frozen=True)
class Key:
    """By what the record to save is known: the values of a unique field or combination, or an external key.

    Attributes:
        values: by field name, of all fields of one of the type's unique combinations and no others.
        external: where the key comes from, and the key.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    external: ExternalKey | None = None


@dataclass(frozen=True)
class Tied:
    """A tie to make: with a record that is there, by its id, or with one that is saved along.

    Attributes:
        to: the record at the other end.
        values: of the tie's properties.
        valid_from: when it begins to hold.
        valid_to: when it holds no longer.
    """

    to: Union[UUID, "Saving"]
    values: Mapping[str, object] = field(default_factory=dict)
    valid_from: Moment | None = None
    valid_to: Moment | None = None


@dataclass(frozen=True)
class Saving:
    """A record to create, to change, or to create unless it is there, with ties to add to it.

    Attributes:
        type: its concrete type.
        values: by field name; a missing one leaves a field alone, or at its default. Of a tie that is saved like a record,
            also ``source``, ``target``, ``valid_from`` and ``valid_to``.
        ends: the ties to add, by the name of the end that the record holds.
        id: of the record to change; None for one that is created, or known by its key.
        key: by what it is known: changed if it is there, else created, with the key's values and external key.
        if_version: at which version a record given by its id has to be.
        external_keys: to attach to it.
    """

    type: str
    values: Mapping[str, object] = field(default_factory=dict)
    ends: Mapping[str, tuple[Tied, ...]] = field(default_factory=dict)
    id: UUID | None = None
    key: Key | None = None
    if_version: int | None = None
    external_keys: tuple[ExternalKey, ...] = ()
