"""Translations that plugins bring, merged into one catalogue of messages per language."""

from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from relatum.plugins.hooks import Hooks
from relatum_schemas.errors import UnreadableFile


def translations(
    hooks: Hooks, locale: str, *, among: Collection[str] | None = None
) -> Translations:
    """The messages of plugins in a language, those of its country before those of the language alone.

    Args:
        hooks: of the process.
        locale: a language, be it with a country: ``de``, ``de_AT``.
        among: the plugins asked; None for all.

    Raises:
        UnreadableFile: a file of translations is none.
    """
    parsed = Locale.parse(locale)
    merged = Translations()
    for plugin, folder in hooks.given("messages", among=among):
        for name in dict.fromkeys((parsed.language, str(parsed))):
            file = Path(folder) / name / "LC_MESSAGES" / f"{plugin}.po"
            if file.is_file():
                merged.merge(_read(file))
    return merged


def _read(file: Path) -> Translations:
    compiled = BytesIO()
    try:
        with file.open("rb") as text:
            write_mo(compiled, read_po(text, abort_invalid=True))
    except (PoFileError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} holds no translations: {error}.") from error
    compiled.seek(0)
    return Translations(compiled)
