"""The Northwind trading firm: what it sells, who orders it, who supplies and ships it, and who of its staff is in charge.

`goods` has the products, `trade` the orders and their lines, `ties` what Northwind adds to the ties of `relatum_base`;
`access` says what the people of suppliers and resellers may see.
Customers, suppliers and shippers are organizations; what they are to Northwind is said by ties to it.
"""

from relatum import Plugin
from relatum_northwind.access import policies, roles
from relatum_northwind.goods import Category, InCategory, Product, SuppliedBy
from relatum_northwind.ties import Covers, ShipsFor
from relatum_northwind.trade import Order, OrderLine, PlacedBy, ShippedBy, TakenBy

__all__ = [
    "Category",
    "Covers",
    "InCategory",
    "Order",
    "OrderLine",
    "PlacedBy",
    "Product",
    "ShippedBy",
    "ShipsFor",
    "SuppliedBy",
    "TakenBy",
    "plugin",
    "policies",
    "roles",
]

plugin = Plugin("northwind", version="1.0", engine=">=0.1,<1", requires=["base"])
