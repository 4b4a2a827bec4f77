"""What people are written: each letter says who wrote, why, what to do, until when, and what if it was not them."""

from dataclasses import dataclass
from typing import Final

from relatum.identity import Letter
from relatum.identity.values import Use

PLACES: Final[dict[Use, str]] = {
    "sign_in": "/sign-in/",
    "reset": "/reset/",
    "invitation": "/invitation/",
}
"""Where the link of a letter leads; its secret follows."""


@dataclass(frozen=True)
class Worded:
    """A letter as it is read."""

    subject: str
    text: str


def in_words(letter: Letter, origin: str) -> Worded:
    """A letter as the person reads it.

    Args:
        letter: what it is about.
        origin: of the server that its link leads to.
    """
    link = link_of(letter, origin)
    until = f"{letter.expires_at:%-d %B %Y, %H:%M} (UTC)"
    match letter.use:
        case "sign_in":
            return Worded("Your link to sign in", _SIGN_IN.format(link=link, until=until))
        case "reset":
            return Worded("Set a new password", _RESET.format(link=link, until=until))
        case "invitation":
            where = f" for {letter.firm}" if letter.firm else ""
            said = f"{letter.sender} invites you" if letter.sender else "you are invited"
            text = _INVITATION.format(link=link, until=until, said=f"{said} to sign in{where}")
            return Worded(f"You are invited{where}".replace("\n", " "), text)


def link_of(letter: Letter, origin: str) -> str:
    """The address in a letter."""
    return origin + PLACES[letter.use] + letter.secret


_SIGN_IN: Final = """Hello,

this link signs you in. It works once, until {until}:

{link}

Somebody asked for it with your e-mail address. If it was not you, do nothing: without the
link nobody gets in.
"""

_RESET: Final = """Hello,

with this link you set a new password. It works once, until {until}:

{link}

Until then your old password stays as it is. If you did not ask for this, do nothing.
"""

_INVITATION: Final = """Hello,

{said}.

With this link you choose your password. It works once, until {until}:

{link}

You then sign in with this e-mail address and your password. If you do not know what this
is about, do nothing: the invitation ends by itself.
"""
