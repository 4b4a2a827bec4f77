"""Statements whose answer goes out as it comes: values go to the driver in one step.

What `Binds` reads and `Prepared` encodes one after the other is told here in one list, made once per statement: for each
value what supplies it, what encodes it, and where it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from relatum.connections.prepared import Encode, Prepared, Slot
from relatum.reading.binds import Binds, Moment, Supply


class _Supplied(NamedTuple):
    supply: Supply
    encode: Encode | None
    places: tuple[int, ...]


@dataclass(frozen=True)
class Direct:
    """A statement and what it takes.

    Attributes:
        prepared: the statement.
        constants: its arguments as far as they are always the same.
        supplied: what is supplied, and where it stands among them.
        named: what is given by name, and where that stands.
    """

    prepared: Prepared
    constants: tuple[object, ...]
    supplied: tuple[_Supplied, ...]
    named: tuple[tuple[int, Slot], ...]

    def arguments(self, moment: Moment, named: Mapping[str, object]) -> list[object]:
        """Return the arguments as the driver takes them.

        Args:
            moment: what is known now.
            named: what is given by name.

        Raises:
            BadValue, BadCursor, TooLarge: a parameter cannot be used.
            KeyMissing: an encrypted value is looked up, and there is no key.
        """
        arguments = list(self.constants)
        for supply, encode, places in self.supplied:
            value = supply(moment)
            if value is not None and encode is not None:
                value = encode(value)
            for place in places:
                arguments[place] = value
        for place, slot in self.named:
            value = named[slot.name]
            arguments[place] = value if slot.encode is None else slot.encode(value)
        return arguments


def direct_of(prepared: Prepared, binds: Binds) -> Direct:
    """Return what a statement takes."""
    slots = list(enumerate(prepared.slots))
    named = [(at, each) for at, each in slots if each.is_needed and each.name not in binds.supplies]
    return Direct(
        prepared,
        constants=tuple(each.at_first for each in prepared.slots),
        supplied=tuple(
            _supplied(supply, [(at, each) for at, each in slots if each.name == name])
            for name, supply in binds.supplies.items()
        ),
        named=tuple(named),
    )


def _supplied(supply: Supply, slots: Sequence[tuple[int, Slot]]) -> _Supplied:
    """What a supply gives, which the statement may take at several places, and at none."""
    open_slots = [(at, each) for at, each in slots if not each.constant]
    encode = open_slots[0][1].encode if open_slots else None
    return _Supplied(supply, encode, tuple(at for at, _ in open_slots))
