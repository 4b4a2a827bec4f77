"""Translations of plugins become one catalogue of messages per language."""

from pathlib import Path

import pytest

from relatum.plugins import Hooks, LoadedPlugin, translations
from relatum_schemas.errors import UnreadableFile
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


def test_later_plugins_and_countries_count_first(tmp_path: Path) -> None:
    hooks = Hooks(
        [
            speaking(tmp_path, "early", de="Hallo", de_AT="Servus"),
            speaking(tmp_path, "later", de="Guten Tag"),
        ]
    )
    german, austrian = translations(hooks, "de"), translations(hooks, "de_AT", among={"early"})
    assert german.gettext("greeting") == "Guten Tag"
    assert (german.gettext("early"), german.gettext("later")) == ("early de", "later de")
    assert (austrian.gettext("greeting"), austrian.gettext("later")) == ("Servus", "later")
    assert translations(hooks, "fr").gettext("greeting") == "greeting"


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    hooks = Hooks([speaking(tmp_path, "early", de="Hallo")])
    (tmp_path / "early" / "de" / "LC_MESSAGES" / "early.po").write_text("msgid oops")
    with pytest.raises(UnreadableFile, match=r"early\.po holds no translations"):
        translations(hooks, "de")
