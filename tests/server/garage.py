"""A plugin beside the shop's, that comes and goes: a type, ties to the shop's people, a field on its organizations."""

from typing import Annotated

from relatum import *  # noqa: F403  # a plugin may be written so
from relatum import (
    Context,
    Ends,
    Entity,
    Extension,
    Label,
    Plugin,
    Relationship,
    Searchable,
    action,
)
from tests.server.shop import Organization, Person


class Car(Entity):
    """A vehicle."""

    plate: Annotated[str, Label, Searchable]
    washed: int = 0


class Parking(Extension[Organization]):
    """Where an organization's visitors leave their cars."""

    places: int | None = None


class Keeps(Relationship[Person, Car]):
    """Whose car it is."""

    ends = Ends("cars", "owners")


@action(Car)
async def wash(ctx: Context, car: Car) -> Car:
    """Wash a car."""
    return await ctx.db.update(car, washed=car.washed + 1)


plugin = Plugin("garage", version="1.0", requires=["shop"])
