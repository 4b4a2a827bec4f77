"""Lists of views: searched, filtered, sorted, page by page; saved under a name, and as a file of all rows."""

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import parse_qsl

from starlette.responses import Response, StreamingResponse

from relatum import Field
from relatum_portal.keeping import SavedList
from relatum_portal.records import record_id
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit

_OFFERED: Final = 50
"""Records that a filter offers to choose from."""

_LONGEST_NAME: Final = 80


@pages.get("/lists/{view}")
async def show(visit: PageVisit) -> Response:
    """A page of a list."""
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    listing = await view.list(visit.query)
    offered = {
        each.key: await view.choose(each.key, first=_OFFERED)
        for each in listing.filters
        if each.kind == "record"
    }
    own = await visit.ctx.db.select(SavedList).where(Field("view") == view.name).order("name").all()
    return visit.page(
        "list.html",
        status=422 if listing.problems else 200,
        view=view,
        at=f"/lists/{view.name}",
        listing=listing,
        offered=offered,
        saved=own,
        active=sum(bool(each.given) for each in listing.filters),
        kept=[pair for pair in parse_qsl(listing.query) if pair[0] in ("sort", "size")],
    )


@pages.get("/files/{view}.csv")
async def export(visit: PageVisit) -> Response:
    """All rows that the query admits, as a file."""
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    lines = view.csv(visit.query)
    # What is wrong with the query is told before anything is sent.
    first = await anext(lines, b"")
    name = view.name.replace(".", "-")
    return StreamingResponse(
        _all(first, lines),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


@pages.post("/lists/{view}/save")
async def save(visit: PageVisit) -> Response:
    """Keep a list as it is asked for, under a name."""
    form = {name: text for name, text in await visit.form() if isinstance(text, str)}
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    name = form.get("name", "").strip()[:_LONGEST_NAME]
    listing = await view.list(form.get("query", ""))
    if name and not listing.problems and visit.ctx.principal.id:
        kept = SavedList(name=name, view=view.name, query=listing.query)
        await visit.ctx.db.create(kept, saved_by=visit.ctx.principal.id)
        visit.tell(visit.gettext("The list is saved."))
    else:
        visit.tell(visit.gettext("Give the list a name to save it."), "problem")
    return visit.redirect(f"/lists/{view.name}", **dict(parse_qsl(listing.query)))


@pages.post("/saved/{id}/remove")
async def remove(visit: PageVisit) -> Response:
    """Forget a list that was kept."""
    kept = await visit.ctx.db.get(SavedList, record_id(visit))
    await visit.ctx.db.delete(kept)
    visit.tell(visit.gettext("The list is deleted."))
    return visit.redirect(f"/lists/{kept.view}")


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for each in rest:
        yield each
