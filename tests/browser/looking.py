"""What a person notices of a page, and what only its browser does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

FOCUS = """async () => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const shown = () => {
    const box = focused.getBoundingClientRect();
    return box.width > 0 && box.top >= -1 && box.bottom <= innerHeight + 1
        && box.left >= -1 && box.right <= innerWidth + 1;
  };
  // The page scrolls to what is focused in one of the next frames.
  for (let frame = 0; frame < 60 && !shown(); frame++) await new Promise(requestAnimationFrame);
  return {
    text: focused.innerText,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    shown: shown(),
  };
}"""


@dataclass
class Heard:
    """What a page's browser told while it was open.

    Attributes:
        requests: the addresses that were asked for.
        complaints: errors and warnings of the console, a breach of the page's policy among them,
            and exceptions that no script caught.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Take down what happens from now on."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def asked_elsewhere(self, server: str) -> list[str]:
        """The requests to others than the server; a `data:` address asks nobody."""
        own = (f"{server}/", "data:")
        return [address for address in self.requests if not address.startswith(own)]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


async def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    wide: bool = await page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


async def focus_walk(page: Page, steps: int) -> list[str]:
    """Press Tab so many times; the texts of what was focused, each one marked and on the screen."""
    texts: list[str] = []
    for _ in range(steps):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUS)
        assert focus["marked"], f"no focus to be seen: {focus}"
        assert focus["shown"], f"focused out of sight: {focus}"
        texts.append(focus["text"])
    return texts


async def barriers(
    page: Page, *, but: Sequence[str] = (), schemes: Sequence[Scheme] = SCHEMES
) -> str:
    """What axe finds that shuts people out, in light and in dark colours; empty if there is nothing.

    All but contrast is the same in both, and looked at once.

    Args:
        page: as it is shown now.
        but: rules of axe that are left out.
        schemes: of colours.
    """
    rules = {rule: {"enabled": False} for rule in but}
    reports = ""
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        judged = {"rules": rules} if scheme == "light" else {"runOnly": ["color-contrast"]}
        found = await Axe().run(page, options={"resultTypes": ["violations"], **judged})
        if found.violations_count:
            reports += f"In {scheme} colours: {found.generate_report()}"
    return reports
