"""Who may see and do what: the people of those who supply what we sell, those of our customers, and our own.

Nobody is made a supplier's or a customer's user by hand: whoever works at such a firm is one while working there, and acts
for it. A supplier learns how many units of its products are ordered; at which price and by whom is our affair. A customer
sees its own orders, what became of them, and what it can order.
"""

from typing import Final

from relatum import (
    ALL,
    BOTH_ENDS,
    CREATE,
    DELETE,
    HISTORY,
    IS_MY_FIRM,
    MY_FIRM,
    READ,
    RELATE,
    UPDATE,
    Field,
    OnRecord,
    Path,
    Policy,
    Role,
    Ties,
    only,
)
from relatum_base import (
    ContactPoint,
    Organization,
    PartnerOf,
    Person,
    ReachedAt,
    Supplies,
    WorksAt,
)
from relatum_commerce.complaints import Complaint, ComplaintAbout, ComplaintBy
from relatum_commerce.deliveries import CarriedBy, Shipment, ShipmentOf, TrackingEvent, TrackingOf
from relatum_commerce.goods import Category, CategoryWithin, InCategory, Product, SuppliedBy
from relatum_commerce.orders import Order, OrderLine, PlacedBy, TakenBy
from relatum_commerce.terms import AgreedPrices, ExchangeRate, PricedIn, PriceList

SUPPLIER: Final = "supplier"
CUSTOMER: Final = "customer"
CUSTOMER_MANAGER: Final = "customer_manager"
ORDER_DESK: Final = "order_desk"
PRODUCT_MANAGER: Final = "product_manager"

_OURS: Final = Field("sells") == True  # noqa: E712  # a condition

roles = [
    Role(
        SUPPLIER,
        title="Supplier's user",
        of=Person,
        where=Ties("employers").some(IS_MY_FIRM & Ties("products").some()),
    ),
    Role(
        CUSTOMER,
        title="Customer's user",
        of=Person,
        where=Ties("employers").some(
            IS_MY_FIRM & (Ties("orders").some() | Ties("suppliers").some(_OURS))
        ),
    ),
    Role(CUSTOMER_MANAGER, title="Customer's manager", invites=(CUSTOMER,)),
    Role(ORDER_DESK, title="Order desk"),
    Role(PRODUCT_MANAGER, title="Product manager"),
]

# What others see is named field by field: what other plugins add to these types is not theirs to see.
_HOW_TO_REACH = only("name", "email", "phone", "address", "website")
_OWN = only(
    "name", "legal_name", "registration_number", "tax_number", "email", "phone", "address", "website",
    "language", "order_currency", "payment_days", "credit_limit",
)  # fmt: skip
_CONTACT = only("honorific_prefix", "given_name", "family_name", "email", "phone")
_COLLEAGUE = only(
    "honorific_prefix", "given_name", "family_name", "preferred_name", "email", "phone", "language"
)
_REACHED = only("kind", "value", "extension", "purpose", "preferred")
_GOODS_SEEN = only(
    "name", "number", "description", "quantity_per_unit", "units_in_stock", "stock_as_of", "discontinued",
)  # fmt: skip
_GOODS_SUPPLIED = only(*_GOODS_SEEN.names, "units_on_order", "reorder_level")
_ORDER_SEEN = only(
    "number", "state", "state_since", "currency", "ordered", "required", "customer_reference", "freight", "ship_name",
    "ship_address", "note", "confirmation", "cancellation_reason", "total",
)  # fmt: skip
_SHIPMENT_SEEN = only(
    "number", "state", "state_since", "service", "shipped", "delivered", "tracking_number", "tracking_url",
)  # fmt: skip
_COMPLAINT_SEEN = only(
    "number", "subject", "kind", "state", "state_since", "description", "quantity", "picture", "answer",
)  # fmt: skip

_OWN_FIRM = [
    policy
    for role in (SUPPLIER, CUSTOMER)
    for policy in (
        Policy(role, Organization, READ, where=IS_MY_FIRM, fields=_OWN),
        Policy(role, Organization, UPDATE, where=IS_MY_FIRM, fields=_HOW_TO_REACH - {"name"}),
        Policy(role, Person, READ, through="employers", to=MY_FIRM, fields=_COLLEAGUE),
        Policy(role, ContactPoint, READ, through="party", to=MY_FIRM, fields=_REACHED),
        Policy(role, Category, READ, fields=only("name", "description")),
        Policy(
            role, [WorksAt, ReachedAt, Supplies, InCategory, CategoryWithin], READ,
            through=BOTH_ENDS,
        ),
    )
]  # fmt: skip

_SUPPLIER = [
    Policy(
        SUPPLIER,
        Product,
        READ,
        through="supplier",
        to=MY_FIRM,
        fields=_GOODS_SUPPLIED,
        actions=["stock_of"],
    ),
    Policy(SUPPLIER, SuppliedBy, READ, through=BOTH_ENDS),
    Policy(
        SUPPLIER,
        OrderLine,
        READ,
        where=OnRecord(across="target", condition=Path("supplier").to(MY_FIRM)),
        fields=only("quantity"),
    ),
    Policy(SUPPLIER, Organization, READ, through="suppliers", to=MY_FIRM, fields=_HOW_TO_REACH),
]

_CUSTOMER = [
    Policy(CUSTOMER, Product, READ, fields=_GOODS_SEEN, actions=["stock_of"]),
    Policy(
        CUSTOMER,
        PriceList,
        READ,
        where=(Field("audience") == "everybody") | Path("agreed_with").to(MY_FIRM),
        fields=only("name", "currency", "audience", "level"),
    ),
    Policy(
        CUSTOMER,
        Order,
        READ,
        through="customer",
        to=MY_FIRM,
        fields=_ORDER_SEEN,
        actions=["complain"],
    ),
    Policy(
        CUSTOMER,
        Order,
        where=Field("state").one_of(["draft", "placed"]),
        through="customer",
        to=MY_FIRM,
        actions=["cancel_order"],
    ),
    Policy(
        CUSTOMER,
        Shipment,
        READ,
        through="order.customer",
        to=MY_FIRM,
        fields=_SHIPMENT_SEEN,
        actions=["track_shipment"],
    ),
    Policy(
        CUSTOMER,
        TrackingEvent,
        READ,
        through="shipment.order.customer",
        to=MY_FIRM,
        fields=only("kind", "at", "place", "note"),
    ),
    Policy(CUSTOMER, Complaint, READ, through="customer", to=MY_FIRM, fields=_COMPLAINT_SEEN),
    Policy(
        CUSTOMER,
        [
            OrderLine, PlacedBy, TakenBy, ShipmentOf, CarriedBy, TrackingOf, ComplaintAbout, ComplaintBy,
            PricedIn, AgreedPrices,
        ],
        READ,
        through=BOTH_ENDS,
    ),
    Policy(CUSTOMER, Person, READ, through="orders.customer", to=MY_FIRM, fields=_CONTACT),
    Policy(
        CUSTOMER,
        Organization,
        READ,
        where=Path("customers").to(MY_FIRM) | Path("carried.order.customer").to(MY_FIRM),
        fields=_HOW_TO_REACH,
    ),
    Policy(CUSTOMER, Organization, where=IS_MY_FIRM, actions=["place_order", "price_of"]),
]  # fmt: skip

_GOODS = [Category, CategoryWithin, Product, InCategory, SuppliedBy]
_TERMS = [PriceList, PricedIn, AgreedPrices, ExchangeRate]
_TRADE = [
    Order, OrderLine, PlacedBy, TakenBy, Shipment, ShipmentOf, CarriedBy, TrackingEvent, TrackingOf,
    Complaint, ComplaintAbout, ComplaintBy,
]  # fmt: skip
_WHO = [Organization, ContactPoint, ReachedAt, Supplies, PartnerOf, WorksAt]

_ORDER_DESK = [
    Policy(ORDER_DESK, [*_GOODS, *_TERMS], READ),
    Policy(ORDER_DESK, _TRADE, READ | HISTORY),
    Policy(ORDER_DESK, _WHO, READ),
    Policy(ORDER_DESK, Person, READ, fields=ALL - {"birth_date", "nationality"}),
    Policy(ORDER_DESK, [Order, Shipment, Complaint], CREATE | UPDATE | RELATE),
    Policy(ORDER_DESK, [Organization, Person, Product], RELATE),
    Policy(ORDER_DESK, TrackingEvent, CREATE | RELATE),
    Policy(
        ORDER_DESK,
        [
            OrderLine, PlacedBy, TakenBy, ShipmentOf, CarriedBy, TrackingOf, ComplaintAbout, ComplaintBy,
        ],
        RELATE,
    ),
    Policy(ORDER_DESK, Organization, actions=["place_order", "price_of"]),
    Policy(
        ORDER_DESK, Order,
        actions=["cancel_order", "complain", "confirm_order", "ship_order", "shipping_offers"],
    ),
    Policy(ORDER_DESK, Shipment, actions=["note_tracking", "track_shipment"]),
    Policy(ORDER_DESK, Complaint, actions=["answer_complaint"]),
    Policy(ORDER_DESK, Product, actions=["stock_of"]),
]  # fmt: skip

_PRODUCT_MANAGER = [
    Policy(
        PRODUCT_MANAGER,
        [Category, Product, PriceList, ExchangeRate],
        READ | CREATE | UPDATE | DELETE | RELATE | HISTORY,
    ),
    Policy(
        PRODUCT_MANAGER,
        [CategoryWithin, InCategory, SuppliedBy, PricedIn, AgreedPrices],
        READ | RELATE | HISTORY,
    ),
    Policy(PRODUCT_MANAGER, Organization, READ | RELATE),
    Policy(
        PRODUCT_MANAGER,
        Organization,
        UPDATE,
        fields=only("order_currency", "payment_days", "credit_limit"),
    ),
    Policy(PRODUCT_MANAGER, [Supplies, PartnerOf], READ),
    Policy(PRODUCT_MANAGER, Organization, actions=["price_of"]),
    Policy(PRODUCT_MANAGER, Product, actions=["stock_of"]),
]

policies = [*_OWN_FIRM, *_SUPPLIER, *_CUSTOMER, *_ORDER_DESK, *_PRODUCT_MANAGER]
