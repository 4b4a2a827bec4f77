"""The ties that a plugin's author writes down, as the commands that make them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from relatum.catalogue import Catalogue
from relatum.session.records import as_list, identity, values_of
from relatum.writing import Command, Create, Relate
from relatum_schemas.entity import Declared
from relatum_schemas.errors import Required
from relatum_schemas.relationship import Relationship

Moment = date | datetime


class Tie:
    """A tie to make along with a record: the record at its other end, properties, validity."""

    def __init__(
        self,
        to: Declared | UUID,
        *,
        valid_from: Moment | None = None,
        valid_to: Moment | None = None,
        **properties: object,
    ) -> None:
        """Name the other record and the tie's properties."""
        self.to = identity(to)
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.properties = properties


def creating(
    catalogue: Catalogue, record: Declared, record_id: UUID, ends: Mapping[str, object]
) -> list[Command]:
    """The commands that create an entity, then its ties: per end the record, the `Tie`, or a list of them."""
    name = type(record).__name__
    ties = (
        tie_at(catalogue, name, record_id, end, each)
        for end, given in ends.items()
        for each in as_list(given)
    )
    return [Create(name, values_of(catalogue, record), record_id), *ties]


def tie_at(
    catalogue: Catalogue, type_name: str, record_id: UUID, end_name: str, given: object
) -> Relate:
    """The command that ties a record at one of its ends to what was given: a record, its id, or a `Tie`."""
    tie = given if isinstance(given, Tie) else Tie(cast(Declared | UUID, given))
    end = catalogue.end(type_name, end_name)
    source, target = (tie.to, record_id) if end.side == "target" else (record_id, tie.to)
    return Relate(end.relationship, source, target, tie.properties, tie.valid_from, tie.valid_to)


def tie_of(catalogue: Catalogue, record: Relationship[Any, Any]) -> Relate:
    """The command that makes a tie which was written down as a record.

    Raises:
        Required: it lacks its source or target.
    """
    for name in ("source", "target"):
        if name not in record.model_fields_set:
            raise Required(f"A {type(record).__name__} needs its {name}.", path=name)
    return Relate(
        type(record).__name__,
        record.source,
        record.target,
        values_of(catalogue, record),
        record.valid_from,
        record.valid_to,
        record.id,
    )
