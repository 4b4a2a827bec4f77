"""What a context shows people: views, records in detail, forms, histories and news, in their language.

What these are is in `relatum.viewing`; here they are asked for as the caller.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relatum.explaining import Explanation, explain_access
from relatum.plugins.messages import ENGLISH
from relatum.plugins.titles import Titles
from relatum.session.feed import PAGE
from relatum.session.records import identity
from relatum.session.session import Session
from relatum.session.telling import News, news
from relatum.viewing import (
    Desk,
    Detail,
    Form,
    History,
    Once,
    ShownView,
    callable_at_all,
    detail_of_any,
    form_changing,
    form_creating,
    form_ending,
    form_of_action,
    form_relating,
    form_updating,
    history,
    shown_views,
    waiting,
)
from relatum.writing import Command, Saving
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import Forbidden, NotFound, Problems, RelatumError
from relatum_schemas.policy import READ, Right
from relatum_schemas.view import PORTAL, Place


@dataclass(frozen=True)
class Showing:
    """What is shown to who calls a function of a plugin.

    Attributes:
        db: the database as the caller.
        plugin: whose function it is.
    """

    db: Session
    plugin: str

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

        async def act(inputs: Mapping[str, object], once: Once | None) -> Any:
            return await run_action(self.db, name, inputs, once=once)

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

    async def updating(
        self,
        record: Declared | UUID,
        *,
        fields: Collection[str] | None = None,
        language: str = ENGLISH,
    ) -> Form:
        """The form of what the caller may change of a record, with what it has now.

        Args:
            record: the record, or its id.
            fields: those that are asked for; None for all.
            language: of titles, numbers and dates.

        Raises:
            NotFound: there is none that the caller may see.
            Forbidden: the caller may change nothing of such records.
            BadValue: there is no such language.
        """
        desk = self._desk(PORTAL, language)
        return await form_updating(desk, identity(record), self._save, fields)

    async def relating(
        self,
        record: Declared | UUID,
        end: str,
        *,
        given: Mapping[str, object] | None = None,
        language: str = ENGLISH,
    ) -> Form:
        """The form of one more tie at an end of a record: the record at the other end, `node`, properties, validity.

        Args:
            record: the record, or its id.
            end: of the record.
            given: what stands in it at first, in Python or wire form; the record by its id.
            language: of titles, numbers and dates.

        Raises:
            NotFound: there is no such record that the caller may see, or no such end.
            Forbidden: the caller may make no such ties.
            BadValue: there is no such language.
        """
        desk, clock = self._desk(PORTAL, language), self.db.storage.clock
        return await form_relating(desk, identity(record), end, self._apply, clock, given or {})

    async def changing(self, tie: Declared | UUID, *, language: str = ENGLISH) -> Form:
        """The form by which a tie has other properties from a day on; without a day it always had them.

        Raises:
            NotFound: there is none that the caller may see.
            Forbidden: the caller may change nothing of such ties.
            BadValue: there is no such language.
        """
        desk, clock = self._desk(PORTAL, language), self.db.storage.clock
        return await form_changing(desk, identity(tie), self._apply, clock)

    async def ending(self, tie: Declared | UUID, *, language: str = ENGLISH) -> Form:
        """The form by which a tie holds no longer from a day on; one that holds for no time is removed.

        Raises:
            NotFound: there is none that the caller may see.
            Forbidden: the caller may end no such ties.
            BadValue: there is no such language.
        """
        desk, clock = self._desk(PORTAL, language), self.db.storage.clock
        return await form_ending(desk, identity(tie), self._apply, clock)

    async def _save(self, saving: Saving, once: Once | None) -> UUID:
        async def save(session: Session) -> bytes:
            (outcome,) = await session.save([saving])
            return outcome.id.bytes

        return await self._done(save, once)

    async def _apply(self, command: Command, once: Once | None) -> UUID:
        async def apply(session: Session) -> bytes:
            (outcome,) = await session.apply([command])
            return outcome.id.bytes

        return await self._done(apply, once)

    async def _done(self, work: Callable[[Session], Awaitable[bytes]], once: Once | None) -> UUID:
        """The id of the record that one thing was done to, which is done once for a key."""
        try:
            if once is None:
                return UUID(bytes=await self.db.repeatable(work))
            return UUID(bytes=await self.db.once(once.key, once.digest, work))
        except RelatumError as error:
            for each in error.problems if isinstance(error, Problems) else (error,):
                # There is one, whose number nobody has written.
                each.path = each.path[1:] if each.path[:1] == (0,) else each.path
            raise

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
        first: int = PAGE,
        wait: float = 0,
        language: str = ENGLISH,
    ) -> News:
        """What came since a cursor, of all that the caller may see.

        Args:
            since: the cursor; without one nothing is told but from where on.
            types: types and traits; none for all.
            first: how many lines at most, 1 to 1,000; the cursor leads on to further ones.
            wait: seconds to wait for something, where there is nothing yet.
            language: of titles.

        Raises:
            BadCursor: the cursor is damaged; the path is ``("since",)``.
            StartOver: more has left the caller's sight than is told one by one.
            UnknownType: there is no such type.
            BadValue: there is no such language, or so many lines are not told at once.
        """
        names = tuple(each if isinstance(each, str) else each.__name__ for each in types)
        desk = self._desk(PORTAL, language)
        return await news(self.db, desk, since=since, types=names, first=first, wait=wait)

    async def explain(
        self,
        record: Declared | UUID,
        what: Right | str = READ,
        *,
        field: str | None = None,
        who: Declared | UUID | None = None,
        firm: Declared | UUID | None = None,
    ) -> Explanation:
        """Why somebody may do something to a record, or may not: the rule and the chain of ties.

        Args:
            record: the record, or its id.
            what: one right, or the name of an action.
            field: whether it may be done to this field of the record.
            who: about whom; None for the caller. About others only administrators may ask.
            firm: for which ``who`` acts.

        Raises:
            Forbidden: the caller is no administrator, and asks about another.
            NotFound: there is no such record or action that the caller may know of.
            BadValue, UnknownField: there is no such thing to do to the record.
        """
        asked = self.db.principal if who is None else identity(who)
        acting = None if firm is None else identity(firm)
        return await explain_access(
            self.db, asked, identity(record), what, field=field, firm=acting
        )

    def _desk(self, place: Place, language: str) -> Desk:
        return Desk(self.db, self.titles(language), place)
