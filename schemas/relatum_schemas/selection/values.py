"""What every part of a selection is, and how it carries values."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, JsonValue, Tag


class Part(BaseModel):
    """Base of every part of a selection: frozen plain data that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameter(Part):
    """A value known only at run time, by name. ``many`` marks a list, bound as one value."""

    parameter: str
    many: bool = False


def _is_parameter(value: object) -> str:
    named = isinstance(value, dict) and "parameter" in value
    return "parameter" if named or isinstance(value, Parameter) else "literal"


Value = Annotated[
    Annotated[Parameter, Tag("parameter")] | Annotated[JsonValue, Tag("literal")],
    Discriminator(_is_parameter),
]
"""A literal in wire form, or a `Parameter`."""
