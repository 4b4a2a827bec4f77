"""A plugin that writes fields of its own in Strawberry, beside the engine's."""

from uuid import UUID

import strawberry

from relatum import Plugin
from relatum_schemas.relationship import Record
from relatum_server.authoring import Info
from tests.server.upkeep import Firm, Machine


@strawberry.interface
class Told:
    """Something to tell."""

    words: str

    @strawberry.field
    async def about(self, info: Info) -> Machine | None:
        """What it is about."""
        return await info.context.session.select(Machine).order("serial").first()


@strawberry.type
class Good(Told):
    """Good news."""


@strawberry.type
class Bad(Told):
    """Bad news."""

    severity: int = 3


@strawberry.type
class Site:
    """A customer's site, by the machines there."""

    name: str
    of: strawberry.Private[Firm]

    @strawberry.field
    async def machines(self, info: Info) -> list[Machine]:
        """Those that stand there."""
        return await info.context.session.select(self.of.machines).order("serial").all()


@strawberry.type
class Fleet:
    """What a fleet manager asks."""

    @strawberry.field
    async def fleet(self, info: Info, least: int = 0) -> list[Site]:
        """All sites."""
        firms = await info.context.session.select(Firm).order("name").all()
        return [Site(name=each.name, of=each) for each in firms[least:]]

    @strawberry.field
    def anything(self, ids: list[strawberry.ID]) -> list[Record | None]:
        """Records by their ids, whatever these say."""
        return [
            None if each == "none" else Record.model_construct({"id"}, id=UUID(each))
            for each in ids
        ]

    @strawberry.field
    def news(self) -> list[Good | Bad]:
        """What is new."""
        return [Good(words="up"), Bad(words="down")]

    @strawberry.field
    def broken(self) -> Machine | None:
        """Breaks."""
        raise ValueError("secret")


queries = [Fleet]
plugin = Plugin("fleet", version="1.0", requires=["upkeep"])
