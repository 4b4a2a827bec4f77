"""What is sold, at which price, and to whom it went: products, price lists, orders, shipments, complaints."""

from relatum import Plugin
from relatum_commerce.complaints import Complaint, ComplaintAbout, ComplaintBy
from relatum_commerce.deliveries import CarriedBy, Shipment, ShipmentOf, TrackingEvent, TrackingOf
from relatum_commerce.goods import Category, CategoryWithin, InCategory, Product, SuppliedBy
from relatum_commerce.orders import Order, OrderLine, PlacedBy, TakenBy
from relatum_commerce.terms import (
    AgreedPrices,
    CommercialTerms,
    ExchangeRate,
    PricedIn,
    PriceList,
)

__all__ = [
    "AgreedPrices",
    "CarriedBy",
    "Category",
    "CategoryWithin",
    "CommercialTerms",
    "Complaint",
    "ComplaintAbout",
    "ComplaintBy",
    "ExchangeRate",
    "InCategory",
    "Order",
    "OrderLine",
    "PlacedBy",
    "PriceList",
    "PricedIn",
    "Product",
    "Shipment",
    "ShipmentOf",
    "SuppliedBy",
    "TakenBy",
    "TrackingEvent",
    "TrackingOf",
    "plugin",
]

plugin = Plugin("commerce", version="1.0.0", engine=">=0.1,<1", requires=["base"])
