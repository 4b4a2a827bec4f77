"""One request of somebody: who asks is presumed where that is enough, and found out where it turns out to be wrong."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.types import Scope

from relatum.connections import Outdated
from relatum.identity import Mistaken, SignedIn
from relatum.session import Database, Session, Storage, in_force
from relatum_server.identity.authenticating import Authenticate, principal_of

Outcome = TypeVar("Outcome")

Work = Callable[[Session, SignedIn | None], Awaitable[Outcome]]
"""What is done for who asks. It may be done twice; what it writes goes through the session, which is sure whose it is."""


async def done_for(
    scope: Scope, work: Work[Outcome], *, database: Database, authenticate: Authenticate
) -> Outcome:
    """Do something for who asks, and return what came of it.

    Nothing is returned or raised of what was done for somebody who was wrongly presumed to ask, or under an edition of
    what is in force that turned out to be outdated.

    Args:
        scope: of the request.
        work: what is done.
        database: that is asked.
        authenticate: tells who asks.

    Raises:
        RelatumError: nobody may ask so, or what the work raises.
    """
    presumption = authenticate.presume(scope)
    if presumption is not None:
        session = database.presuming(presumption)
        try:
            return await _certified(session, work(session, presumption.signed_in))
        except (Mistaken, Outdated):
            pass

    async def done(_: Storage) -> Outcome:
        signed_in = await authenticate(scope)
        return await work(database.asked_by(principal_of(signed_in)), signed_in)

    return await in_force(database.storage, done)


async def _certified(session: Session, work: Awaitable[Outcome]) -> Outcome:
    """What comes of the work, be it an error, when it is certain for whom it was done."""
    try:
        outcome = await work
    except (Mistaken, Outdated):
        raise
    except Exception:
        await session.certify()
        raise
    await session.certify()
    return outcome
