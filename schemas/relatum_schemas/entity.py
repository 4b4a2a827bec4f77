"""Entity types, traits and extensions as a plugin declares them.

The classes are Pydantic models, so that an instance is a record in Python: ``Machine(serial="A1")``. Nothing is judged
here beyond what Python needs; the catalogue judges all declarations together and reports every mistake at once.

On the class a field's name gives the `Field` for conditions (``Machine.serial == "A1"``); on an instance a name that is
no field gives the ties at the end of that name (``machine.visits``).
"""

from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic._internal._model_construction import ModelMetaclass

from relatum_schemas.condition import Field
from relatum_schemas.markers import Computed
from relatum_schemas.selection import Condition

T = TypeVar("T")


class Options:
    """What the class line of a declaration says: ``class Machine(Entity, plural="machines")``."""

    def __init__(self, given: dict[str, Any]) -> None:
        """Keep the keywords as given; the catalogue judges them."""
        self.given = given


class DeclaredMeta(ModelMetaclass):
    """Lets a declared class name its fields and keeps the keywords of the class line."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> Any:
        """Create the class without handing our keywords to Pydantic."""
        generic = {key: options.pop(key) for key in list(options) if key.startswith("__pydantic")}
        created = cast(Any, super().__new__(mcs, name, bases, namespace, **generic))
        created.__relatum_options__ = Options(options)
        return created

    def __getattr__(cls, name: str) -> Any:
        """The field of that name, for conditions and orders."""
        if not name.startswith("_"):
            fields = cls.__dict__.get("__pydantic_fields__") or {}
            if name in fields:
                return Field(name)
        return super().__getattr__(name)  # type: ignore[misc]  # defined at run time only


class EndQuery:
    """The ties at one end of one record, narrowed by conditions on the far record; `db` reads it."""

    def __init__(self, record: "Declared", end: str, condition: Condition | None = None) -> None:
        """Name record and end."""
        self.record = record
        self.end = end
        self.condition = condition

    def where(self, condition: Condition) -> "EndQuery":
        """Only far records that fulfil the condition, too."""
        joined = condition if self.condition is None else self.condition & condition
        return EndQuery(self.record, self.end, joined)


class Declared(BaseModel, metaclass=DeclaredMeta):
    """Base of everything declared.

    ``id`` and ``version`` are set on records that were stored; on others they are None, which their types leave out,
    since nearly all code deals with stored ones.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        extra="forbid",
        ignored_types=(Computed,),
        validate_assignment=False,
    )
    __relatum_options__: ClassVar[Options]

    id: UUID = cast(UUID, None)
    version: int = cast(int, None)


class Entity(Declared):
    """A kind of thing. Class keywords: ``plural``, ``unique=[("a", "b")]``, ``renamed_from``, ``deprecated``."""

    def __getattr__(self, name: str) -> Any:
        """The ties at the end of that name, or a computed field of a record that was read."""
        if name.startswith("_"):
            raise AttributeError(name)
        return EndQuery(self, name)


class Trait(Declared):
    """Fields and ends that several types share. Entity types inherit from it: ``class Person(Party, Entity)``."""


class Extension(Declared, Generic[T]):
    """Fields that a plugin adds to another plugin's type: ``class Care(Extension[Organization])``."""
