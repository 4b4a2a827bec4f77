"""A plugin whose ties hold for a time."""

from typing import Annotated

from relatum import Ends, Entity, Label, Plugin, Relationship


class Keeper(Entity):
    """Somebody."""

    name: Annotated[str, Label]


class Thing(Entity):
    """Something."""

    name: Annotated[str, Label]


class Keeps(Relationship[Keeper, Thing], valid="instant"):
    """Somebody keeps something."""

    ends = Ends("kept", "keepers")


class Stands(Relationship[Thing, Keeper], valid="day"):
    """Something stands at somebody's."""

    ends = Ends("stands_at", "standing")


plugin = Plugin("keepers", version="1.0")
