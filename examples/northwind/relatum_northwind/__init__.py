"""The Northwind trading firm: orders, products and who sells them to whom."""
