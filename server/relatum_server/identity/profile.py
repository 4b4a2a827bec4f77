"""What a person says of itself on the account's page: its name and telephone, its language, what it is told of.

Name and telephone are fields of its record, as far as policies let it write them. The language and what it does not want
to be told of are kept with the account, and whatever speaks or writes to it keeps to them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum.catalogue import Catalogue
from relatum.catalogue.wording import ENGINE
from relatum.session import Session
from relatum.session.muting import EVERY_MESSAGE, MAIL, channels_of, mute, muted, unmute
from relatum.session.showing import Showing
from relatum.viewing import Form
from relatum.viewing.finding import found
from relatum.viewing.speaking import within
from relatum_schemas.errors import Forbidden, NotFound
from relatum_schemas.kinds import Phone
from relatum_server.identity.visits import Visit, posted
from relatum_server.pages.addresses import redirect
from relatum_server.pages.speaking import SPOKEN

_TOLD: Final = "told"


@dataclass(frozen=True)
class Topic:
    """What the messages of a plugin are about.

    Attributes:
        name: under which a form sends it: the channel and the plugin.
        title: what people call the plugin.
        told: whether the person is told of it.
    """

    name: str
    title: str
    told: bool


@dataclass(frozen=True)
class Telling:
    """A way in which people are told of something.

    Attributes:
        channel: its name.
        title: what people call it; empty for mail.
        topics: what it is told of.
    """

    channel: str
    title: str
    topics: Sequence[Topic]


async def details(session: Session) -> Form | None:
    """The form of what a person may change of its own name and telephone; None where that is nothing."""
    catalogue, me = session.catalogue, session.principal.id
    if me is None or session.principal.looking is not None:
        return None
    language = SPOKEN.get().language
    try:
        return await Showing(session, ENGINE).updating(
            me, fields=_of_oneself(catalogue, (await found(session, me)).type), language=language
        )
    except (Forbidden, NotFound):
        return None


async def tellings(session: Session, *, mail: bool) -> Sequence[Telling]:
    """How and of what a person is told.

    Args:
        session: of the person.
        mail: whether mail is sent here.
    """
    if session.principal.id is None:
        return ()
    ways, titles = [], SPOKEN.get().titles
    for channel in _channels(session.catalogue, mail=mail):
        silent = frozenset(await muted(session, channel=channel))
        topics = [
            Topic(f"{channel}.{plugin}", titles.plugin(plugin), not _is_silent(each, silent))
            for plugin, each in _messages(session.catalogue).items()
        ]
        title = "" if channel == MAIL else titles.plugin(channel)
        ways.append(Telling(channel, title, topics))
    return [each for each in ways if each.topics]


async def _put_details(visit: Visit) -> Response:
    form = await details(visit.state.database.asked_by(visit.person.principal))
    if form is None:
        raise Forbidden("You may change nothing of this.")
    sent = await form.submit(visit.form.multi_items())
    if sent.done:
        return redirect("/account", done="details")
    # The page shows forms, and this one leads back to it.
    from relatum_server.identity.account import account_page

    return await account_page(visit, filled_in=sent.form)


async def _put_tellings(visit: Visit) -> Response:
    session = visit.state.database.asked_by(visit.person.principal)
    wanted = set(visit.form.getlist(_TOLD))
    for each in await tellings(session, mail=bool(visit.state.settings.mail)):
        await _tell(session, each, wanted)
    return redirect("/account", done="told")


async def _tell(session: Session, telling: Telling, wanted: Collection[str]) -> None:
    """Mute what is not wanted by one channel; of a plugin that is told of already, the messages chosen stay chosen."""
    messages = {
        f"{telling.channel}.{name}": each for name, each in _messages(session.catalogue).items()
    }
    heard = [each.name for each in telling.topics if each.name in wanted and not each.told]
    silent = [each.name for each in telling.topics if each.name not in wanted]
    if heard:
        again = [EVERY_MESSAGE, *(message for name in heard for message in messages[name])]
        await unmute(session, again, channel=telling.channel)
    if silent:
        await mute(
            session,
            [message for name in silent for message in messages[name]],
            channel=telling.channel,
        )


def _of_oneself(catalogue: Catalogue, type_name: str) -> frozenset[str]:
    """The fields of a type of people that say how they are called, and at which number."""
    stored = catalogue.types[type_name].stored_fields
    return frozenset(
        each.name for each in stored if each.label or isinstance(within(each.kind), Phone)
    )


def _channels(catalogue: Catalogue, *, mail: bool) -> Sequence[str]:
    return [each for each in channels_of(catalogue) if each != MAIL or mail]


def _messages(catalogue: Catalogue) -> dict[str, list[str]]:
    """The full names of messages, by the plugin whose they are."""
    by_plugin: dict[str, list[str]] = {}
    for name in catalogue.templates:
        by_plugin.setdefault(name.partition(".")[0], []).append(name)
    return by_plugin


def _is_silent(messages: Sequence[str], silent: frozenset[str]) -> bool:
    return EVERY_MESSAGE in silent or silent.issuperset(messages)


PROFILE: Final[Sequence[BaseRoute]] = (
    posted("/account/details", _put_details),
    posted("/account/told", _put_tellings),
)
