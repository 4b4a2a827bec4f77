"""One Chromium and one server with the Northwind data per process; a page of its own for each test.

What a page does on a phone and at a desk is seen on both; what has nothing to do with the screen, at a desk alone.
"""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Final, Protocol

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from relatum_testing.databases import one_process
from tests.browser.looking import Heard
from tests.server.cli.programs import serving

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
MILLISECONDS = 20_000
"""How long a page may take for a step; generous, since machines that test are busy."""

at_a_desk = pytest.mark.parametrize("screen", [DESK], ids=["desk"])
as_nobody = pytest.mark.parametrize("who", [None], ids=["nobody"])
as_supplier = pytest.mark.parametrize("who", ["supplier"])
as_reseller = pytest.mark.parametrize("who", ["reseller"])

SETTINGS: Final = {"RELATUM_PLUGINS": json.dumps({"sales": {"lead_form": {"open": True}}})}
"""What the demo is told beside what it knows: everybody may ask to be called back."""

ARGUMENTS = [
    "--no-sandbox",  # containers have none, and nothing but our own pages is visited
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("No Chromium on the path. On Debian: apt install chromium fonts-dejavu-core")
    return path


@pytest.fixture(scope="session")
def northwind(chromium: str, shared_directory: Path) -> Iterator[str]:
    """The address of a demo, whose data is made by whichever process comes first."""
    folder = shared_directory / "demo"
    folder.mkdir(exist_ok=True)
    with ExitStack() as until_the_end:
        with one_process(folder / "making.lock"):
            server = until_the_end.enter_context(
                serving("demo", "--port", "0", cwd=folder, **SETTINGS)
            )
        yield server.address


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    expect.set_options(timeout=MILLISECONDS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def screen(request: pytest.FixtureRequest) -> ViewportSize:
    """A phone and a desk in turn; who needs one of them parametrizes it."""
    size: ViewportSize = request.param
    return size


@pytest.fixture
def heard() -> Heard:
    """What the test's page asks for and complains of."""
    return Heard()


@pytest.fixture
def who() -> str | None:
    """By which sign-in of the demo a test's page is seen; who needs another, or nobody, parametrizes it."""
    return "staff"


@pytest.fixture
def site(northwind: str) -> str:
    """The address of the server whose pages a test sees; a module with a server of its own names that."""
    return northwind


class Visit(Protocol):
    """Opens a page by which somebody sees the site, in a browser of its own."""

    async def __call__(self, who: str | None, *, scripts: bool = True) -> Page:
        """Open it.

        Args:
            who: a sign-in of the demo; None for nobody.
            scripts: whether the browser runs any.
        """
        ...


@pytest.fixture
async def visit(
    browser: Browser,
    site: str,
    screen: ViewportSize,
    heard: Heard,
) -> AsyncIterator[Visit]:
    """Pages which at the end of a test have complained of nothing and asked no other server."""
    async with AsyncExitStack() as until_the_end:

        async def opened(who: str | None, *, scripts: bool = True) -> Page:
            context = await until_the_end.enter_async_context(
                await browser.new_context(
                    base_url=site,
                    viewport=screen,
                    java_script_enabled=scripts,
                    reduced_motion="reduce",  # what fades in has no contrast meanwhile
                )
            )
            if who is not None:
                await _sign_in(context, site, who)
            context.set_default_timeout(MILLISECONDS)
            page = await context.new_page()
            heard.listen(page)
            return page

        yield opened
    assert heard.complaints == []
    assert heard.asked_elsewhere(site) == []


@pytest.fixture
async def page(visit: Visit, who: str | None) -> Page:
    """A page on which somebody is signed in."""
    return await visit(who)


async def _sign_in(context: BrowserContext, site: str, who: str) -> None:
    """Begin a session of the browser's own, which may end as the test likes."""
    answer = await context.request.post(
        "/sign-in/demo", form={"who": who, "next": "/healthz"}, headers={"origin": site}
    )
    assert answer.ok, await answer.text()
