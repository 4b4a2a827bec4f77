"""Deleting records, which is asked about before, and undone by whoever did it, where policies let it be restored."""

from uuid import UUID

from starlette.responses import Response

from relatum import PORTAL, Conflict, Forbidden, NotFound, RelatumError, TieList
from relatum_portal.forms import back_of
from relatum_portal.records import record_id
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit


class _Rehearsed(Exception):
    """All went well, and is undone."""


@pages.get("/delete/{id}")
async def ask(visit: PageVisit) -> Response:
    """Ask whether a record is to be deleted."""
    detail = await visit.ctx.detail(record_id(visit), place=PORTAL, language=visit.language)
    if not detail.deletes:
        raise Forbidden(visit.gettext("You may not delete this."))
    ties = sum(each.total for each in detail.sections if isinstance(each, TieList))
    back = back_of(visit, f"/records/{detail.id}")
    return visit.page("delete.html", detail=detail, ties=ties, back=back)


@pages.post("/delete/{id}")
async def delete(visit: PageVisit) -> Response:
    """Delete a record. What is sent twice finds it deleted already, and leads to the same page."""
    record = record_id(visit)
    try:
        await visit.ctx.db.delete(record)
    except NotFound:
        visit.tell(visit.gettext("It is not there any more."))
    else:
        visit.tell(visit.gettext("It is deleted."))
    undo = "yes" if await _may_restore(visit, record) else None
    return visit.redirect(f"/deleted/{record}", back=back_of(visit), undo=undo)


@pages.get("/deleted/{id}")
async def deleted(visit: PageVisit) -> Response:
    """Say that a record is deleted, and offer to undo that."""
    undo = dict(visit.query).get("undo") == "yes"
    return visit.page("deleted.html", record=record_id(visit), undo=undo, back=back_of(visit))


@pages.post("/restore/{id}")
async def restore(visit: PageVisit) -> Response:
    """Undo a deletion, with all that it took along."""
    record = record_id(visit)
    try:
        await visit.ctx.db.restore(record)
    except Conflict:
        visit.tell(visit.gettext("It was there already."))
    else:
        visit.tell(visit.gettext("It is back, with all that went along with it."))
    return visit.redirect(f"/records/{record}")


async def _may_restore(visit: PageVisit, record: UUID) -> bool:
    """Whether a deletion could be undone: it is tried, and left."""
    try:
        async with visit.ctx.unit() as ctx:
            await ctx.db.restore(record)
            raise _Rehearsed
    except _Rehearsed:
        return True
    except RelatumError:
        return False
