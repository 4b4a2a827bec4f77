"""Pages in which the people of partner firms see and change what their relationships entitle them to.

Nothing here knows what is sold, ordered or promised: everything that is shown follows from what other plugins declare.
Their views with ``place=PORTAL`` are lists and details, their actions are forms, their types have timelines and files.

1. `keeping`: what the portal keeps itself: lists under names of their own, and how far somebody has read what changed.
2. `site`: the pages' frame, what stands beside each, and who begins here.
3. `home` (what waits, what changed), `lists` (of views, as files too), `records` (one in detail, and why it is open),
   `forms` (of actions and of records), `tying` (of ties), `deleting` (and undoing it).
"""

from collections.abc import Sequence

from starlette.routing import Route

from relatum import Plugin, hookimpl
from relatum_portal import deleting, forms, home, lists, records, tying
from relatum_portal.keeping import (
    Bookmark,
    BookmarkOf,
    SavedBy,
    SavedList,
    policies,
    roles,
)
from relatum_portal.site import N_, PortalSettings, begins_here, may_enter, pages
from relatum_server.plugins import Entrance

__all__ = [
    "Bookmark",
    "BookmarkOf",
    "SavedBy",
    "SavedList",
    "deleting",
    "forms",
    "home",
    "lists",
    "plugin",
    "policies",
    "records",
    "roles",
    "tying",
]

plugin = Plugin(
    "portal",
    version="1.0",
    engine=">=0.1,<1",
    requires=["base"],
    settings=PortalSettings,
    title="Portal",
)


@hookimpl
def routes() -> Sequence[Route]:
    """All pages of the portal."""
    return pages.routes


@hookimpl
def entrances() -> Sequence[Entrance]:
    """The way in: for everybody who is signed in, and where those land who are no staff."""
    return [
        Entrance(
            "/",
            title=N_("Portal"),
            help=N_("What your relationships entitle you to see and do."),
            is_for=may_enter,
            lands=begins_here,
        )
    ]
