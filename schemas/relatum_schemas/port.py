"""Ports: places that a plugin leaves for others to fill, such as a carrier, a telephone, a scoring model.

A plugin publishes a port beside an interface, a ``Protocol``; another fills it with what makes an object of that
interface from a context. Both are values in a plugin's module::

    class Carrier(Protocol):
        async def rate(self, parcel: Parcel) -> Money: ...

    CARRIER = Port("carrier", Carrier)

    ups = Filling(CARRIER, Ups)  # in another plugin; Ups(ctx) has the method
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True)
class Port(Generic[P]):
    """A place to be filled.

    Attributes:
        name: short, lower case; goes with the plugin's name: ``shipping.carrier``.
        interface: a ``Protocol``, what a filling can do.
        version: counted up when a filling of before would no longer do.
        several: whether several plugins may fill it at once.
    """

    name: str
    interface: type[P]
    version: int = 1
    several: bool = False


@dataclass(frozen=True)
class Filling(Generic[P]):
    """What one plugin puts into a port.

    Attributes:
        port: the port, or its full name where its plugin may be absent: the filling is idle then.
        make: gives an object of the port's interface for a context, which is that of the filling's plugin.
        version: of the port that it is written for.
    """

    port: Port[P] | str
    make: Callable[[Any], P]
    version: int = 1
