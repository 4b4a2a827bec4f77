"""Translations of plugins become one catalogue of messages per language."""

from pathlib import Path

import pytest

from relatum.plugins import Hooks, LoadedPlugin, Phrasebook, PluginHealth
from relatum.plugins.messages import read_messages
from relatum_schemas.errors import BadValue, UnreadableFile
from tests.core.catalogue.declaring import declare


def speaking(folder: Path, name: str, **texts: str) -> LoadedPlugin:
    for locale, text in texts.items():
        there = folder / name / locale / "LC_MESSAGES"
        there.mkdir(parents=True)
        (there / f"{name}.po").write_text(
            f'msgid "greeting"\nmsgstr "{text}"\n\nmsgid "{name}"\nmsgstr "{name} {locale}"\n',
            encoding="utf-8",
        )
    said = f"@hookimpl\ndef messages():\n    return {str(folder / name)!r}\n"
    module = declare(said, name=name)
    return LoadedPlugin(module.plugin, module)


def both(folder: Path) -> Hooks:
    early = speaking(folder, "early", de="Hallo", de_AT="Servus")
    return Hooks([early, speaking(folder, "later", de="Guten Tag")])


def test_later_plugins_and_countries_count_first(tmp_path: Path) -> None:
    book = Phrasebook(both(tmp_path))
    german, austrian = book.translations("de"), book.translations("de-AT", among={"early"})
    assert german.gettext("greeting") == "Guten Tag"
    assert (german.gettext("early"), german.gettext("later")) == ("early de", "later de")
    assert (austrian.gettext("greeting"), austrian.gettext("later")) == ("Servus", "later")
    assert book.translations("fr").gettext("greeting") == "greeting"


def test_one_plugin_may_be_asked_first(tmp_path: Path) -> None:
    book = Phrasebook(both(tmp_path))
    assert book.translations("de", first="early").gettext("greeting") == "Hallo"
    assert book.translations("de_AT", first="early").gettext("greeting") == "Servus"


def test_languages_are_those_of_the_plugins_asked(tmp_path: Path) -> None:
    book = Phrasebook(both(tmp_path))
    assert book.languages() == ("de", "de_AT", "en")
    assert book.languages(among={"later"}) == ("de", "en")


def test_what_is_no_language_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="'Kauderwelsch' is no language"):
        Phrasebook(both(tmp_path)).translations("Kauderwelsch")


def test_a_file_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    hooks, health = both(tmp_path), PluginHealth()
    broken = tmp_path / "early" / "de" / "LC_MESSAGES" / "early.po"
    broken.write_text("msgid oops")
    with pytest.raises(UnreadableFile, match=r"early\.po holds no translations"):
        read_messages(broken)
    assert Phrasebook(hooks, health).translations("de").gettext("greeting") == "Guten Tag"
    [trouble] = health.troubles("early")
    assert "holds no translations" in trouble.message
