"""What people are written: each letter says who wrote, why, what to do, until when, and what if it was not them."""

from dataclasses import dataclass
from typing import Final

from relatum.identity import Letter
from relatum.identity.values import Use
from relatum_server.pages.speaking import SPOKEN, say, to_say

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
    speech = SPOKEN.get(None)
    until = speech.moment(letter.expires_at) if speech else f"{letter.expires_at:%-d %B %Y, %H:%M}"
    until = f"{until} ({speech.zone if speech else 'UTC'})"
    match letter.use:
        case "sign_in":
            return Worded(say("Your link to sign in"), say(_SIGN_IN).format(link=link, until=until))
        case "reset":
            return Worded(say("Set a new password"), say(_RESET).format(link=link, until=until))
        case "invitation":
            where = say(" for {firm}").format(firm=letter.firm) if letter.firm else ""
            said = say("you are invited to sign in{where}.").format(where=where)
            if letter.sender:
                said = say("{sender} invites you to sign in{where}.").format(
                    sender=letter.sender, where=where
                )
            text = say(_INVITATION).format(link=link, until=until, said=said)
            return Worded(say("You are invited") + where.replace("\n", " "), text)


def link_of(letter: Letter, origin: str) -> str:
    """The address in a letter."""
    return origin + PLACES[letter.use] + letter.secret


_SIGN_IN: Final = to_say("""Hello,

this link signs you in. It works once, until {until}:

{link}

Somebody asked for it with your e-mail address. If it was not you, do nothing: without the
link nobody gets in.
""")

_RESET: Final = to_say("""Hello,

with this link you set a new password. It works once, until {until}:

{link}

Until then your old password stays as it is. If you did not ask for this, do nothing.
""")

_INVITATION: Final = to_say("""Hello,

{said}

With this link you choose your password. It works once, until {until}:

{link}

You then sign in with this e-mail address and your password. If you do not know what this
is about, do nothing: the invitation ends by itself.
""")
