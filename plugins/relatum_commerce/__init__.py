"""What is sold, at which price, and to whom it went: products, price lists, orders, shipments, complaints."""

from relatum import Plugin

plugin = Plugin("commerce", version="1.0", engine=">=0.1,<1", requires=["base"])
