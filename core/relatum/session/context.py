"""What functions of plugins are given: the database as somebody may use it, and what surrounds the plugin.

Every context is made here, by [`context_for`][relatum.session.context.context_for]: for actions, reactions, workflows and
hooks alike.
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
from relatum.plugins.messages import ENGLISH
from relatum.plugins.titles import Titles
from relatum.session.records import as_list, identity
from relatum.session.session import Session
from relatum.session.starting import notify, start_workflow
from relatum.session.telling import News, news
from relatum.viewing import (
    Desk,
    Detail,
    Form,
    History,
    ShownView,
    callable_at_all,
    detail_of_any,
    form_creating,
    form_of_action,
    form_updating,
    history,
    shown_views,
    waiting,
)
from relatum.writing import Saving
from relatum.writing.periods import today
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import (
    BadSetting,
    Forbidden,
    NotFound,
    PluginError,
    Problems,
    RelatumError,
)
from relatum_schemas.kinds import FileReference
from relatum_schemas.policy import Right
from relatum_schemas.port import Port
from relatum_schemas.view import PORTAL, Place
from relatum_schemas.workflow import Workflow

P = TypeVar("P")


@dataclass(frozen=True)
class Context:
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

    db: Session
    elevated: Session
    principal: Principal
    now: datetime
    log: logging.Logger
    plugin: str
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

    def titles(self, language: str) -> Titles:
        """What people call what is declared, and the plugin's own texts, in a language.

        Args:
            language: be it with a country: ``de``, ``de-AT``.

        Raises:
            BadValue: there is no such language.
        """
        storage = self.db.storage
        phrasebook = storage.surroundings.phrasebook
        return Titles(storage.catalogue, phrasebook, language, plugin=self.plugin)

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

    def views(self, place: Place, *, language: str = ENGLISH) -> Sequence[ShownView]:
        """The views of a place in which the caller may see something, in the order of their declaration.

        Args:
            place: where they are shown.
            language: of titles and values.

        Raises:
            BadValue: there is no such language.
        """
        return shown_views(self._desk(place, language))

    def view(self, name: str, *, language: str = ENGLISH) -> ShownView:
        """A view by its full name, ``maintenance.machines``.

        Raises:
            NotFound: there is none in which the caller may see something.
            BadValue: there is no such language.
        """
        found = self.db.catalogue.views.get(name)
        if found is not None:
            desk = self._desk(found.place, language)
            if name in desk.views:
                return ShownView(desk, found)
        raise NotFound(f"There is no view {name!r}.", path="view")

    async def waiting(self, place: Place) -> Mapping[str, int]:
        """How many records wait for the caller in each view that says so, by its full name; in one statement."""
        return await waiting(self._desk(place, ENGLISH))

    async def detail(
        self, record: Declared | UUID, *, place: Place, language: str = ENGLISH
    ) -> Detail:
        """Any record in detail: as the view says that shows such records in a place, or all of it.

        Args:
            record: the record, or its id.
            place: where it is shown.
            language: of titles and values.

        Raises:
            NotFound: there is none that the caller may see.
            BadValue: there is no such language.
        """
        return await detail_of_any(self._desk(place, language), identity(record))

    async def form(
        self,
        action: str | Action,
        *,
        given: Mapping[str, object] | None = None,
        language: str = ENGLISH,
    ) -> Form:
        """The form of an action: what it asks for; sending it calls the action as the caller.

        Args:
            action: its name, or itself.
            given: what stands in it at first, by the names of inputs, in Python or wire form; records by id.
            language: of titles, numbers and dates.

        Raises:
            NotFound: there is no such action.
            Forbidden: the caller may not call it.
            BadValue: there is no such language.
        """
        # Actions are given contexts.
        from relatum.session.acting import run_action

        name = action if isinstance(action, str) else action.name
        declared = self.db.catalogue.actions.get(name)
        if declared is None:
            raise NotFound(f"There is no action {name!r}.", path="action")
        desk = self._desk(PORTAL, language)
        if not callable_at_all(desk, declared):
            raise Forbidden(f"You may not call {name!r}.", path="action")

        async def act(inputs: Mapping[str, object]) -> Any:
            return await run_action(self.db, name, inputs)

        return await form_of_action(desk, declared, act, given or {})

    async def creating(
        self,
        type_: type[Declared] | str,
        *,
        given: Mapping[str, object] | None = None,
        language: str = ENGLISH,
    ) -> Form:
        """The form of a new record: the fields that the caller may write, and the ends to one record each.

        Args:
            type_: of the record, an entity type.
            given: what stands in it at first, by the names of fields and ends, in Python or wire form; records by id.
            language: of titles, numbers and dates.

        Raises:
            UnknownType: there is no such type.
            Forbidden: the caller may create no such record.
            BadValue: there is no such language.
        """
        name = type_ if isinstance(type_, str) else type_.__name__
        clock = self.db.storage.clock
        desk = self._desk(PORTAL, language)
        return await form_creating(desk, name, self._save, clock, given or {})

    async def updating(self, record: Declared | UUID, *, language: str = ENGLISH) -> Form:
        """The form of what the caller may change of a record, with what it has now.

        Raises:
            NotFound: there is none that the caller may see.
            Forbidden: the caller may change nothing of such records.
            BadValue: there is no such language.
        """
        return await form_updating(self._desk(PORTAL, language), identity(record), self._save)

    async def _save(self, saving: Saving) -> UUID:
        try:
            (outcome,) = await self.db.save([saving])
        except RelatumError as error:
            for each in error.problems if isinstance(error, Problems) else (error,):
                # There is one saving, whose number nobody has written.
                each.path = each.path[1:] if each.path[:1] == (0,) else each.path
            raise
        return outcome.id

    async def history(
        self,
        record: Declared | UUID,
        *,
        first: int = 20,
        after: str | None = None,
        language: str = ENGLISH,
    ) -> History:
        """What was done to a record, the last first; nothing where the caller may not read its history.

        Args:
            record: the record, or its id.
            first: how many lines at most.
            after: the cursor from which on earlier lines are told.
            language: of titles and values.

        Raises:
            NotFound: there is none that the caller may see.
            BadCursor: the cursor is damaged.
            BadValue: there is no such language.
        """
        desk = self._desk(PORTAL, language)
        return await history(desk, identity(record), first=first, after=after)

    async def changes(
        self,
        since: str | None = None,
        *,
        types: Sequence[type[Declared] | str] = (),
        wait: float = 0,
        language: str = ENGLISH,
    ) -> News:
        """What came since a cursor, of all that the caller may see.

        Args:
            since: the cursor; without one nothing is told but from where on.
            types: types and traits; none for all.
            wait: seconds to wait for something, where there is nothing yet.
            language: of titles.

        Raises:
            BadCursor: the cursor is damaged; the path is ``("since",)``.
            StartOver: more has left the caller's sight than is told one by one.
            UnknownType: there is no such type.
            BadValue: there is no such language.
        """
        names = tuple(each if isinstance(each, str) else each.__name__ for each in types)
        desk = self._desk(PORTAL, language)
        return await news(self.db, desk, since=since, types=names, wait=wait)

    def _desk(self, place: Place, language: str) -> Desk:
        return Desk(self.db, self.titles(language), place)

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
