"""What functions of plugins are given: the database as somebody may use it, and what surrounds the plugin.

Every context is made here, by [`context_for`][relatum.session.context.context_for]: for actions, reactions, workflows and
hooks alike. What it shows people is in `relatum.session.showing`.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from relatum.access import Principal
from relatum.identifiers import new_id
from relatum.session.languages import language_of
from relatum.session.records import as_list, identity
from relatum.session.session import Session
from relatum.session.showing import Showing
from relatum.session.starting import notify, start_workflow
from relatum.writing.periods import today
from relatum_schemas.entity import Declared
from relatum_schemas.errors import BadSetting, PluginError
from relatum_schemas.kinds import FileReference
from relatum_schemas.policy import Right
from relatum_schemas.port import Port
from relatum_schemas.workflow import Workflow

P = TypeVar("P")


@dataclass(frozen=True)
class Context(Showing):
    """What a function of a plugin is given.

    Attributes:
        db: the database as the caller.
        elevated: the same unit of work with the rights that the function declares beyond the caller's.
        principal: who calls.
        purpose: what the call is for.
        now: the present.
        log: of the program, named for the plugin and the function.
        plugin: whose function it is.
        key: names what is done, the same when it is done again after it was cut short; None where nothing is kept of it.
        ids: gives the ids of what is started from here.
    """

    elevated: Session
    principal: Principal
    now: datetime
    log: logging.Logger
    key: str | None = None
    ids: Callable[[], UUID] = new_id

    @property
    def purpose(self) -> str:
        """What the call is for."""
        return self.principal.purpose

    @property
    def today(self) -> date:
        """The day that it is in the installation's zone."""
        return today(self.now, self.db.catalogue.zone)

    @property
    def settings(self) -> Any:
        """The plugin's settings, of the model that its manifest names.

        Raises:
            BadSetting: its manifest names none.
        """
        found = self.db.storage.surroundings.settings.get(self.plugin)
        if found is None:
            raise BadSetting(
                f"The plugin {self.plugin!r} has no settings.",
                hint="Write Plugin(..., settings=Model).",
            )
        return found

    async def keep_file(self, name: str, media_type: str, content: bytes) -> FileReference:
        """Keep a file that the plugin has made, for a field of a record to name. One that none names is gone after a day.

        It is kept at once, whatever becomes of the unit of work.

        Args:
            name: that it is saved under.
            media_type: such as ``application/pdf``.
            content: all of it.

        Returns:
            What the field's value is.

        Raises:
            BadSetting: the installation keeps no files.
        """
        files = self.db.storage.surroundings.files
        if files is None:
            raise BadSetting(
                "This installation keeps no files.",
                hint="Say in which folder: relatum serve --files.",
            )
        return await files.keep(name, media_type, content)

    @asynccontextmanager
    async def unit(self, *, reason: str | None = None) -> AsyncIterator["Context"]:
        """One unit of work: what is written, started and told by the context given is done together, or not at all.

        Actions are one already; reactions, steps and routes are where it is for.

        Args:
            reason: kept beside each change.
        """
        async with self.db.unit(reason=reason) as db:
            lent = self.elevated.principal.elevated
            elevated = db if self.elevated is self.db else db.lent(lent)
            yield replace(self, db=db, elevated=elevated)

    async def alone(self, name: str) -> None:
        """Let only one unit of work at a time go on from here, until it has ended; others wait.

        For what has to be looked at and written with nobody in between, where no limit, unique value or key says it:
        what is read from here on has all that those before have written. Take it before anything is written, and
        several always in one order.

        Args:
            name: of what is done so, within the plugin. Units that give other names do not wait.
        """
        await self.db.alone(f"{self.plugin}.{name}")

    async def start(self, workflow: Workflow, **inputs: object) -> str:
        """Have a workflow started once the unit of work is committed, and never if it is undone.

        Args:
            workflow: what to start.
            inputs: what it is given.

        Returns:
            The workflow's id.

        Raises:
            Problems: inputs are missing, unknown or wrong; each with its path.
        """
        return await start_workflow(self.db, workflow, inputs, ids=self.ids)

    async def notify(
        self,
        to: Declared | UUID | Sequence[Declared | UUID] = (),
        *,
        role: str | None = None,
        template: str,
        record: Declared | UUID | None = None,
    ) -> None:
        """Tell people of something, each who may see the record and has not muted it; once the unit is committed.

        Args:
            to: the people, by their records.
            role: all who have this role, too.
            template: the name of a message, with its plugin's where it is another's: ``"visits.requested"``.
            record: what it is about.

        Raises:
            UnknownType: there is no such message.
        """
        await notify(
            self.db,
            as_list(to),
            role=role,
            template=template,
            record=record,
            plugin=self.plugin,
            ids=self.ids,
        )

    async def language_of(self, *records: Declared | UUID) -> str:
        """The language to speak to a person or a firm in, by its tag, such as ``de``.

        It is the one that the person has chosen, else the one that the record names in its field ``language``, else that of
        the installation; English where nothing is translated into any of these. The caller need not be able to read it.

        Args:
            records: the person, or the firm; of several the first of whom one is known.
        """
        return await language_of(self.db, *map(identity, records))

    def port(self, port: Port[P]) -> P:
        """What fills a port.

        Raises:
            PluginError: nothing does, or several plugins do.
        """
        filled = self.ports(port)
        if len(filled) == 1:
            return next(iter(filled.values()))
        name = self.db.catalogue.port(port).name
        if filled:
            raise PluginError(
                f"The port {name!r} is filled by several plugins: {', '.join(filled)}.",
                hint="Ask for all of them: ctx.ports(...).",
            )
        raise PluginError(
            f"No plugin fills the port {name!r}.", hint="Install one that does, and activate it."
        )

    def ports(self, port: Port[P]) -> Mapping[str, P]:
        """All that fills a port, by the name of the plugin that does, in the order in which they were loaded."""
        return {
            each.plugin: each.make(context_for(self.db, plugin=each.plugin, function=port.name))
            for each in self.db.catalogue.port(port).fillings
        }


def context_for(
    session: Session,
    *,
    plugin: str,
    function: str,
    elevated: Mapping[str, Right] | None = None,
    key: str | None = None,
    ids: Callable[[], UUID] = new_id,
) -> Context:
    """The context of a plugin's function.

    Args:
        session: the database as the caller, usually in a unit of work.
        plugin: whose function it is.
        function: its name, for the log.
        elevated: rights beyond the caller's that it declares, by the name of a type or trait.
        key: names what is done, the same when it is done again after it was cut short.
        ids: gives the ids of what is started from here.
    """
    lent = session.lent(frozenset(elevated.items())) if elevated else session
    return Context(
        db=session,
        elevated=lent,
        principal=session.principal,
        now=session.storage.clock(),
        log=logging.getLogger(f"relatum.plugins.{plugin}.{function}"),
        plugin=plugin,
        key=key,
        ids=ids,
    )
