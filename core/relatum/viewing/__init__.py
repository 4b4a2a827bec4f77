"""Views as people look at them: lists, details, forms and files, as plain values in one language.

In the order in which a look passes through:

1. `desk`: who looks, in which place and language; `sight`: what may be known of there. `reads`: what is asked of a session.
2. `views`: a view as one principal sees it. `querying`: what is asked of its list; `listing`: the answer, with its
   `filters`. `exporting`: all of it, as a file.
3. `details`: one record. `offers`: what may be done with it. `histories`: what was done to it.
4. `columns`: from columns to what a statement shows, and from its JSON to values. `speaking`: values in words.
   `shown`: what pages are made of. `choosing`: records to choose from.
5. `forms`: what actions and records ask for, judged and done.
"""

from relatum.viewing.desk import Desk
from relatum.viewing.details import Detail, Facts, TieList, detail_of_any
from relatum.viewing.finding import found
from relatum.viewing.forms import (
    Form,
    Input,
    Once,
    Sent,
    form_changing,
    form_creating,
    form_ending,
    form_of_action,
    form_relating,
    form_updating,
)
from relatum.viewing.histories import History, Line, history
from relatum.viewing.listing import Listing
from relatum.viewing.offers import callable_at_all, callable_now
from relatum.viewing.shown import Cell, Choice, Column, FileAt, Filter, Link, Named, Offer, Row
from relatum.viewing.views import ShownView, shown_views, waiting

__all__ = [
    "Cell",
    "Choice",
    "Column",
    "Desk",
    "Detail",
    "Facts",
    "FileAt",
    "Filter",
    "Form",
    "History",
    "Input",
    "Line",
    "Link",
    "Listing",
    "Named",
    "Offer",
    "Once",
    "Row",
    "Sent",
    "ShownView",
    "TieList",
    "callable_at_all",
    "callable_now",
    "detail_of_any",
    "form_changing",
    "form_creating",
    "form_ending",
    "form_of_action",
    "form_relating",
    "form_updating",
    "found",
    "history",
    "shown_views",
    "waiting",
]
