"""Paths: a single value as seen from a row."""

from typing import Literal

from relatum_schemas.selection.values import Part


class Step(Part):
    """One step of a path to a single value: over a to-one end to its record (the tie that holds now), or across a tie.

    ``end`` names a to-one end and lands on the far record (``edge=True``: on the tie itself); ``across`` goes from a
    tie to ``node`` (the far end as seen from where the tie was reached), ``source`` or ``target``.
    """

    end: str | None = None
    edge: bool = False
    across: Literal["node", "source", "target"] | None = None


class FieldPath(Part):
    """A value reached from a row by single-valued steps: ``customer.country``, ``node.last_name``, ``price.amount``.

    ``field`` is a declared field or one of the built-ins `id`, `type`, `version`, `label`, `recorded_at`, and on ties
    `valid_from`, `valid_to`. ``part`` names one part of a composite kind (``amount``, ``currency``, ``country``).
    """

    steps: tuple[Step, ...] = ()
    field: str
    part: str | None = None
