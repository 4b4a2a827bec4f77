"""Ways into what plugins serve: where the start page leads, and where somebody lands who signs in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relatum.session import Context, Session, context_for
from relatum_server.pages.speaking import SPOKEN


@dataclass(frozen=True)
class Entrance:
    """A page of a plugin at which people begin.

    Attributes:
        path: of the page, seen from ``/x/<plugin>``.
        title: what the way to it is called.
        help: a sentence about what is there.
        is_for: whether it is for somebody.
        lands: whether somebody for whom it is lands there after signing in, unless another page was asked for.
    """

    path: str
    title: str
    help: str = ""
    is_for: Callable[[Context], bool] = lambda ctx: ctx.principal.id is not None
    lands: Callable[[Context], bool] = lambda ctx: False


@dataclass(frozen=True)
class Way:
    """An entrance, as somebody is shown it.

    Attributes:
        address: of its page.
        title: in the language of the page.
        help: in the language of the page.
        lands: whether it is where this person lands.
    """

    address: str
    title: str
    help: str
    lands: bool


def ways_in(session: Session) -> Sequence[Way]:
    """The entrances that are for who asks, in the order in which plugins were loaded.

    Args:
        session: of who asks.
    """
    found: list[Way] = []
    hooks = session.storage.surroundings.hooks
    for plugin, entrances in hooks.given("entrances"):
        if plugin not in session.catalogue.plugins:
            continue
        context = context_for(session, plugin=plugin, function="entrances")
        texts = context.titles(SPOKEN.get().language)
        for each in entrances:
            if each.is_for(context):
                at = f"/x/{plugin}{each.path}"
                found.append(
                    Way(
                        at, texts.gettext(each.title), texts.gettext(each.help), each.lands(context)
                    )
                )
    return found
