"""Fields that functions of a plugin compute: for many records at once, when they are asked for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from relatum_schemas.annotations import read_annotation
from relatum_schemas.errors import DeclarationError
from relatum_schemas.functions import PluginFunction, named_rights, type_name
from relatum_schemas.kinds import Calculated, FileKind, Kind, Real
from relatum_schemas.policy import Right


@dataclass(frozen=True)
class ComputedField(PluginFunction):
    """A field whose values a function gives by the ids of the records.

    Attributes:
        function: from a context and ids to values by id.
        subjects: names of the types and traits that have the field.
        elevated: rights beyond its reader's with which it may read, by the name of a type or trait.
    """

    function: Callable[..., Awaitable[Mapping[UUID, Any]]]
    subjects: tuple[str, ...]
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)

    @cached_property
    def kind(self) -> Kind:
        """The kind of the field, by what the function says that it returns.

        Raises:
            DeclarationError: it does not say, or there is no such kind.
        """
        hint = "Write -> Mapping[UUID, int | None]."
        try:
            given = get_type_hints(self.function, include_extras=True).get("return")
        except NameError as error:
            raise DeclarationError(
                f"An annotation names what its module does not know: {error}."
            ) from error
        if get_origin(given) not in (dict, Mapping) or get_args(given)[0] is not UUID:
            raise DeclarationError("It does not say which values it returns by id.", hint=hint)
        return Calculated(of=_kind(get_args(given)[1]))

    async def __call__(self, context: Any, ids: Any) -> Mapping[UUID, Any]:
        """Run the function itself."""
        return await self.function(context, ids)


def _kind(annotation: object) -> Kind:
    if float in (annotation, *get_args(annotation)):
        return Real()
    reading = read_annotation(annotation)
    if isinstance(reading.kind, FileKind) or reading.markers:
        raise DeclarationError(
            f"{reading.kind.described()} cannot be computed, and markers have no meaning here."
        )
    return reading.kind


def computed(
    *subjects: type | str, elevated: Mapping[type | str, Right] | None = None
) -> Callable[[Callable[..., Awaitable[Mapping[UUID, Any]]]], ComputedField]:
    """Declare an async function as a field: ``async def risk(ctx, ids: Sequence[UUID]) -> Mapping[UUID, int | None]``.

    It is called once for all records of which an answer shows the field at one place, however many they are. Records
    that it leaves out have no value.

    Args:
        subjects: the types and traits that have the field.
        elevated: rights beyond its reader's with which it may read, by type: ``{Visit: READ}``. It has them in
            `ctx.elevated`.
    """
    rights = named_rights(elevated)
    return lambda function: ComputedField(function, tuple(map(type_name, subjects)), rights)
