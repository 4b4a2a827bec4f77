"""Names in GraphQL, and the register in which no two things may take the same one."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import TypeVar

from graphql import GraphQLNamedType

from relatum_schemas.errors import DeclarationError, Problems

_LEGAL = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")
_OF_TYPE = re.compile(r"\b(of|one|several) ([A-Z]\w*)\b")
_RESERVED_VALUES = frozenset({"true", "false", "null"})

Named = TypeVar("Named", bound=GraphQLNamedType)
Item = TypeVar("Item")


@cache
def camel(name: str) -> str:
    """``valid_from`` as ``validFrom``, ``OrderLine`` as ``orderLine``."""
    joined = pascal(name)
    return joined[:1].lower() + joined[1:]


@cache
def pascal(name: str) -> str:
    """``valid_from`` as ``ValidFrom``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def enum_values(codes: Sequence[str]) -> bool:
    """Whether all these codes can be values of a GraphQL enum as they are."""
    return bool(codes) and all(
        _LEGAL.fullmatch(code) and code not in _RESERVED_VALUES for code in codes
    )


class Register:
    """Every type of a schema in the making by name, who asked for it, and the clashes found.

    Types are made when first asked for; asking again for the same thing gives the same type.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.types: dict[str, GraphQLNamedType] = {}
        self._claimants: dict[str, str] = {}
        self._problems: dict[str, DeclarationError] = {}

    def type(self, name: str, claimant: str, make: Callable[[], Named]) -> Named:
        """The type called ``name`` of whoever claims it; made when it is not there yet.

        Args:
            name: in GraphQL.
            claimant: what the type is for, in words that an error message can show.
            make: makes the type.
        """
        owner = self._claimants.setdefault(name, claimant)
        if owner != claimant:
            self._clash(f"The GraphQL type {name} would be {owner} and {claimant}.", name)
            return make()
        if name not in self.types:
            self.types[name] = make()
        found: Named = self.types[name]  # type: ignore[assignment]  # the same claimant makes the same sort
        return found

    def claim(self, name: str, claimant: str) -> None:
        """Keep a name for a type that is made elsewhere."""
        self._claimants.setdefault(name, claimant)

    def members(self, owner: str, items: Iterable[tuple[str, str, Item]]) -> dict[str, Item]:
        """Fields by name, of (name, what it is for, field); two of one name are a clash."""
        members: dict[str, Item] = {}
        claimants: dict[str, str] = {}
        for name, claimant, item in items:
            other = claimants.setdefault(name, claimant)
            if name in members:
                self._clash(
                    f"{owner}.{name} in GraphQL would be {other} and {claimant}.", owner, name
                )
            else:
                members[name] = item
        return members

    def raise_problems(self, plugins: Mapping[str, str]) -> None:
        """Say all clashes at once.

        Args:
            plugins: that types are of, by the types' names: both are named in what is said.

        Raises:
            Problems: two things take the same name.
        """
        for each in self._problems.values():
            each.message = _OF_TYPE.sub(partial(_in_full, plugins), each.message)
        if self._problems:
            raise Problems("Names clash in GraphQL:", self._problems.values())

    def _clash(self, message: str, *path: str) -> None:
        error = DeclarationError(message, path=path, hint="Rename one of the two.")
        self._problems.setdefault(message, error)


def _in_full(plugins: Mapping[str, str], found: re.Match[str]) -> str:
    """A type's name as it is found in a message, with its plugin's before it."""
    before, name = found.groups()
    return f"{before} {plugins[name]}.{name}" if name in plugins else found[0]


def in_order(items: Mapping[str, Item]) -> list[tuple[str, Item]]:
    """Items by name, so that a schema does not depend on the order in which plugins load."""
    return sorted(items.items())
