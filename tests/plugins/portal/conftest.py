"""The portal of a rental, served."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.plugins.portal.fleet import Fleet
from tests.plugins.portal.fleet import fleet as opened
from tests.server.identity.browsing import Browser
from tests.server.serving import application, served


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """What there is to see."""
    async with opened(tmp_path, many=40) as made:
        yield made


@pytest.fixture
async def browser(fleet: Fleet) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with served(application(fleet.database, fleet.settings)) as client:
        yield Browser(client)


@pytest.fixture
async def ann(browser: Browser) -> Browser:
    """A browser in which Ann of Acme is signed in."""
    await browser.sign_in("ann@example.org")
    return browser
