"""Home: what waits for who visits, what changed since last time, and the way to everything else.

What changed is told from the log of changes, from a bookmark on. A script asks every few seconds whether there is more, and
is answered with nothing most of the time.
"""

from typing import Final

from starlette.responses import Response

from relatum import PORTAL
from relatum_portal.keeping import Bookmark, SavedList
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit

_TOLD: Final = 30
"""Changes that are told at once."""

_OWN: Final = frozenset({"SavedList", "SavedBy", "Bookmark", "BookmarkOf"})


@pages.get("/")
async def home(visit: PageVisit) -> Response:
    """What waits, what changed, and all lists."""
    views = visit.ctx.views(PORTAL, language=visit.language)
    waiting = await visit.ctx.waiting(PORTAL)
    return visit.page(
        "home.html",
        waiting=[(each, waiting[each.name]) for each in views if each.name in waiting],
        views=[each for each in views if each.name not in waiting],
        saved=await visit.ctx.db.select(SavedList).order("name").all(),
        news=await _news(visit),
    )


@pages.get("/news")
async def news(visit: PageVisit) -> Response:
    """What changed, for a script that has seen some of it; nothing where there is no more."""
    told = await _news(visit)
    if dict(visit.query).get("seen") == told["seen"]:
        return visit.nothing_new()
    return visit.part("news.html", news=told)


@pages.post("/news/read")
async def read(visit: PageVisit) -> Response:
    """Put the bookmark where somebody has read up to."""
    cursor = next((text for name, text in await visit.form() if name == "cursor"), "")
    if isinstance(cursor, str) and cursor and visit.ctx.principal.id:
        async with visit.ctx.unit() as ctx:
            known = await ctx.db.select(Bookmark).first()
            if known is None:
                await ctx.db.create(Bookmark(read_to=cursor), bookmark_of=ctx.principal.id)
            else:
                await ctx.db.update(known, read_to=cursor)
    return visit.redirect("/")


async def _news(visit: PageVisit) -> dict[str, object]:
    """What changed since the bookmark."""
    return {"lines": (), "cursor": "", "seen": ""}
