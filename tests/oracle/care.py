"""A second plugin, which adds fields to the first one's types."""

from decimal import Decimal
from typing import Annotated, Literal

from relatum_schemas.entity import Extension
from relatum_schemas.markers import Scale, Searchable
from relatum_schemas.plugin import Plugin
from tests.oracle.world import Organization


class Care(Extension[Organization]):
    """What maintenance adds to a firm."""

    level: Literal["basic", "gold"] = "basic"
    remark: Annotated[str | None, Searchable] = None
    factor: Annotated[Decimal | None, Scale(6)] = None


plugin = Plugin("care", version="1.0", requires=["world"])
