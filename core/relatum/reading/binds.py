"""The values that a statement is given: read from wire form, typed, gathered while it is compiled.

A literal becomes a constant of the statement. A `Parameter` becomes a bind with a *supply*: the function that takes its
value from what is known at run time. What belongs to the principal and the clock is always a bind, so a plan holds
nobody's data.

Some parameters decide the statement's form: whether a page begins after a cursor, whether a recorded time is given.
Their `Outline` is known when the statement is compiled; a plan keeps a statement per outline.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import bindparam, literal
from sqlalchemy.types import TypeEngine

from relatum.access import PRINCIPAL_FIRM, PRINCIPAL_ID, Principal
from relatum.reading.cursors import Outline, outline
from relatum.reading.sql import Sql
from relatum.sealing import Keyring
from relatum_schemas.errors import BadValue, RelatumError
from relatum_schemas.selection import Parameter, Value

Read: TypeAlias = Callable[[Any], object]
"""Reads a value in wire form, never None; raises an error of the family."""


@dataclass(slots=True)
class Moment:
    """What is known when a plan runs, and what has been made of it so far."""

    parameters: Mapping[str, object]
    now: datetime
    principal: Principal
    keys: Keyring | None = None
    _made: dict["Supply", object] = field(default_factory=dict, init=False)

    def of(self, parameter: Parameter) -> object:
        """Return a parameter's value in wire form; one that is not given is missing."""
        own = _OF_PRINCIPAL.get(parameter.parameter)
        return self.parameters.get(parameter.parameter) if own is None else own(self.principal)

    def once(self, supply: "Supply") -> object:
        """Return what a supply gives, which is asked once however often it is needed."""
        if supply not in self._made:
            self._made[supply] = supply(self)
        return self._made[supply]


_OF_PRINCIPAL: Mapping[str, Callable[[Principal], UUID | None]] = {
    PRINCIPAL_ID: lambda principal: principal.id,
    PRINCIPAL_FIRM: lambda principal: principal.firm,
}

Supply: TypeAlias = Callable[[Moment], object]


@dataclass
class Binds:
    """The binds of one statement.

    Attributes:
        outlines: of the parameters that decide the statement's form; others are absent.
        supplies: how each bind gets its value.
        deciding: the parameters that were asked for their outline.
        cursors: cursors of changes, by the name under which their position is given (`changelog.position_name`).
    """

    outlines: Mapping[str, Outline] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    deciding: set[str] = field(default_factory=set)
    cursors: dict[str, Value] = field(default_factory=dict)

    def outline(self, value: Value) -> Outline | None:
        """Return what form a value has, None when there is none."""
        if not isinstance(value, Parameter):
            return outline(value)
        self.deciding.add(value.parameter)
        return self.outlines.get(value.parameter)

    def given(self, value: Value) -> bool:
        """Return whether there is a value; at run time the same, for this statement."""
        return self.outline(value) is not None

    def add(self, name: str, supply: Supply, stored: TypeEngine[Any]) -> Sql:
        """Return a bind of this supply; the same name must mean the same supply."""
        self.supplies.setdefault(name, supply)
        return bindparam(name, type_=stored)

    def named(self, stem: str, supply: Supply) -> str:
        """Return the name of a new bind, for what takes binds by name."""
        name = f"{stem}_{len(self.supplies)}"
        self.supplies[name] = supply
        return name

    def value(
        self, value: Value, read: Read, stored: TypeEngine[Any], missing: object = None
    ) -> Sql | None:
        """Return one value; None for a literal null, ``missing`` in the place of a bound one.

        Raises:
            BadValue: a literal is not of the kind.
        """
        if value is None:
            return None
        if not isinstance(value, Parameter):
            return literal(read(value), stored)
        name = self.named(value.parameter, supplied(value, read, missing))
        return bindparam(name, type_=stored)

    def values(self, value: Value, read: Read) -> str:
        """Return the name of a bind that holds a list of values; a missing list is empty.

        Raises:
            BadValue: a literal is no list, or one of its elements is not of the kind.
        """
        if isinstance(value, Parameter):
            return self.named(
                value.parameter, supplied(value, lambda given: _each(given, read), ())
            )
        elements = () if value is None else _each(value, read)
        return self.named("list", lambda moment: elements)

    def arguments(self, moment: Moment) -> dict[str, object]:
        """Return the value of every bind."""
        return {name: supply(moment) for name, supply in self.supplies.items()}


def supplied(parameter: Parameter, read: Read, missing: object = None) -> Supply:
    """Return what reads a parameter's value at run time."""
    name = parameter.parameter
    own = _OF_PRINCIPAL.get(name)

    def supply(moment: Moment) -> object:
        given = moment.parameters.get(name) if own is None else own(moment.principal)
        if given is None:
            return missing
        try:
            return read(given)
        except RelatumError as error:
            error.at(name)
            raise

    return supply


def _each(given: object, read: Read) -> tuple[object, ...]:
    if not isinstance(given, list | tuple | set | frozenset):
        raise BadValue(f"{given!r} is not a list.", hint="Give the values in a list.")
    return tuple(read(each) for each in given if each is not None)
