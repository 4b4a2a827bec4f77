"""Passwords: what may be one, and argon2id, which is slow on purpose and therefore runs beside the event loop."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Final, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from relatum_schemas.errors import BadValue
from relatum_schemas.phrase import Phrase

P = ParamSpec("P")
T = TypeVar("T")

SHORTEST: Final = 10
LONGEST: Final = 1_000
"""Characters. More are not safer, and hashing them is work that anybody could ask for."""

_FEWEST_DIFFERENT: Final = 5
_AT_ONCE: Final = 4
"""Each takes 64 megabytes while it is at work; the others wait in line."""

_threads: Final = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password")
_hasher: Final = PasswordHasher()


def judge_password(password: str, *, email: str) -> None:
    """Refuse what others would guess.

    Args:
        password: as the person chose it.
        email: of the account; a password that says it again is none.

    Raises:
        BadValue: it is too short, too long, or too plain.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadValue(
            Phrase(
                "A password has {shortest} to {longest} characters.",
                shortest=SHORTEST,
                longest=LONGEST,
            ),
            path="password",
            hint=Phrase(
                "Several words that only you put together are safe and easy to keep in mind."
            ),
        )
    plain, address = password.casefold(), email.casefold()
    rest = plain.replace(address, "").replace(address.partition("@")[0], "")
    if len(rest) < SHORTEST // 2 or len(set(plain)) < _FEWEST_DIFFERENT:
        raise BadValue(
            Phrase("The password is too easy to guess."),
            path="password",
            hint=Phrase(
                "Take one that is not your address and has more than a few different characters."
            ),
        )


async def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return await _beside(_hasher.hash, _bytes(password))


async def fits(password: str, stored: str | None) -> bool:
    """Return whether a password is the one of which this is stored.

    It takes as long when nothing is stored, and then it is none.
    """
    return await _beside(_fits, _bytes(password[: LONGEST + 1]), stored)


def is_outdated(stored: str) -> bool:
    """Return whether a password was hashed with less effort than is usual now."""
    return _hasher.check_needs_rehash(stored)


async def _beside(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Do what takes long in a thread of its own."""
    return await asyncio.get_running_loop().run_in_executor(
        _threads, partial(work, *given, **named)
    )


def _bytes(password: str) -> bytes:
    """A password as it is hashed: the same, however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _fits(password: bytes, stored: str | None) -> bool:
    nobodys = _nobodys()  # also where something is stored, so that the first answer takes as long
    try:
        right = _hasher.verify(stored or nobodys, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and stored is not None


@cache
def _nobodys() -> str:
    """What the password of an account that is not there is compared with, so that the answer takes as long."""
    return _hasher.hash("nobody has this password")
