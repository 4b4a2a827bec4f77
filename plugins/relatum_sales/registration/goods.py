"""Whether two deals are about the same: a product is in its category, and that in wider ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from relatum import READ, Field, Right, Session
from relatum_commerce import Category, CategoryWithin, InCategory, Product

GOODS: Final[dict[type | str, Right]] = dict.fromkeys(
    (Product, Category, InCategory, CategoryWithin), READ
)
"""What telling takes."""

Wider = Mapping[UUID, Collection[UUID]]
"""By the id of a product or category, all categories that it is in, however far up."""


async def wider_goods(db: Session, goods: Iterable[UUID]) -> Wider:
    """In which categories products and categories are; in two statements.

    Args:
        db: may read what `GOODS` names.
        goods: ids of products and categories.
    """
    wanted = set(goods)
    above: defaultdict[UUID, set[UUID]] = defaultdict(set)
    sorted_into = db.select(InCategory).where(Field("source.id").one_of(wanted))
    for product in await sorted_into.all():
        above[product.source].add(product.target)
    for category in await db.select(CategoryWithin).all():
        above[category.source].add(category.target)
    return {each: _all_above(each, above) for each in wanted}


def about_the_same(one: Collection[UUID], other: Collection[UUID], wider: Wider) -> bool:
    """Whether of two deals each may take something from the other.

    Args:
        one: ids of the products and categories of a deal; none where it may be about anything.
        other: likewise of another deal.
        wider: of all of them.
    """
    if not one or not other:
        return True
    return bool(reached(one, wider) & set(other) or reached(other, wider) & set(one))


def reached(goods: Collection[UUID], wider: Wider) -> set[UUID]:
    """Products and categories, with all categories that they are in."""
    return {*goods, *(above for each in goods for above in wider.get(each, ()))}


def _all_above(start: UUID, above: Mapping[UUID, Collection[UUID]]) -> set[UUID]:
    found: set[UUID] = set()
    left = [start]
    while left:
        new = set(above.get(left.pop(), ())) - found
        found |= new
        left += new
    return found
