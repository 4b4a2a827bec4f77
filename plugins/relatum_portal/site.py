"""The frame of the portal's pages: what stands beside each, and who begins here."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from relatum import PORTAL, Context
from relatum_server.plugins import Link, LinkGroup, Pages, PageVisit


def N_(text: str) -> str:  # noqa: N802  # as gettext has it
    """Mark a text that is translated where it is shown."""
    return text


class PortalSettings(BaseModel):
    """What an installation says to the portal."""

    staff: frozenset[str] = Field(
        frozenset({"administrator"}),
        description="Roles whose holders do not land in the portal when they sign in.",
    )


def navigation(visit: PageVisit) -> Sequence[LinkGroup]:
    """Home, and all lists that are for who visits."""
    home = Link(visit.gettext("Home"), visit.url("/"), current=visit.path == "/")
    views = [
        Link(each.title, address := f"/lists/{each.name}", current=is_at(visit, address))
        for each in visit.ctx.views(PORTAL, language=visit.language)
    ]
    shown = [Link(each.title, visit.url(each.address), current=each.current) for each in views]
    groups = [LinkGroup([home])]
    if shown:
        groups.append(LinkGroup(shown, visit.gettext("Lists")))
    return groups


def is_at(visit: PageVisit, path: str) -> bool:
    """Whether a visit is to a page or to one below it."""
    return visit.path == path or visit.path.startswith(f"{path}/")


def may_enter(ctx: Context) -> bool:
    """Whether the portal is for somebody: for all people who are signed in."""
    return ctx.principal.id is not None


def begins_here(ctx: Context) -> bool:
    """Whether somebody lands here after signing in: whoever is no staff."""
    settings: PortalSettings = ctx.settings
    return may_enter(ctx) and not ctx.principal.roles & settings.staff


pages = Pages("relatum_portal", title=N_("Portal"), navigation=navigation)
"""All pages; the modules beside add theirs."""
