"""The kind of what is encrypted in the database: read and shown as another kind, and hardly anything asked of it."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from relatum_schemas.kinds.base import Kind
from relatum_schemas.kinds.text import Text
from relatum_schemas.selection import Function, Operator


@dataclass(frozen=True, kw_only=True)
class Encrypted(Kind):
    """A value of the kind ``of``, encrypted. One may ask whether there is one, no more."""

    name: ClassVar[str] = "encrypted"
    python: ClassVar[type] = object
    operators: ClassVar[frozenset[Operator]] = frozenset({Operator.IS_NULL})
    functions: ClassVar[frozenset[Function]] = frozenset()
    of: Kind = field(default_factory=Text)

    def parse(self, value: object) -> Any:
        """Read a value of the kind within."""
        return self.of.parse(value)

    def wire(self, value: Any) -> Any:
        """Write a value of the kind within."""
        return self.of.wire(value)

    def described(self) -> str:
        """The kind within."""
        return f"{self.of.described()} (encrypted)"


@dataclass(frozen=True, kw_only=True)
class EncryptedLookup(Encrypted):
    """An encrypted value with a keyed digest beside it, by which equal ones are found."""

    name: ClassVar[str] = "encrypted, looked up"
    operators: ClassVar[frozenset[Operator]] = frozenset(
        {Operator.EQ, Operator.IN, Operator.IS_NULL}
    )
