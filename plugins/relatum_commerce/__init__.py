"""What is sold, at which price, and to whom it went: products, price lists, orders, shipments, complaints.

What there is: `goods` (products and categories), `terms` (price lists, agreements, exchange rates), `orders`, `deliveries`
(shipments and their way), `complaints`. What it costs: `pricing`, with `rates` and `rounding`; `totals` says what orders
come to. What is done: `ordering`, `confirming` (with `confirmation`, the document, on `paper`), `shipping` (with
`carriers`, the port), `stock` (the other port), `complaining`, `housekeeping`. What is refused whoever does it: `rules`.
Who may see and do it: `access`, and `views` show it. `wording` speaks people's languages, `numbering` draws what they
read out on the telephone.
"""

from relatum import Plugin
from relatum_commerce.access import policies, roles
from relatum_commerce.carriers import (
    CARRIER,
    Booking,
    Carrier,
    Consignment,
    Offer,
    Sighting,
    by_hand,
)
from relatum_commerce.complaining import answer_complaint, complain
from relatum_commerce.complaints import Complaint, ComplaintAbout, ComplaintBy
from relatum_commerce.confirming import CommerceSettings, confirm_order, order_confirmed
from relatum_commerce.deliveries import CarriedBy, Shipment, ShipmentOf, TrackingEvent, TrackingOf
from relatum_commerce.goods import Category, CategoryWithin, InCategory, Product, SuppliedBy
from relatum_commerce.housekeeping import sell_as
from relatum_commerce.ordering import (
    ORDERING,
    LineWanted,
    PricedLine,
    cancel_order,
    keep_order,
    place_order,
)
from relatum_commerce.orders import Order, OrderLine, PlacedBy, TakenBy
from relatum_commerce.pricing import PRICING, Price, price_of, prices_for
from relatum_commerce.rates import exchanged
from relatum_commerce.rounding import rounded
from relatum_commerce.rules import (
    keep_lists_whole,
    keep_orders_whole,
    keep_settled_lines,
    keep_terms_sensible,
    note_when_counted,
)
from relatum_commerce.shipping import note_tracking, ship_order, shipping_offers, track_shipment
from relatum_commerce.stock import STOCK, Availability, Figure, Stock, own_figures, stock_of
from relatum_commerce.terms import (
    AgreedPrices,
    CommercialTerms,
    ExchangeRate,
    PricedIn,
    PriceList,
    terms_of,
)
from relatum_commerce.totals import total
from relatum_commerce.views import views

__all__ = [
    "CARRIER",
    "ORDERING",
    "PRICING",
    "STOCK",
    "AgreedPrices",
    "Availability",
    "Booking",
    "CarriedBy",
    "Carrier",
    "Category",
    "CategoryWithin",
    "CommerceSettings",
    "CommercialTerms",
    "Complaint",
    "ComplaintAbout",
    "ComplaintBy",
    "Consignment",
    "ExchangeRate",
    "Figure",
    "InCategory",
    "LineWanted",
    "Offer",
    "Order",
    "OrderLine",
    "PlacedBy",
    "Price",
    "PriceList",
    "PricedIn",
    "PricedLine",
    "Product",
    "Shipment",
    "ShipmentOf",
    "Sighting",
    "Stock",
    "SuppliedBy",
    "TakenBy",
    "TrackingEvent",
    "TrackingOf",
    "answer_complaint",
    "by_hand",
    "cancel_order",
    "complain",
    "confirm_order",
    "exchanged",
    "keep_lists_whole",
    "keep_order",
    "keep_orders_whole",
    "keep_settled_lines",
    "keep_terms_sensible",
    "note_tracking",
    "note_when_counted",
    "order_confirmed",
    "own_figures",
    "place_order",
    "plugin",
    "policies",
    "price_of",
    "prices_for",
    "roles",
    "rounded",
    "sell_as",
    "ship_order",
    "shipping_offers",
    "stock_of",
    "terms_of",
    "total",
    "track_shipment",
    "views",
]

plugin = Plugin(
    "commerce", version="1.0.0", engine=">=0.1,<1", requires=["base"], settings=CommerceSettings
)
