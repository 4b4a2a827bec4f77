"""`relatum messages`: what is to be translated of a plugin, and translations brought up to it."""

import re
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from relatum.catalogue.wording import ENGINE
from relatum.plugins import LoadedPlugin
from relatum.plugins.extracting import (
    OWN_CODE,
    brought_up,
    missing_from,
    template_of,
    with_code,
)
from relatum.plugins.loading import catalogue_of
from relatum.plugins.messages import OWN_TRANSLATIONS, folders_of
from relatum_schemas.errors import PluginError
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import hooks_in_force, plugins_in_force
from relatum_server.settings import Settings

_OF_NOBODY: Final = re.compile(
    r'^"(Report-Msgid-Bugs-To|Last-Translator|Language-Team|PO-Revision-Date: YEAR).*\n',
    re.MULTILINE,
)
"""Lines of a file's head that speak of nobody in particular."""


@click.group()
def messages() -> None:
    """Have plugins speak other languages."""


@messages.command()
@click.argument("plugin")
@click.option(
    "--language",
    metavar="TAG",
    help="Bring the plugin's translations into this language up to what is to be translated.",
)
@with_settings(*PLUGINS)
def extract(*, plugin: str, language: str | None, settings: Settings) -> None:
    """Print what is to be translated of PLUGIN, as a template of gettext's.

    That is all that it declares, by the places where it stands, and the texts in its code and templates. With --language
    it goes into LANGUAGE/LC_MESSAGES/PLUGIN.po in the folder of the plugin's messages, where translations stay.
    """
    plugins = plugins_in_force(settings)
    loaded = next((each for each in plugins if each.name == plugin), None)
    if loaded is None and plugin != ENGINE:
        raise PluginError(f"No plugin {plugin!r} is in force.")
    released = loaded.manifest.version if loaded else version(ENGINE)
    template = template_of(catalogue_of(plugins), plugin, released)
    for each in (loaded.folder,) if loaded else OWN_CODE:
        with_code(template, each)
    if language is None:
        click.echo(_text(template), nl=False)
        return
    folder = _folder(settings, loaded) if loaded else OWN_TRANSLATIONS
    file = folder / language.replace("-", "_") / "LC_MESSAGES" / f"{plugin}.po"
    catalog = brought_up(file, template, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_text(catalog), encoding="utf-8")
    click.echo(f"Wrote {file}: {len(missing_from(catalog))} of {len(catalog)} texts to translate.")


def _folder(settings: Settings, plugin: LoadedPlugin) -> Path:
    return dict(folders_of(hooks_in_force(settings, [plugin])))[plugin.name]


def _text(catalog: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalog, width=100, ignore_obsolete=True)
    return _OF_NOBODY.sub("", written.getvalue().decode()).lstrip("\n")
