"""Forms: rows as one object, as a list, as a connection, or as aggregates."""

from dataclasses import replace

from relatum.reading.aggregates import aggregated
from relatum.reading.conditions import predicate
from relatum.reading.connection import connected
from relatum.reading.context import Context, within
from relatum.reading.listing import Listing
from relatum.reading.orders import ordering
from relatum.reading.pages import window
from relatum.reading.rows import Row
from relatum.reading.sql import Json
from relatum.reading.ties import end_of, ties_at
from relatum_schemas.errors import BadSelection
from relatum_schemas.policy import AGGREGATE
from relatum_schemas.selection import Aggregate, Connection, EndOutput, Form, Many, One, Page


def formed(listing: Listing, form: Form, page: Page | None, *, context: Context) -> Json:
    """Return the JSON of a listing in a form.

    Raises:
        RelatumError: the form asks for what the rows do not have.
    """
    match form:
        case One(outputs=outputs):
            return listing.first(outputs, context=context)
        case Many(outputs=outputs):
            shown = window(page, listing.order, bounded=False, context=context)
            return listing.listed(shown, outputs, context=context)
        case Connection(items=items):
            if listing.across:
                raise BadSelection(
                    "A connection shows ties; its nodes are the far records.",
                    hint="Ask for edges or nodes, without node=True.",
                )
            shown = window(page, listing.order, bounded=True, context=context)
            return connected(listing, items, shown, context=context)
        case Aggregate():
            return aggregated(listing.row, form, context=context)


def ties_formed(output: EndOutput, row: Row, *, context: Context) -> Json:
    """Return the ties at an end of a row in the form asked.

    Raises:
        RelatumError: the form, filter, order or page asks for what the ties do not have.
    """
    end = end_of(row, output.end, context=context)
    if isinstance(output.form, Aggregate):
        context = replace(context, right=AGGREGATE)
    tie = ties_at(row, end, output.holds, context=context)
    if output.filter is not None:
        with within("filter"):
            chosen = predicate(output.filter, tie, context=context)
            tie = replace(tie, where=(*tie.where, chosen))
    order = ordering(tie, output.order, (), of=f"{end.relationship}.{end.side}", context=context)
    return formed(Listing(tie, order, output.node), output.form, output.page, context=context)
