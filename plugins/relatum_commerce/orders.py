"""What is ordered: an order is placed by one customer, and each of its lines is a tie to a product."""

from relatum import (
    Annotated,
    Computed,
    Currency,
    Decimal,
    Ends,
    Entity,
    FileReference,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Money,
    PostalAddress,
    ReadOnly,
    Relationship,
    Scale,
    Searchable,
    State,
    Transitions,
    Unique,
    date,
)
from relatum_base import Organization, Person
from relatum_commerce.goods import Product


class Order(Entity, plural="orders"):
    """What a customer wants to have of us, from a draft to its delivery."""

    number: Annotated[str, Label, Unique, Searchable]
    state: Annotated[
        State,
        Indexed,
        Transitions(
            draft=["placed", "cancelled"],
            placed=["confirmed", "cancelled"],
            confirmed=["shipped", "cancelled"],
            shipped=["delivered"],
            expects={
                "placed": ["ordered"],
                "confirmed": ["confirmation"],
                "cancelled": ["cancellation_reason"],
            },
            begin=["draft", "placed"],
        ),
    ] = "draft"
    currency: Annotated[Currency, Indexed, Help("Of all its prices.")]
    ordered: Annotated[date | None, Indexed, Help("The day on which it was placed.")] = None
    required: Annotated[date | None, Help("The day by which the goods should be there.")] = None
    customer_reference: Annotated[str | None, Searchable, Help("What the customer calls it.")] = (
        None
    )
    freight: Money | None = None
    ship_name: Annotated[str | None, Help("Who receives the goods, if not the customer.")] = None
    ship_address: PostalAddress | None = None
    note: LongText | None = None
    confirmation: Annotated[FileReference | None, Help("The order confirmation, as a PDF.")] = None
    cancellation_reason: str | None = None


class OrderLine(Relationship[Order, Product], plural="order_lines"):
    """So many units of a product at a price, less a discount. A product stands in an order once."""

    ends = Ends("lines", "order_lines", on_delete="restrict")
    quantity: int
    unit_price: Money
    discount: Annotated[Decimal, Scale(2), Help("Such as 0.05 for five per cent.")] = Decimal(0)
    price_list: Annotated[
        str | None, ReadOnly, Help("The list that the price was in when it was ordered.")
    ] = None
    net = Computed("quantity * unit_price * (1 - discount)", help="What the line comes to.")


class PlacedBy(Relationship[Order, Organization], plural="order_customers"):
    """An order is placed by one customer."""

    ends = Ends("customer", "orders", limit=Limit(target=(1, 1)), on_delete="restrict")


class TakenBy(Relationship[Order, Person], plural="order_employees"):
    """An order was taken by one employee."""

    ends = Ends("employee", "orders", limit=Limit(target=1), on_delete="restrict")
