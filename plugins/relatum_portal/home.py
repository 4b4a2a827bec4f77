"""Home: what waits for who visits, what changed since last time, and the way to everything else.

What changed is told from the log of changes, from a bookmark on. A script asks every few seconds whether there is more, and
is answered with nothing most of the time. Looking writes nothing: the bookmark of who has none is begun by a form, which a
script sends by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import Response

from relatum import PORTAL, BadCursor, Line, News, StartOver
from relatum_portal.keeping import Bookmark, SavedList
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit

_SHOWN: Final = 30
"""Changes that are shown at once, the newest."""

_LOOKED_AT: Final = 1_000
"""Changes after the bookmark that are looked at, at once; further on there is too much to be read."""

_OWN: Final = frozenset({"SavedList", "SavedBy", "Bookmark", "BookmarkOf"})


@dataclass(frozen=True)
class Told:
    """What changed since the bookmark.

    Attributes:
        lines: the newest first.
        cursor: up to where they are told.
        many: whether there is more than is shown.
        begun: whether there is a bookmark.
        whole: whether all was looked at; else nothing newer comes to be shown until this is marked as read.
    """

    lines: Sequence[Line]
    cursor: str
    many: bool = False
    begun: bool = True
    whole: bool = True


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
        news=await _since_bookmark(visit),
    )


@pages.get("/news")
async def news(visit: PageVisit) -> Response:
    """What changed, for a script that has seen some of it; nothing where there is no more."""
    seen = dict(visit.query).get("seen")
    newer = await visit.ctx.changes(seen, language=visit.language)
    if not _of_others(newer) and not newer.more:
        return visit.nothing_new()
    return visit.part("news.html", news=await _since_bookmark(visit))


@pages.post("/news/read")
async def read(visit: PageVisit) -> Response:
    """Put the bookmark where somebody has read up to."""
    sent = dict(await visit.form())
    cursor = sent.get("cursor", "")
    if isinstance(cursor, str) and cursor:
        # A cursor that is none is told before it is kept.
        await visit.ctx.changes(cursor, language=visit.language)
        await _put(visit, cursor, anew="begin" not in sent)
    if visit.wants_part:
        return visit.part("news.html", news=await _since_bookmark(visit))
    return visit.redirect("/")


async def _since_bookmark(visit: PageVisit) -> Told:
    """What changed since the bookmark; for who has none nothing, up to now."""
    bookmark = await visit.ctx.db.select(Bookmark).first()
    try:
        found = await _looked_at(visit, bookmark.read_to if bookmark else None)
    except (StartOver, BadCursor):
        bookmark, found = None, await visit.ctx.changes(language=visit.language)
    if bookmark is None:
        return Told((), found.cursor, begun=False)
    lines = _of_others(found)
    many = len(lines) > _SHOWN or found.more
    return Told([*reversed(lines)][:_SHOWN], found.cursor, many, whole=not found.more)


async def _looked_at(visit: PageVisit, since: str | None) -> News:
    """What changed since a cursor, as far as it is looked at."""
    found = await visit.ctx.changes(since, first=_LOOKED_AT, language=visit.language)
    left = _LOOKED_AT - len(found.lines)
    if not found.more or left <= 0:
        return found
    # From a cursor in the midst of what was told at once, the rest of that is told; what came since, from there on.
    newer = await visit.ctx.changes(found.cursor, first=left, language=visit.language)
    return replace(newer, lines=(*found.lines, *newer.lines))


async def _put(visit: PageVisit, cursor: str, *, anew: bool) -> None:
    """Put the bookmark of who visits; nothing is put for an administrator who only looks.

    Args:
        visit: of a page.
        cursor: up to where is read.
        anew: whether one that is there is put elsewhere; else it stays: another page has begun it meanwhile.
    """
    who = visit.ctx.principal.id
    if visit.looking or who is None:
        return
    async with visit.ctx.unit() as ctx:
        await ctx.alone(f"bookmark of {who}")
        known = await ctx.db.select(Bookmark).first()
        if known is None:
            await ctx.db.create(Bookmark(read_to=cursor), bookmark_of=who)
        elif anew:
            await ctx.db.update(known, read_to=cursor)


def _of_others(found: News) -> list[Line]:
    """Changes of what has a name, and is nothing that the portal keeps itself; ties come along with what they are of."""
    return [
        each
        for each in found.lines
        if each.record is None or (each.record.label and each.record.type not in _OWN)
    ]
