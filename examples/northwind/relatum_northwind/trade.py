"""What is ordered: an order is to one customer, and each of its lines is a tie to a product."""

from relatum import (
    Annotated,
    Computed,
    Decimal,
    Ends,
    Entity,
    Indexed,
    Label,
    Limit,
    Money,
    PostalAddress,
    Relationship,
    Scale,
    Searchable,
    Unique,
    date,
)
from relatum_base import Organization, Person
from relatum_northwind.goods import Product


class Order(Entity, plural="orders"):
    """An order that a customer placed."""

    number: Annotated[str, Label, Unique, Searchable]
    ordered: Annotated[date, Indexed]
    required: date | None = None
    shipped: Annotated[date | None, Indexed] = None
    freight: Money | None = None
    ship_name: str | None = None
    ship_address: PostalAddress | None = None


class OrderLine(Relationship[Order, Product], plural="order_lines"):
    """So many units of a product at a price, less a discount. A product stands in an order once."""

    ends = Ends("lines", "order_lines", on_delete="restrict")
    quantity: int
    unit_price: Money
    discount: Annotated[Decimal, Scale(2)] = Decimal(0)
    net = Computed("quantity * unit_price * (1 - discount)", help="What the line comes to.")


class PlacedBy(Relationship[Order, Organization], plural="order_customers"):
    """An order is placed by one customer."""

    ends = Ends("customer", "orders", limit=Limit(target=(1, 1)), on_delete="restrict")


class TakenBy(Relationship[Order, Person], plural="order_employees"):
    """An order was taken by one employee."""

    ends = Ends("employee", "orders", limit=Limit(target=1), on_delete="restrict")


class ShippedBy(Relationship[Order, Organization], plural="order_shippers"):
    """An order is shipped by one shipper."""

    ends = Ends("shipper", "shipments", limit=Limit(target=1), on_delete="restrict")
