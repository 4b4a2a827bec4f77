"""One record: its facts, its ties, what happened to it and what may be done with it; and why it is open to who sees it."""

from typing import Final
from uuid import UUID

from starlette.responses import Response

from relatum import PORTAL, TIMELINE, NotFound
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit

_TIES: Final = 50
"""Ties on a page of all of them."""

_LINES: Final = 20
"""Lines of a timeline that are shown at once."""


@pages.get("/lists/{view}/{id}")
async def show(visit: PageVisit) -> Response:
    """A record in the detail of a view."""
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    detail = await view.detail(record_id(visit))
    history = None
    if detail.history and any(each is TIMELINE for each in detail.sections):
        history = await visit.ctx.history(detail.id, first=_LINES, language=visit.language)
    return visit.page(
        "record.html",
        view=view,
        detail=detail,
        history=history,
        at=f"/lists/{view.name}/{detail.id}",
    )


@pages.get("/lists/{view}/{id}/{end}")
async def ties(visit: PageVisit) -> Response:
    """All ties at an end of a record, page by page."""
    view = visit.ctx.view(visit.request.path_params["view"], language=visit.language)
    record, end = record_id(visit), visit.request.path_params["end"]
    asked = dict(visit.query)
    return visit.page(
        "ties.html",
        view=view,
        detail=await view.detail(record),
        part=await view.ties(record, end, first=_TIES, after=asked.get("after")),
    )


@pages.get("/records/{id}")
async def find(visit: PageVisit) -> Response:
    """Lead to where a record is shown."""
    detail = await visit.ctx.detail(record_id(visit), place=PORTAL, language=visit.language)
    if detail.link is not None:
        return visit.redirect(f"/lists/{detail.link.view}/{detail.link.id}")
    history = None
    if detail.history:
        history = await visit.ctx.history(detail.id, first=_LINES, language=visit.language)
    return visit.page(
        "record.html", view=None, detail=detail, history=history, at=f"/records/{detail.id}"
    )


@pages.get("/why/{id}")
async def why(visit: PageVisit) -> Response:
    """Why a record is open to who sees it, in plain words: for administrators, be it while they look as somebody else."""
    record = record_id(visit)
    told = await visit.why(record)
    detail = await visit.ctx.detail(record, place=PORTAL, language=visit.language)
    return visit.page("why.html", detail=detail, why=told)


def record_id(visit: PageVisit) -> UUID:
    """The record that an address names.

    Raises:
        NotFound: it names none.
    """
    try:
        return UUID(visit.request.path_params["id"])
    except ValueError:
        raise NotFound(visit.gettext("There is no such record.")) from None
