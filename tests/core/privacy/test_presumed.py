"""Private values and purposes where who asks is presumed: what is told and what is noted is the same."""

import pytest

from relatum.access import SYSTEM
from relatum.identity import Mistaken
from relatum.session import Database, Session
from tests.core.privacy.clinic import CLINIC
from tests.core.privacy.test_sensitive import furnish, keep_care, log_of


async def _told(session: Session) -> list[str | None]:
    return [each.diagnosis for each in await session.select(CLINIC.Person).order("name").all()]


async def test_only_what_is_answered_is_noted_as_read(clinic: Database) -> None:
    await furnish(clinic)
    await keep_care(clinic)
    app = await clinic.identity.add_client(SYSTEM, "ward round", roles=["doctor"])
    made = await clinic.identity.add_token(SYSTEM, "ward round", client=app.id)

    await clinic.identity.authenticate(made.secret, purpose="care")
    await clinic.identity.close()
    presumption = clinic.identity.presume(made.secret, purpose="care")
    assert presumption is not None
    assert await _told(clinic.presuming(presumption)) == ["flu", None, "gout"]
    assert len(await log_of(clinic)) == 1

    await clinic.identity.end_client(SYSTEM, app.id)
    with pytest.raises(Mistaken):
        await _told(clinic.presuming(presumption))
    assert len(await log_of(clinic)) == 1


async def test_calls_for_different_purposes_are_presumed_apart(clinic: Database) -> None:
    await furnish(clinic)
    await keep_care(clinic)
    app = await clinic.identity.add_client(SYSTEM, "ward round", roles=["doctor"])
    made = await clinic.identity.add_token(SYSTEM, "ward round", client=app.id)
    await clinic.identity.authenticate(made.secret, purpose="care")
    assert clinic.identity.presume(made.secret) is None
    await clinic.identity.authenticate(made.secret)
    for purpose, told in ((None, [None, None, None]), ("care", ["flu", None, "gout"])):
        presumption = clinic.identity.presume(made.secret, purpose=purpose)
        assert presumption is not None
        assert await _told(clinic.presuming(presumption)) == told
