"""The public form for leads: a page that whoever is interested fills in, be it on a page of another site of ours.

It is there where the installation says so. Nobody reads anything by it: what it keeps, it keeps with rights of its own, and
it answers everybody alike. Programs that fill in everything are thanked, and what they say is not kept; who comes too often
waits, as at all pages for everybody.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from relatum import (
    CREATE,
    READ,
    RELATE,
    Context,
    Field,
    NotFound,
    Problems,
    RelatumError,
    Right,
    Saving,
    Tied,
    hookimpl,
)
from relatum_base import Person
from relatum_sales.leads import Lead, LeadOwnedBy
from relatum_sales.settings import LeadForm, SalesSettings
from relatum_server.plugins import Pages, PageVisit

pages = Pages("relatum_sales", title="Contact")

FIELDS: Final = {
    "company": "organization",
    "given_name": "given-name",
    "family_name": "family-name",
    "email": "email",
    "phone": "tel",
    "website": "url",
    "interest": "off",
}
"""What is asked for, with what browsers call it that fill it in."""

TRAP: Final = "subject"
"""A field that people do not see: whoever fills it in is no person."""

_LONGEST: Final = 5000
_KEEPING: Final[Mapping[type | str, Right]] = {
    Lead: READ | CREATE | RELATE,
    LeadOwnedBy: READ | RELATE,
    Person: READ | RELATE,
}


@pages.get("/lead", public=True)
async def ask(visit: PageVisit) -> Response:
    """The form."""
    return _page(visit, {}, {})


@pages.post("/lead", public=True, elevated=_KEEPING)
async def send(visit: PageVisit) -> Response:
    """Keep what was filled in."""
    _form(visit)
    sent = {name: text.strip() for name, text in await visit.form() if isinstance(text, str)}
    if sent.get(TRAP):
        return visit.redirect("/lead/thanks")
    given = {name: text for name, text in sent.items() if name in FIELDS and text}
    problems = _missing(visit, given)
    if not problems:
        try:
            await _keep(visit, given)
        except RelatumError as error:
            each = error.problems if isinstance(error, Problems) else (error,)
            problems = {_field(one): visit.wrong(one) for one in each}
    if problems:
        return _page(visit, given, problems)
    return visit.redirect("/lead/thanks")


@pages.get("/lead/thanks", public=True)
async def thanks(visit: PageVisit) -> Response:
    """What is said when it is done."""
    return visit.page("thanks.html", framed_by=_form(visit).framed_by)


def _form(visit: PageVisit) -> LeadForm:
    """What the installation says of the form.

    Raises:
        NotFound: it is not there.
    """
    settings: SalesSettings = visit.ctx.settings
    if not settings.lead_form.open:
        raise NotFound("There is no such page.")
    return settings.lead_form


def _page(visit: PageVisit, given: Mapping[str, str], problems: Mapping[str, str]) -> Response:
    form, titles = _form(visit), visit.ctx.titles(visit.language)
    return visit.page(
        "lead.html",
        status=422 if problems else 200,
        framed_by=form.framed_by,
        title=form.title or visit.gettext("How can we help you?"),
        fields=[(name, titles.of("Lead", name), known) for name, known in FIELDS.items()],
        given=given,
        problems=problems,
        trap=TRAP,
    )


def _missing(visit: PageVisit, given: Mapping[str, str]) -> dict[str, str]:
    """What has to be said, by the field at which it is told."""
    problems = {}
    if not given.get("family_name") and not given.get("company"):
        problems["family_name"] = visit.gettext("Tell us your name, or that of your firm.")
    if not given.get("email") and not given.get("phone"):
        problems["email"] = visit.gettext("Tell us how we can reach you, by mail or telephone.")
    if len(given.get("interest", "")) > _LONGEST:
        problems["interest"] = visit.gettext("This is too long: say it in fewer words.")
    return problems


async def _keep(visit: PageVisit, given: Mapping[str, str]) -> None:
    """Keep the lead, and have those told who are to look after it."""
    form = _form(visit)
    async with visit.ctx.unit(reason="lead form") as ctx:
        owner = await _owner(ctx, form)
        looked_after = (Tied(owner.id, valid_from=ctx.today),) if owner else ()
        said = {**given, "came_by": "web", "language": visit.language}
        (kept,) = await ctx.elevated.save([Saving("Lead", said, {"owner": looked_after})])
        if owner or form.tells:
            told = [owner] if owner else []
            await ctx.notify(told, role=form.tells, template="lead_came", record=kept.id)


async def _owner(ctx: Context, form: LeadForm) -> Person | None:
    """Who is to look after what comes by the form, if there is such a person."""
    if form.owner is None:
        return None
    return await ctx.elevated.select(Person).where(Field("id") == form.owner).first()


def _field(error: RelatumError) -> str:
    """At which field something is told; at the form for what is about none."""
    known = [each for each in error.path if each in FIELDS]
    return str(known[-1]) if known else ""


@hookimpl
def routes() -> Sequence[Route]:
    """The form's pages."""
    return pages.routes
