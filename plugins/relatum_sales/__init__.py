"""How business is won: leads, opportunities in pipelines, quotes, territories, and deals that partners register."""

from relatum import Plugin

plugin = Plugin(
    "sales", version="1.0", engine=">=0.1,<1", requires=["base", "activities", "commerce"]
)
