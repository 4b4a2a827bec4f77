"""What Northwind sells."""

from relatum import (
    Annotated,
    Ends,
    Entity,
    Indexed,
    Label,
    Limit,
    LongText,
    Money,
    Relationship,
    Searchable,
)
from relatum_base import Organization


class Category(Entity, plural="categories"):
    """A kind of goods."""

    name: Annotated[str, Label, Searchable, Indexed]
    description: LongText | None = None


class Product(Entity, plural="products"):
    """Something in the price list."""

    name: Annotated[str, Label, Searchable, Indexed]
    quantity_per_unit: str | None = None
    unit_price: Money | None = None
    units_in_stock: int = 0
    units_on_order: int = 0
    reorder_level: int = 0
    discontinued: Annotated[bool, Indexed] = False


class InCategory(Relationship[Product, Category], plural="product_categories"):
    """A product is of one category."""

    ends = Ends("category", "products", limit=Limit(target=1), on_delete="restrict")


class SuppliedBy(Relationship[Product, Organization], plural="product_suppliers"):
    """A product is bought from one supplier."""

    ends = Ends("supplier", "products", limit=Limit(target=1), on_delete="restrict")
