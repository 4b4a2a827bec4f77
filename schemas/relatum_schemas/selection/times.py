"""Time: when the ties asked for hold, and what was known when."""

from typing import Annotated, Literal

from pydantic import Discriminator

from relatum_schemas.selection.values import Part, Value


class Now(Part):
    """Ties that hold now (or at the clock's ``valid_at``)."""

    kind: Literal["now"] = "now"


class AnyTime(Part):
    """Ties whenever they hold."""

    kind: Literal["any"] = "any"


class At(Part):
    """Ties that hold at a day or instant; null means now."""

    kind: Literal["at"] = "at"
    at: Value


class Overlaps(Part):
    """Ties whose validity shares a moment with ``[start, end)``; an open side is null, ``end <= start`` a `BadPeriod`."""

    kind: Literal["overlaps"] = "overlaps"
    start: Value = None
    end: Value = None


Holds = Annotated[Now | AnyTime | At | Overlaps, Discriminator("kind")]


class Clock(Part):
    """Both clocks of a root field. ``valid_at`` moves what `Now` means; ``recorded_at`` what was known."""

    valid_at: Value = None
    recorded_at: Value = None
