"""A harbour: boats, who sails them, and where they lie. Its first version is kept as dumps in `tests/data/harbour`."""

from decimal import Decimal
from typing import Annotated

from relatum import Ends, Entity, Label, Limit, Plugin, Relationship, RenamedFrom, Scale, Searchable


class Boat(Entity):
    """A boat that calls at the harbour."""

    name: Annotated[str, Label, Searchable]
    length_overall: Annotated[Decimal | None, Scale(2), RenamedFrom("length")] = None
    people: str | None = None
    flag: Annotated[str, Searchable] = "none"


class Skipper(Entity, renamed_from="Captain"):
    """Who sails a boat."""

    name: Annotated[str, Label, Searchable]


class Sails(Relationship[Skipper, Boat], valid="day"):
    """Who sails which boat."""

    ends = Ends("boats", "skippers")


class Berth(Entity):
    """Where boats lie; it was a field of theirs."""

    name: Annotated[str, Label]


class LiesAt(Relationship[Boat, Berth]):
    """A boat lies at a berth."""

    ends = Ends("berth", "boats", limit=Limit(target=1))


plugin = Plugin("harbour", version="2.0")
