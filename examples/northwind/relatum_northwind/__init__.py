"""What the Northwind trading firm needs beyond goods, prices, orders and shipments, which `relatum_commerce` knows.

`ties` says who covers which territory, and which carriers ship for the firm. Customers, suppliers and carriers are
organizations; what they are to Northwind is said by ties to it. What their people may see follows from these ties, as
`relatum_commerce` says.
"""

from relatum import Plugin
from relatum_northwind.ties import Covers, ShipsFor

__all__ = ["Covers", "ShipsFor", "plugin"]

plugin = Plugin("northwind", version="2.0", engine=">=0.1,<1", requires=["base", "commerce"])
