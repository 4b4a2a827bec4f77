"""The principal in conditions: ``IS_ME``, ``IS_MY_FIRM``, and paths of ties that arrive there.

A condition names the principal by a `Parameter` that only the engine binds, so that a condition, and the plan made of it,
holds nobody's data. `Path` is a short way to write nested conditions: ``Path("folder.parent*.viewers").to(ME)`` says that
a tie at `folder` leads to a record that, itself or any number of `parent` ties further up, has a tie at `viewers` to the
principal.
"""

import re
from enum import StrEnum
from typing import Final

from relatum_schemas.errors import DeclarationError
from relatum_schemas.selection import (
    Climb,
    Compare,
    Condition,
    FieldPath,
    OnRecord,
    Operator,
    Parameter,
    Related,
)

PRINCIPAL_ID: Final = "principal_id"
"""The parameter that holds the id of the principal's record."""

PRINCIPAL_FIRM: Final = "principal_firm"
"""The parameter that holds the id of the firm that the principal acts for."""


class Destination(StrEnum):
    """Where a path of ties has to arrive."""

    ME = "me"
    MY_FIRM = "my_firm"


ME: Final = Destination.ME
MY_FIRM: Final = Destination.MY_FIRM


def _is(parameter: str) -> Compare:
    return Compare(
        path=FieldPath(field="id"), operator=Operator.EQ, value=Parameter(parameter=parameter)
    )


IS_ME: Final = _is(PRINCIPAL_ID)
"""The record is the principal's."""

IS_MY_FIRM: Final = _is(PRINCIPAL_FIRM)
"""The record is the firm that the principal acts for."""

_ARRIVED: Final = {Destination.ME: IS_ME, Destination.MY_FIRM: IS_MY_FIRM}
_STEP: Final = re.compile(r"([a-z][a-z0-9_]*)(\*?)")


class Path:
    """Ends to follow, one after the other: ``Path("folder.parent*.viewers")``.

    A name leads over one tie at that end; with ``*`` over any number of them, none included.

    Raises:
        DeclarationError: the text is no path.
    """

    def __init__(self, path: str) -> None:
        """Read the steps."""
        steps = [_STEP.fullmatch(step) for step in path.split(".")]
        self.path = path
        self.steps = [(step[1], bool(step[2])) for step in steps if step is not None]
        if len(self.steps) < len(steps):
            raise DeclarationError(
                f"{path!r} is no path of ends.",
                path="through",
                hint='Write names of ends with dots between, and * to climb: "folder.parent*.viewers".',
            )

    def __repr__(self) -> str:
        """As written."""
        return f"Path({self.path!r})"

    def to(self, destination: Destination | Condition) -> Condition:
        """The condition that the path arrives at the principal, its firm, or a record that fulfils a condition."""
        condition: Condition = (
            _ARRIVED[destination] if isinstance(destination, Destination) else destination
        )
        for end, climbs in reversed(self.steps):
            if climbs:
                condition = Climb(ends=(end,), condition=condition)
            else:
                condition = Related(end=end, condition=OnRecord(condition=condition))
        return condition
