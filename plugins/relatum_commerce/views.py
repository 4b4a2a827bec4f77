"""What is shown in the portal: to suppliers, to customers, and to those of us who look after orders and goods."""

from relatum import PORTAL, TIMELINE, Field, Group, Sublist, Ties, View
from relatum_base import Organization
from relatum_commerce.access import CUSTOMER, ORDER_DESK, PRODUCT_MANAGER, SUPPLIER
from relatum_commerce.complaining import answer_complaint, complain
from relatum_commerce.complaints import Complaint
from relatum_commerce.confirming import confirm_order
from relatum_commerce.deliveries import Shipment
from relatum_commerce.goods import Product
from relatum_commerce.ordering import cancel_order, place_order
from relatum_commerce.orders import Order
from relatum_commerce.pricing import price_of
from relatum_commerce.shipping import note_tracking, ship_order, track_shipment
from relatum_commerce.stock import stock_of
from relatum_commerce.terms import ExchangeRate, PriceList

_LINES = Sublist(
    "lines",
    columns="node node.number quantity unit_price discount net",
    title="Lines",
    empty="Nothing is ordered yet.",
)
_WAY = Sublist(
    "shipments", columns="node node.state node.shipped node.delivered", title="On its way"
)

_SUPPLIER = [
    View(
        "supplied_products",
        Product,
        place=PORTAL,
        title="Our products",
        help="What you supply, how much of it is there, and how many units are ordered.",
        empty="No product of yours is listed.",
        columns="name number category units_in_stock stock_as_of units_on_order order_lines.quantity.sum",
        filters="category discontinued",
        audience={SUPPLIER},
        detail=(
            Group("name number category description quantity_per_unit discontinued"),
            Group("units_in_stock stock_as_of units_on_order reorder_level", title="Stock"),
            Sublist("order_lines", columns="quantity", title="Lines of orders", empty="None yet."),
        ),
    ),
]

_CUSTOMER = [
    View(
        "orders",
        Order,
        place=PORTAL,
        title="Our orders",
        help="What your firm has ordered, how far it is, and its confirmations.",
        empty="Nothing is ordered yet.",
        columns="number ordered state required lines.count total customer_reference",
        order="-ordered",
        filters="state ordered required",
        actions=[place_order, complain, cancel_order],
        audience={CUSTOMER},
        detail=(
            Group("number state ordered required customer_reference employee confirmation"),
            Group("total freight", title="Amounts"),
            Group("ship_name ship_address note", title="Delivery"),
            _LINES,
            _WAY,
            Sublist("complaints", columns="node node.state", title="Complaints", empty="None."),
            TIMELINE,
        ),
    ),
    View(
        "shipments",
        Shipment,
        place=PORTAL,
        title="Our shipments",
        help="What is on its way to you, and where it is.",
        empty="Nothing is on its way.",
        columns="number order carrier state shipped delivered tracking_number",
        order="-shipped",
        filters="state shipped",
        actions=[track_shipment],
        audience={CUSTOMER},
        detail=(
            Group("number order carrier service state shipped delivered"),
            Group("tracking_number tracking_url", title="Tracking"),
            Sublist(
                "events",
                columns="node.at node.kind node.place node.note",
                title="On its way",
                empty="Nothing is known yet.",
            ),
        ),
    ),
    View(
        "complaints",
        Complaint,
        place=PORTAL,
        title="Our complaints",
        help="What was not as it should be, and what becomes of it.",
        empty="There is nothing to complain about.",
        columns="number subject kind state concerns",
        filters="state kind",
        audience={CUSTOMER},
        detail=(
            Group("number subject kind state concerns quantity description picture"),
            Group("answer", title="Our answer"),
            TIMELINE,
        ),
    ),
    View(
        "range",
        Product,
        place=PORTAL,
        title="What we offer",
        help="What can be ordered.",
        columns="name number category quantity_per_unit units_in_stock stock_as_of",
        where=Field("discontinued") == False,  # noqa: E712  # a condition
        filters="category",
        actions=[stock_of],
        audience={CUSTOMER},
        detail=(
            Group("name number category description quantity_per_unit"),
            Group("units_in_stock stock_as_of", title="Stock"),
            Sublist(
                "prices", columns="node price min_quantity", title="Prices", empty="Please ask."
            ),
        ),
    ),
]

_OURS = [
    View(
        "orders_to_confirm",
        Order,
        place=PORTAL,
        title="Orders to confirm",
        help="What customers have placed and nobody has confirmed.",
        empty="Every order is confirmed.",
        columns="number customer ordered required lines.count total",
        where=Field("state") == "placed",
        order="ordered",
        actions=[confirm_order, cancel_order],
        audience={ORDER_DESK},
        waiting=True,
    ),
    View(
        "orders_to_ship",
        Order,
        place=PORTAL,
        title="Orders to send",
        help="What is confirmed and not on its way.",
        empty="All that is confirmed is on its way.",
        columns="number customer ordered required lines.count ship_address",
        where=Field("state") == "confirmed",
        order="required",
        actions=[ship_order, cancel_order],
        audience={ORDER_DESK},
        waiting=True,
    ),
    View(
        "all_orders",
        Order,
        place=PORTAL,
        title="Orders",
        help="What customers have ordered.",
        columns="number customer ordered state lines.count total employee",
        order="-ordered",
        filters="state ordered customer employee",
        actions=[confirm_order, ship_order, cancel_order, complain],
        audience={ORDER_DESK},
    ),
    View(
        "shipments_under_way",
        Shipment,
        place=PORTAL,
        title="Shipments",
        help="What is on its way to customers.",
        columns="number order carrier state shipped tracking_number",
        order="-shipped",
        filters="state carrier shipped",
        actions=[note_tracking, track_shipment],
        audience={ORDER_DESK},
    ),
    View(
        "open_complaints",
        Complaint,
        place=PORTAL,
        title="Open complaints",
        help="What customers complain about and nobody has answered.",
        empty="Nobody waits for an answer.",
        columns="number customer subject kind state concerns",
        where=Field("state").one_of(["received", "in_review"]),
        filters="kind state customer",
        actions=[answer_complaint],
        audience={ORDER_DESK},
        waiting=True,
    ),
    View(
        "products",
        Product,
        place=PORTAL,
        title="Products",
        columns="name number category supplier units_in_stock stock_as_of reorder_level discontinued",
        filters="category supplier discontinued",
        actions=[stock_of],
        audience={ORDER_DESK, PRODUCT_MANAGER},
    ),
    View(
        "price_lists",
        PriceList,
        place=PORTAL,
        title="Price lists",
        columns="name currency audience level prices.count agreed_with.count",
        audience={PRODUCT_MANAGER},
    ),
    View(
        "exchange_rates",
        ExchangeRate,
        place=PORTAL,
        title="Exchange rates",
        columns="base quote day rate published_by",
        order="-day",
        audience={PRODUCT_MANAGER},
    ),
    View(
        "customers",
        Organization,
        place=PORTAL,
        title="Customers",
        columns="name address order_currency payment_days credit_limit orders.count",
        where=Ties("suppliers").some(Field("sells") == True),  # noqa: E712  # a condition
        actions=[place_order, price_of],
        audience={ORDER_DESK, PRODUCT_MANAGER},
    ),
]

views = [*_SUPPLIER, *_CUSTOMER, *_OURS]
