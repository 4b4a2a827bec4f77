"""How much is there: by the plugin that keeps stock, or by what products say of themselves; each figure with its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    UUID,
    Context,
    Field,
    Filling,
    Port,
    action,
    datetime,
    timedelta,
)
from relatum_commerce.goods import Product


@dataclass(frozen=True)
class Figure:
    """How many units there were of a product, and when."""

    units: int
    as_of: datetime | None


class Stock(Protocol):
    """Whoever knows how much is there."""

    async def figures(self, products: Sequence[UUID]) -> Mapping[UUID, Figure]:
        """How much there is of products, by their ids; without those that it does not know."""
        ...


class OwnFigures:
    """What products say of themselves, as they were counted or told last."""

    def __init__(self, ctx: Context) -> None:
        """Keep the context."""
        self.ctx = ctx

    async def figures(self, products: Sequence[UUID]) -> Mapping[UUID, Figure]:
        """How much there is of products that the caller may see."""
        found = await self.ctx.db.select(Product).where(Field("id").one_of(products)).all()
        return {
            each.id: Figure(each.units_in_stock, each.stock_as_of)
            for each in found
            if each.units_in_stock is not None  # as it is where the caller may not read it
        }


STOCK = Port("stock", Stock, several=True)  # type: ignore[type-abstract]  # ports are named by protocols
own_figures = Filling(STOCK, OwnFigures)


class Availability(BaseModel):
    """How much there is of a product, and how old the figure is."""

    product: Product | None
    units: int = Described(description="Units in stock.")
    as_of: datetime | None = Described(description="When they were counted or told.")
    age: timedelta | None = Described(description="How long ago that was.")
    source: str = Described(description="The plugin that tells it.")


@action(Product, reading=True)
async def stock_of(ctx: Context, products: list[Product]) -> list[Availability]:
    """Say how much there is of products, and how old the figures are.

    Another plugin's figures count before those of the products themselves.

    Args:
        ctx: of the call.
        products: which.
    """
    told: dict[UUID, Availability] = {}
    by_id = {each.id: each for each in products}
    fillings = ctx.ports(STOCK)
    for plugin in sorted(fillings, key=lambda each: each == ctx.plugin):
        missing = [each for each in by_id if each not in told]
        if missing:
            for product, figure in (await fillings[plugin].figures(missing)).items():
                told[product] = _availability(by_id[product], figure, plugin, ctx.now)
    return [told[each] for each in by_id if each in told]


def _availability(product: Product, figure: Figure, source: str, now: datetime) -> Availability:
    return Availability(
        product=product,
        units=figure.units,
        as_of=figure.as_of,
        age=now - figure.as_of if figure.as_of else None,
        source=source,
    )
