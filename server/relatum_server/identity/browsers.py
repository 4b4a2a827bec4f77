"""What a browser is called by people, out of what it calls itself."""

from typing import Final

from relatum_server.pages.speaking import say

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST: Final = 40


def browser(agent: str) -> str:
    """Say ``Firefox on Linux``, or what the program calls itself; many claim to be others, so the order matters."""
    name = next((name for sign, name in _BROWSERS if sign in agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    if name is None:
        return agent[:_LONGEST] or say("an unknown program")
    if system is None:
        return name
    return say("{browser} on {system}").format(browser=name, system=system)
