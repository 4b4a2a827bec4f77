"""Tells people of something: the engine's own workflow, a step per person and channel.

Nobody is told of a record that they may not see, and what they are shown of it is what they may read, in the language that
they are spoken to in. Who has muted a message in a channel is not sent it there. Mail is built in; plugins bring other
channels by filling a port.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from jinja2 import ChainableUndefined
from jinja2.sandbox import SandboxedEnvironment

from relatum.access import SYSTEM
from relatum.plugins.titles import Titles
from relatum.session.context import Context, context_for
from relatum.session.database import Database
from relatum.session.muting import EVERY_MESSAGE, MAIL, channels_of, muted_by
from relatum.workflows.context import WorkflowContext
from relatum_schemas.channel import CHANNEL, Attachment, Channel, Notice
from relatum_schemas.entity import Declared
from relatum_schemas.errors import NotFound, Refused, StepFailed, UnknownType
from relatum_schemas.kinds import FileReference
from relatum_schemas.relationship import Record
from relatum_schemas.selection import Compare, FieldPath, Operator
from relatum_schemas.workflow import Template

_LARGEST: Final = 10_000_000
"""Bytes of a file that goes along with a message at most; mail servers take little more."""

_WORDS: Final = SandboxedEnvironment(
    undefined=ChainableUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # it is plain text that is written here
)


class Notifying:
    """Tells people of something. See `relatum.session.context.Context.notify`."""

    def __init__(self, database: Database, messenger: Channel | None) -> None:
        """Bind the database, and what brings messages."""
        self._database = database
        self._messenger = messenger

    async def __call__(self, ctx: WorkflowContext, inputs: Mapping[str, Any]) -> None:
        """Tell each who is meant, whatever happens to the messages of the others.

        Raises:
            StepFailed: somebody could not be told.
        """
        people = await ctx.step(self._people, inputs["to"], inputs["role"])
        channels = await ctx.step(self._channels)
        failed: list[StepFailed] = []
        for person in people:
            for channel in channels:
                try:
                    await ctx.step(
                        self._tell, person, inputs["template"], inputs["record"], channel
                    )
                except StepFailed as error:
                    failed.append(error)
        if failed:
            told = len(people) * len(channels)
            raise StepFailed(f"{len(failed)} of {told} were not told: {failed[0].message}")

    async def _channels(self, ctx: Context) -> list[str]:
        """The ways in which people are told here; mail alone, where there is none, since that is told then."""
        del ctx
        known = channels_of(self._database.catalogue)
        return [each for each in known if each != MAIL or self._messenger] or [MAIL]

    async def _people(self, ctx: Context, to: Sequence[str], role: str | None) -> list[str]:
        """The records of those who are meant, each once."""
        del ctx
        people = [UUID(each) for each in to]
        if role is not None:
            for account in await self._database.identity.accounts(SYSTEM):
                capacities = await self._database.identity.capacities(account.record)
                if any(role in each.roles for each in capacities):
                    people.append(account.record)
        return [str(each) for each in dict.fromkeys(people)]

    async def _tell(
        self, ctx: Context, person: str, template: str, record: str | None, channel: str
    ) -> str | None:
        """Send a message to one person, and return the address; None where it is not to be told so."""
        who = UUID(person)
        accounts = [
            each
            for each in await self._database.identity.accounts_of(SYSTEM, [who])
            if not each.disabled
        ]
        if not accounts or await self._is_muted(who, template, channel):
            return None
        shown: Declared | None = None
        if record is not None:
            shown = await self._as_seen(who, UUID(record))
            if shown is None:
                return None
        titles = ctx.titles(await ctx.language_of(who))
        words = titles.template(template)
        given = {"record": shown, "person": accounts[0]}
        assert ctx.key is not None
        notice = Notice(
            to=accounts[0].email,
            subject=" ".join(_rendered(words.subject, titles, given).split()),
            text=_rendered(words.text, titles, given),
            key=ctx.key,
            person=who,
            attachments=await self._attached(shown, words),
        )
        await (await self._channel(channel, who)).deliver(notice)
        return notice.to

    async def _attached(self, shown: Declared | None, words: Template) -> tuple[Attachment, ...]:
        """The file that goes along with a message, as far as its receiver may read it and it is no burden to mail."""
        file = getattr(shown, words.attach, None) if words.attach else None
        files = self._database.storage.surroundings.files
        if files is None or not isinstance(file, FileReference) or file.size > _LARGEST:
            return ()
        return (Attachment(file.name, file.media_type, await files.content(file)),)

    async def _channel(self, name: str, person: UUID) -> Channel:
        """What brings notices, made with the rights of who receives them."""
        if name != MAIL:
            rule = self._database.catalogue.port(CHANNEL)
            filling = next((each for each in rule.fillings if each.plugin == name), None)
            if filling is None:
                raise UnknownType(f"There is no channel {name!r} any more.")
            capacities = await self._database.identity.capacities(person)
            session = self._database.as_(capacities[0])
            made: Channel = filling.make(context_for(session, plugin=name, function=CHANNEL.name))
            return made
        if self._messenger is None:
            raise Refused(
                "no_mail",
                message="This installation sends no mail. Name a mail server in the settings.",
            )
        return self._messenger

    async def _as_seen(self, person: UUID, record: UUID) -> Declared | None:
        """A record as a person may see it, for itself or for a firm that it may act for; None where it may not."""
        it = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(record))
        for capacity in await self._database.identity.capacities(person):
            session = self._database.as_(capacity)
            found = await session.select(Record).where(it).first()
            if found is not None:
                try:
                    return await session.get(type(found), record)
                except NotFound:
                    continue
        return None

    async def _is_muted(self, person: UUID, template: str, channel: str) -> bool:
        async with self._database.connections.reading() as connection:
            muted = await muted_by(connection, person, channel)
        return template in muted or EVERY_MESSAGE in muted


def _rendered(template: str, titles: Titles, given: Mapping[str, object]) -> str:
    """A template with what is given, values as the language writes them."""
    return _WORDS.overlay(finalize=titles.value).from_string(template).render(given)
