"""How pages speak to whoever visits: its language, and words, days, numbers and amounts in it.

Which language is said by what is known of the person who is signed in (`relatum.session.languages`), else by the switch on
each page (a cookie), else by the browser; English where none of these is translated. `SPOKEN` holds it while a request is
answered: templates and letters that go out with the answer speak it too.
"""

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import Translations
from starlette import requests

from relatum.plugins.messages import ENGLISH, message_files, read_messages
from relatum.plugins.titles import Titles
from relatum.session import Session
from relatum.session.languages import own_language
from relatum.session.storage import Storage
from relatum_schemas.errors import RelatumError
from relatum_schemas.phrase import template_of

COOKIE: Final = "relatum-language"
"""Holds the language that was chosen on a page."""

_OWN: Final = Path(__file__).parents[1] / "locale"
_UNITS: Final = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


@dataclass(frozen=True)
class Speech:
    """A language, and how things are said in it.

    Attributes:
        titles: what is declared, in its words, and the texts of the plugin whose page it is.
        zone: in which moments are told.
        now: the present.
        languages: that pages can be had in.
    """

    titles: Titles
    zone: ZoneInfo
    now: datetime
    languages: Sequence[str] = (ENGLISH,)

    @property
    def locale(self) -> Locale:
        """By which dates and numbers are written."""
        return self.titles.locale

    @property
    def language(self) -> str:
        """Its tag, as pages name it."""
        return self.titles.language

    def gettext(self, text: str) -> str:
        """A text of a page: in the server's own words, or else those of plugins."""
        return self._in_own_words(text) or self.titles.gettext(text)

    def _in_own_words(self, text: str) -> str | None:
        """A text in the server's own words; None where it has none for it."""
        english = template_of(text)
        said = _own(self.locale.language).gettext(english) if english else english
        return self.titles.filled(said, text) if said != english else None

    def ngettext(self, one: str, several: str, number: int) -> str:
        """A text that depends on a number."""
        said = _own(self.locale.language).ngettext(one, several, number)
        if said not in (one, several):
            return said
        return str(self.titles.translations.ngettext(one, several, number))

    def wrong(self, error: RelatumError) -> str:
        """What is wrong, without the way out."""
        return self._in_own_words(error.message) or self.titles.error(error)

    def way_out(self, error: RelatumError) -> str | None:
        """What to do about an error, if something is said of that in the language."""
        if not error.hint or self.locale.language == ENGLISH:
            return error.hint
        said = self.gettext(error.hint)
        return said if said != error.hint else None

    def named(self, language: str) -> str:
        """A language, as those call it who speak it."""
        name = Locale.parse(language, sep="-").get_display_name(language) or language
        return name[:1].upper() + name[1:]

    def day(self, value: date) -> str:
        """A day, such as 4 May 2026; of a moment the day here."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone)
        return format_date(value, "medium", self.locale)

    def moment(self, value: datetime) -> str:
        """A day and a time of day, here."""
        here = value.astimezone(self.zone)
        return f"{format_date(here, 'medium', self.locale)}, {format_time(here, 'short', locale=self.locale)}"

    def exact(self, value: datetime) -> str:
        """A moment with its zone, for who points at it."""
        return format_datetime(value, "long", self.zone, self.locale)

    def ago(self, value: datetime) -> str:
        """How long ago, or in how long."""
        passed = value - self.now
        if abs(passed) < timedelta(minutes=1):
            return self.gettext("just now")
        return format_timedelta(passed, add_direction=True, threshold=0.95, locale=self.locale)

    def number(self, value: Decimal | float) -> str:
        """A number, with all its digits."""
        shown = Decimal(str(value))
        places = max(0, -int(shown.as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(shown, format=pattern, locale=self.locale, decimal_quantization=False)

    def percent(self, value: Decimal | float) -> str:
        """A part of one, in hundredths."""
        return format_percent(value, locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount of a currency; digits beyond those that are usual are kept."""
        exact = Decimal(amount).normalize().as_tuple().exponent
        digits = isinstance(exact, int) and exact < -2
        return str(
            format_currency(
                amount,
                currency,
                locale=self.locale,
                currency_digits=not digits,
                decimal_quantization=not digits,
            )
        )

    def size(self, octets: int) -> str:
        """A file's size."""
        for unit, name in _UNITS:
            if octets >= unit:
                return f"{format_decimal(round(octets / unit, 1), locale=self.locale)} {name}"
        return f"{octets} B"

    def list(self, several: Sequence[str]) -> str:
        """Several, as they are counted up."""
        return ", ".join(several)


SPOKEN: Final[ContextVar[Speech]] = ContextVar("SPOKEN")
"""How the page speaks that is being made."""


def say(text: str) -> str:
    """A text in the language that is spoken; in English where none is, as in a terminal."""
    speech = SPOKEN.get(None)
    return text if speech is None else speech.gettext(text)


def to_say(text: str) -> str:
    """Mark a text that `say` is given later, so that it is found by who looks for what is to be translated."""
    return text


async def spoken_to(
    session: Session, request: requests.Request, *, plugin: str = "relatum"
) -> Speech:
    """How pages speak to who is signed in; an administrator who looks as somebody else is spoken to as itself.

    Args:
        session: of whoever sent the request.
        request: with the browser's wishes.
        plugin: whose own words come first.
    """
    person = session.principal.looking or session.principal.id
    own = await own_language(session, person) if person else None
    return spoken(session.storage, request, plugin=plugin, own=own)


def spoken(
    storage: Storage, request: requests.Request, *, plugin: str = "relatum", own: str | None = None
) -> Speech:
    """How pages speak to whoever sent a request.

    Args:
        storage: of the database; what is in force says which languages there are.
        request: with the browser's wishes.
        plugin: whose own words come first.
        own: the language of the person, if it is known who it is.
    """
    phrasebook = storage.surroundings.phrasebook
    languages = tuple(sorted({*_ours(), *phrasebook.languages(among=storage.catalogue.plugins)}))
    chosen = request.cookies.get(COOKIE, "")
    wanted = (own or "", chosen, *_wished(request.headers.get("accept-language", "")))
    language = next((each for each in wanted if _is_spoken(each, languages)), ENGLISH)
    titles = Titles(storage.catalogue, phrasebook, language, plugin=plugin)
    return Speech(titles, ZoneInfo(storage.catalogue.zone), storage.clock(), languages)


def _is_spoken(tag: str, languages: Sequence[str]) -> bool:
    """Whether there is such a language and something is translated into it."""
    if not tag or tag.replace("-", "_").partition("_")[0] not in languages:
        return False
    try:
        Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _wished(header: str) -> Iterator[str]:
    """The languages that a browser asks for, the dearest first."""
    weighed = []
    for part in header[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weighed.append((-float(quality or 1), tag))
        except ValueError:
            continue
    yield from (tag for _, tag in sorted(weighed, key=lambda each: each[0]))


@cache
def _own(language: str) -> Translations:
    """The server's own words in a language."""
    files = [each for each in message_files(_OWN, "relatum_server") if _of(each) == language]
    return read_messages(files[0]) if files else Translations()


@cache
def _ours() -> frozenset[str]:
    return frozenset({ENGLISH, *(_of(each) for each in message_files(_OWN, "relatum_server"))})


def _of(file: Path) -> str:
    return file.parents[1].name
