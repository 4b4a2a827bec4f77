"""Numbers that people read out on the telephone, drawn so that nobody has to wait for anybody else's."""

import secrets
from typing import Final

from relatum import date

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those that nobody takes for another."""


def drawn(letter: str, day: date) -> str:
    """A number that nothing else has: what it is of, the day, five letters by chance: ``B241105-7KQ3X``.

    Args:
        letter: what it is of.
        day: on which it is drawn.
    """
    return f"{letter}{day:%y%m%d}-" + "".join(secrets.choice(LETTERS) for _ in range(5))
