"""What is sold: products in a tree of categories, each bought from a supplier."""

from relatum import (
    Annotated,
    Ends,
    Entity,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Relationship,
    Searchable,
    Unique,
    datetime,
)
from relatum_base import Organization


class Category(Entity, plural="categories"):
    """A kind of goods."""

    name: Annotated[str, Label, Searchable, Indexed]
    description: LongText | None = None


class CategoryWithin(Relationship[Category, Category], plural="category_parts", acyclic=True):
    """A category is part of a wider one."""

    ends = Ends("parent", "subcategories", limit=Limit(target=1), on_delete="restrict")


class Product(Entity, plural="products"):
    """Something that can be ordered.

    What it costs is said by price lists. The figures of its stock are what the plugin itself knows of it; where another
    system keeps stock, it fills the port `commerce.stock`.
    """

    name: Annotated[str, Label, Searchable, Indexed]
    number: Annotated[str | None, Unique, Searchable, Help("What we call it in lists.")] = None
    description: LongText | None = None
    quantity_per_unit: Annotated[str | None, Help("Such as 24 bottles of 0.5 l.")] = None
    units_in_stock: int = 0
    stock_as_of: Annotated[
        datetime | None, Help("When the units in stock were counted or told last.")
    ] = None
    units_on_order: Annotated[int, Help("Units that we have ordered ourselves.")] = 0
    reorder_level: Annotated[int, Help("When fewer are in stock, more should be ordered.")] = 0
    discontinued: Annotated[bool, Indexed, Help("It cannot be ordered any more.")] = False


class InCategory(Relationship[Product, Category], plural="product_categories"):
    """A product is of one category."""

    ends = Ends("category", "products", limit=Limit(target=1), on_delete="restrict")


class SuppliedBy(Relationship[Product, Organization], plural="product_suppliers", valid="day"):
    """A product is bought from one supplier at a time."""

    ends = Ends("supplier", "products", limit=Limit(target=1), on_delete="restrict")
