"""What the rules of commerce ask of records that tests make up."""

from typing import Any, Final

_PRICE: Final = {"amount": "12.00", "currency": "EUR"}

VALUES: Final[dict[str, dict[str, Any]]] = {
    "AgreedPrices": {"discount": "0.05"},
    "ExchangeRate": {"base": "EUR", "quote": "USD"},
    "Order": {"currency": "EUR", "freight": _PRICE},
    "OrderLine": {"unit_price": _PRICE, "discount": "0.10"},
    "PriceList": {"currency": "EUR"},
    "PricedIn": {"price": _PRICE, "min_quantity": 1},
    "Product": {"discontinued": False},
}
