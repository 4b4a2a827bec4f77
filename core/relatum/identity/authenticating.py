"""Who asks: from a secret to a principal, judged anew at each request.

Two small statements. The first finds by the secret's hash whose it is, and which edition of the rules is in force; the
second, for persons, which firms they may act for and which roles they have, and that the first still holds. What they
told is presumed of the next request by the same secret (`relatum.identity.presuming`), which bears it out or is
authenticated in full; so whatever is taken away is taken away from the next request on.
An administrator who looks as somebody else (`relatum.identity.looking`) is never presumed to.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from relatum.access import Principal
from relatum.access.principal import looking_on
from relatum.catalogue import Catalogue
from relatum.identity import looking, sessions, tokens
from relatum.identity.force import Force
from relatum.identity.presuming import Presumption, Presumptions
from relatum.identity.room import Room
from relatum.identity.rules import DEFAULT_PURPOSE, judge_purpose
from relatum.identity.secrets import hashed, kind_of
from relatum.identity.standing import Standings
from relatum.identity.testimony import Bearer, Kind, Testimonies, Testimony, Told
from relatum.identity.values import Firm, SignedIn
from relatum.reading.standing import Standing
from relatum_schemas.errors import Forbidden

TOUCHED_EVERY: Final = timedelta(minutes=1)
"""How exact the last use of a session or token is kept."""

_NOBODY: Final = Principal()


class Authentication:
    """Finds out who asks, and remembers it as what may be presumed."""

    def __init__(self, room: Room, force: Force) -> None:
        """Bind the room, and what is in force."""
        self._room = room
        self._force = force
        self._testimonies = Testimonies(room)
        self._presumptions = Presumptions()
        self._standings = Standings(room)

    def presume(self, secret: str, *, purpose: str | None) -> Presumption | None:
        """Return whom a secret is presumed to belong to; None where that has to be found out first."""
        return self._presumptions.find(hashed(secret), purpose, now=self._room.now())

    async def authenticate(self, secret: str, *, purpose: str | None) -> SignedIn | None:
        """Return who has a session's or token's secret; None when it opens nothing (any more).

        Raises:
            Forbidden: the token is for another purpose.
            BadValue: nobody has declared the purpose.
        """
        kind = kind_of(secret)
        if kind != "session" and kind != "token":
            return None
        secret_hash = hashed(secret)
        self._presumptions.forget(secret_hash, purpose)
        first = await self._testimonies.ask(Testimony(kind, standing=False), secret_hash, _NOBODY)
        told = await self._settled(kind, secret_hash, first)
        if told is None or (bearer := told.bearer) is None:
            return None
        if bearer.seen_as is not None and self._may_look(bearer, told):
            if purpose not in (None, DEFAULT_PURPOSE):
                raise looking_on()
            return await looking.seen_as(self._room, self._standings, bearer, bearer.seen_as)
        return self._found(kind, secret_hash, bearer, told, purpose)

    async def _settled(self, kind: Kind, secret_hash: bytes, told: Told) -> Told | None:
        """What is told when its edition is in force, and everything of it in one instant."""
        while (bearer := told.bearer) is not None:
            await self._force.see(bearer.edition)
            if bearer.person is None:
                return told
            ask = partial(self._testimonies.ask, Testimony(kind, standing=True), secret_hash)
            again = await ask(Principal(id=bearer.person, firm=bearer.firm))
            if bearer.firm is not None and bearer.firm not in again.standing.firms:
                # What was judged as if it acted for the firm has to be judged again.
                again = await ask(Principal(id=bearer.person))
                if bearer.firm in again.standing.firms:
                    continue
            if again.columns[0] == told.columns[0]:
                return again
            told = again
        return None

    def _may_look(self, bearer: Bearer, told: Told) -> bool:
        """Whether the holder of a session is an administrator still."""
        itself = entitled(bearer, told.standing, purpose=DEFAULT_PURPOSE, session=bearer.id)
        return itself.principal.unrestricted

    def _found(
        self, kind: Kind, secret_hash: bytes, bearer: Bearer, told: Told, purpose: str | None
    ) -> SignedIn:
        """Who was found, which is presumed until the last use is to be noted again."""
        now = self._room.now()
        standing = told.standing if bearer.person is not None else Standing()
        found = entitled(
            bearer,
            standing,
            purpose=purpose_of(self._room.catalogue, bearer.purpose, purpose),
            session=bearer.id if kind == "session" else None,
        )
        noted = told.used_at
        if noted is None or noted < now - TOUCHED_EVERY:
            self._room.later(_touch(self._room, kind, bearer.id, now))
            noted = now
        person = bearer.person is not None
        testimony = Testimony(kind, standing=person, brief=person and told.is_brief)
        self._presumptions.keep(
            Presumption(
                found,
                testimony,
                told.columns,
                secret_hash,
                self._room.lifetimes.idle,
                noted + TOUCHED_EVERY,
                partial(self._testimonies.ask, testimony, secret_hash, found.principal),
            ),
            purpose,
        )
        return found


async def signed_in(
    standings: Standings, bearer: Bearer, *, purpose: str | None = None, session: UUID | None
) -> SignedIn:
    """Return what a bearer that just came in is entitled to now."""
    standing = Standing()
    if bearer.person is not None:
        standing, firm = await standings.judge(bearer.person, bearer.firm)
        bearer = replace(bearer, firm=firm)
    purpose = purpose_of(standings.catalogue, bearer.purpose, purpose)
    return entitled(bearer, standing, purpose=purpose, session=session)


def entitled(bearer: Bearer, standing: Standing, *, purpose: str, session: UUID | None) -> SignedIn:
    """Return what a bearer is entitled to by its standing; it acts for no firm for which it may not act."""
    firm, roles = bearer.firm, bearer.client_roles
    if bearer.person is not None:
        firm = firm if firm in standing.firms else None
        roles = standing.roles(firm)
    if bearer.only_roles:
        roles &= bearer.only_roles
    principal = Principal(
        id=bearer.record,
        firm=firm,
        roles=roles,
        purpose=purpose,
        client=bearer.client,
        session=session,
    )
    return SignedIn(
        principal=principal,
        account=bearer.account,
        session=session,
        token=None if session else bearer.id,
        client=bearer.client,
        name=bearer.name,
        email=bearer.email,
        firms=tuple(Firm(each, label) for each, label in standing.firms.items()),
    )


def purpose_of(catalogue: Catalogue, bound: str | None, asked: str | None) -> str:
    """Return what a call is for.

    Args:
        catalogue: with the purposes.
        bound: the purpose that its token is for; None for any.
        asked: the purpose that the call names.

    Raises:
        Forbidden: the token is for another purpose.
        BadValue: nobody has declared the purpose.
    """
    if bound is not None and asked not in (None, bound):
        raise Forbidden(f"The token is for the purpose {bound!r} only.", path="purpose")
    purpose = bound or asked or DEFAULT_PURPOSE
    judge_purpose(catalogue, purpose)
    return purpose


async def _touch(room: Room, kind: Kind, bearer: UUID, now: datetime) -> None:
    touch = sessions.touch if kind == "session" else tokens.touch
    await room.write(lambda connection: touch(connection, bearer, now, now - TOUCHED_EVERY))
