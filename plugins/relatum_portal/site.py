"""The frame of the portal's pages: what stands beside each, and who begins here."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from pydantic import BaseModel, Field

from relatum import PORTAL, Context, ShownView
from relatum_server.plugins import Link, LinkGroup, Pages, PageVisit

_FEW: Final = 8
"""Lists that stand beside each other without being parted."""


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
    """Home, and all lists that are for who visits: many of them by the plugins whose they are."""
    home = Link(visit.gettext("Home"), visit.url("/"), current=visit.path == "/")
    views = visit.ctx.views(PORTAL, language=visit.language)
    by_plugin = groupby(views, key=lambda each: each.plugin)
    groups = [
        LinkGroup(_links(visit, each), visit.speech.titles.plugin(plugin))
        for plugin, each in by_plugin
    ]
    if len(views) <= _FEW:
        groups = [LinkGroup(_links(visit, views), visit.gettext("Lists"))] if views else []
    return [LinkGroup([home]), *groups]


def _links(visit: PageVisit, views: Iterable[ShownView]) -> Sequence[Link]:
    """The ways to lists."""
    addresses = {f"/lists/{each.name}": each.title for each in views}
    return [
        Link(title, visit.url(address), current=is_at(visit, address))
        for address, title in addresses.items()
    ]


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
