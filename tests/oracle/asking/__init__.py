"""Random requests that have a meaning, over any catalogue.

In the order of their making: `asker` (names, paths, values), `conditions`, `aggregates`, `forms`, `requests`.
"""
