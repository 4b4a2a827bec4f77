"""A graph as it was earlier, and as others may not tell it from."""

from dataclasses import replace
from datetime import datetime

from relatum.connections.types import FOREVER
from tests.oracle.graph import Graph


def until(graph: Graph, instant: datetime) -> Graph:
    """All that was recorded up to an instant, that one included."""
    versions = [
        replace(each, recorded_to=FOREVER) if each.recorded_to > instant else each
        for each in graph.versions
        if each.recorded_from <= instant
    ]
    current = {each.id for each in versions if each.recorded_to == FOREVER}
    merged = {old: new for old, new in graph.merged.items() if old not in current}
    known = {each.id for each in versions}
    return Graph(versions, {old: new for old, new in merged.items() if old in known})
