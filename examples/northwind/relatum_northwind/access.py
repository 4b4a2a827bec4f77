"""What the people of other firms may see and do: those who supply Northwind's goods, and those who resell them.

Nobody is made a supplier's or a reseller's user by hand: whoever works at such a firm is one, while working there, and
acts for it. `Supplies` and `WorksAt` give these roles, so relating, ending or correcting them is nobody's right here;
a reseller's manager brings colleagues in by inviting them, and the engine makes the tie.

A supplier learns how its products sell, in units; at which price and to whom is Northwind's affair. A reseller sees what
it ordered and what can be ordered, and who at Northwind looks after it.
"""

from typing import Final

from relatum import (
    ALL,
    BOTH_ENDS,
    IS_MY_FIRM,
    MY_FIRM,
    READ,
    UPDATE,
    Field,
    OnRecord,
    Path,
    Policy,
    Role,
    Ties,
    only,
)
from relatum_base import ContactPoint, Organization, Person, ReachedAt, Supplies, WorksAt
from relatum_northwind.goods import Category, InCategory, Product, SuppliedBy
from relatum_northwind.trade import Order, OrderLine, PlacedBy, ShippedBy, TakenBy

SUPPLIER: Final = "supplier"
RESELLER: Final = "reseller"
RESELLER_MANAGER: Final = "reseller_manager"

roles = [
    Role(
        SUPPLIER,
        title="Supplier's user",
        of=Person,
        where=Ties("employers").some(IS_MY_FIRM & Ties("products").some()),
    ),
    Role(
        RESELLER,
        title="Reseller's user",
        of=Person,
        where=Ties("employers").some(
            IS_MY_FIRM & Ties("suppliers").some(tie=Field("customer_number").is_set())
        ),
    ),
    Role(RESELLER_MANAGER, title="Reseller's manager", invites=(RESELLER,)),
]

_HOW_TO_REACH = only("name", "email", "phone", "address", "website")
_COLLEAGUE = ALL - {"birth_date", "nationality", "note"}
_CONTACT = only("honorific_prefix", "given_name", "family_name", "email", "phone")

_OWN_FIRM = [
    policy
    for role in (SUPPLIER, RESELLER)
    for policy in (
        Policy(role, Organization, READ, where=IS_MY_FIRM),
        Policy(role, Organization, UPDATE, where=IS_MY_FIRM, fields=_HOW_TO_REACH - {"name"}),
        Policy(role, Person, READ, through="employers", to=MY_FIRM, fields=_COLLEAGUE),
        Policy(role, ContactPoint, READ, through="party", to=MY_FIRM),
        Policy(role, Category, READ),
        Policy(role, [WorksAt, ReachedAt, Supplies, InCategory], READ, through=BOTH_ENDS),
    )
]

_SUPPLIER = [
    Policy(SUPPLIER, Product, READ, through="supplier", to=MY_FIRM, fields=ALL - {"unit_price"}),
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

_RESELLER = [
    Policy(RESELLER, Product, READ, fields=ALL - {"units_on_order", "reorder_level"}),
    Policy(RESELLER, Order, READ, through="customer", to=MY_FIRM),
    Policy(RESELLER, [OrderLine, PlacedBy, TakenBy, ShippedBy], READ, through=BOTH_ENDS),
    Policy(RESELLER, Person, READ, through="orders.customer", to=MY_FIRM, fields=_CONTACT),
    Policy(
        RESELLER,
        Organization,
        READ,
        where=Path("customers").to(MY_FIRM) | Path("shipments.customer").to(MY_FIRM),
        fields=_HOW_TO_REACH,
    ),
]

policies = [*_OWN_FIRM, *_SUPPLIER, *_RESELLER]
