"""Ties in forms: one more at an end of a record, another course from a day on, its end."""

from uuid import UUID

from starlette.responses import Response

from relatum import PORTAL, Form
from relatum_portal.forms import Asked, form_page, form_sent
from relatum_portal.records import record_id
from relatum_portal.site import pages
from relatum_server.plugins import PageVisit


@pages.get("/relate/{id}/{end}")
async def begin(visit: PageVisit) -> Response:
    """The form of a new tie."""
    return await form_page(visit, await _new(visit), await _of_new(visit))


@pages.post("/relate/{id}/{end}")
async def relate(visit: PageVisit) -> Response:
    """Make a tie."""
    return await form_sent(visit, await _new(visit), await _of_new(visit))


@pages.get("/ties/{id}/change")
async def change(visit: PageVisit) -> Response:
    """The form of a tie, with what stands in it."""
    form = await visit.ctx.changing(record_id(visit), language=visit.language)
    return await form_page(visit, form, _of_change(visit, form))


@pages.post("/ties/{id}/change")
async def put(visit: PageVisit) -> Response:
    """Change a tie."""
    form = await visit.ctx.changing(record_id(visit), language=visit.language)
    return await form_sent(visit, form, _of_change(visit, form))


@pages.get("/ties/{id}/end")
async def leave(visit: PageVisit) -> Response:
    """Ask when a tie ends."""
    form = await visit.ctx.ending(record_id(visit), language=visit.language)
    return await form_page(visit, form, _of_end(visit, form))


@pages.post("/ties/{id}/end")
async def end(visit: PageVisit) -> Response:
    """End a tie."""
    form = await visit.ctx.ending(record_id(visit), language=visit.language)
    return await form_sent(visit, form, _of_end(visit, form))


async def _new(visit: PageVisit) -> Form:
    name = visit.request.path_params["end"]
    return await visit.ctx.relating(record_id(visit), name, language=visit.language)


async def _of_new(visit: PageVisit) -> Asked:
    record: UUID = record_id(visit)
    detail = await visit.ctx.detail(record, place=PORTAL, language=visit.language)
    titles = visit.ctx.titles(visit.language)
    what = titles.of(detail.type, visit.request.path_params["end"]).title
    return Asked(
        f"{detail.label}: {what}",
        visit.gettext("Add"),
        visit.gettext("It is added."),
        home=f"/records/{record}",
    )


def _of_change(visit: PageVisit, form: Form) -> Asked:
    help_ = visit.gettext("From the day on that you name it is so; without a day it always was.")
    return Asked(
        visit.gettext("Change: %(what)s") % {"what": form.title},
        visit.gettext("Save"),
        visit.gettext("It is saved."),
        help_ if _is_dated(form) else "",
        about=form.help,
    )


def _of_end(visit: PageVisit, form: Form) -> Asked:
    if _is_dated(form):
        return Asked(
            visit.gettext("End: %(what)s") % {"what": form.title},
            visit.gettext("End it"),
            visit.gettext("It is ended."),
            visit.gettext(
                "From the day on that you name it holds no longer. What was before stays known."
            ),
            about=form.help,
        )
    return Asked(
        visit.gettext("Remove: %(what)s") % {"what": form.title},
        visit.gettext("Remove it"),
        visit.gettext("It is removed."),
        visit.gettext("It is taken away as if it never was. The records at its ends stay."),
        about=form.help,
    )


def _is_dated(form: Form) -> bool:
    """Whether it asks for a day."""
    return any(each.kind in ("day", "instant") and ":" in each.name for each in form.inputs)
