"""Translations that plugins bring, as gettext keeps them, and those of the engine."""

from collections.abc import Collection, Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from relatum.catalogue.wording import ENGINE
from relatum.plugins.health import PluginHealth
from relatum.plugins.hooks import Hooks
from relatum_schemas.errors import BadValue, UnreadableFile

ENGLISH: Final = "en"
"""The language of what is declared: it needs no translations, and may have some."""

OWN_TRANSLATIONS: Final = Path(__file__).parents[1] / "locale"
"""Where the engine's own translations are."""


class Phrasebook:
    """What the plugins of a process have translated, read when it is asked for first.

    Args:
        hooks: of the process.
        health: told of a plugin whose translations cannot be read; it is left out.
    """

    def __init__(self, hooks: Hooks, health: PluginHealth | None = None) -> None:
        """Keep where to ask."""
        self._hooks = hooks
        self._health = health or PluginHealth()
        self._merged: dict[tuple[object, ...], Translations] = {}

    def languages(self, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """The languages that something is translated into, and English, in the order of the alphabet.

        Args:
            among: the plugins asked beside the engine; None for all.
        """
        asked = self._asked(among)
        return tuple(sorted({ENGLISH, *(name for plugin, name in self._files if plugin in asked)}))

    def translations(
        self, language: str, *, among: Collection[str] | None = None, first: str | None = None
    ) -> Translations:
        """The messages of plugins in a language, those of its country before those of the language alone.

        They are merged: of two translations of one message the later plugin's counts.

        Args:
            language: be it with a country: ``de``, ``de-AT``.
            among: the plugins asked beside the engine; None for all.
            first: the plugin whose translations count before all others.

        Raises:
            BadValue: there is no such language.
        """
        locale = read_language(language)
        asked = self._asked(among)
        order = (*asked, *((first,) if first in asked else ()))
        files = tuple(
            (plugin, name)
            for plugin in order
            for name in dict.fromkeys((locale.language, str(locale)))
            if (plugin, name) in self._files
        )
        if files not in self._merged:
            merged = Translations()
            for file in files:
                merged.merge(self._files[file])
            self._merged[files] = merged
        return self._merged[files]

    def _asked(self, among: Collection[str] | None) -> tuple[str, ...]:
        known = dict.fromkeys(plugin for plugin, _ in self._files)
        return tuple(each for each in known if among is None or each in {*among, ENGINE})

    @cached_property
    def _files(self) -> dict[tuple[str, str], Translations]:
        """Every file of translations, by plugin and language."""
        found = {}
        for plugin, folder in ((ENGINE, OWN_TRANSLATIONS), *folders_of(self._hooks)):
            try:
                for file in message_files(folder, plugin):
                    found[plugin, file.parents[1].name] = read_messages(file)
            except UnreadableFile as error:
                self._health.failed(plugin, "messages", error)
        return found


def read_language(language: str) -> Locale:
    """A language by its tag, be it as browsers or as gettext write it: ``de-AT``, ``de_AT``.

    Raises:
        BadValue: there is no such language.
    """
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError) as error:
        raise BadValue(f"{language!r} is no language.", hint="Such as de, or de-AT.") from error


def folders_of(hooks: Hooks) -> Iterator[tuple[str, Path]]:
    """Where the translations of each plugin are: where it says, else in the folder ``locale`` beside its module."""
    elsewhere = dict(hooks.given("messages"))
    for plugin, module in hooks.modules.items():
        if plugin in elsewhere:
            yield plugin, Path(elsewhere[plugin])
        elif file := getattr(module, "__file__", None):
            yield plugin, Path(file).parent / "locale"


def message_files(folder: Path, plugin: str) -> tuple[Path, ...]:
    """The files of translations of a plugin, one per language, by language."""
    return tuple(sorted(folder.glob(f"*/LC_MESSAGES/{plugin}.po")))


def read_messages(file: Path) -> Translations:
    """The translations of a file.

    Raises:
        UnreadableFile: it has none.
    """
    compiled = BytesIO()
    try:
        with file.open("rb") as text:
            write_mo(compiled, read_po(text, abort_invalid=True))
    except (PoFileError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} holds no translations: {error}.") from error
    compiled.seek(0)
    return Translations(compiled)
