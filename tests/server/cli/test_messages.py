"""`relatum messages`: what is to be translated, and translations brought up to it."""

from pathlib import Path

import pytest

from tests.installing import install
from tests.server.cli.programs import called

SOURCE = '''
from pathlib import Path

class Barge(Entity, plural="barges"):
    """Goes on canals."""
    name: Annotated[str, Label]

@hookimpl
def messages():
    return Path(__file__).parent / "locale"
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a plugin that is installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    install(tmp_path, "canals", SOURCE, module="relatum_canals_speaking")
    return tmp_path / "relatum_canals_speaking"


def test_texts_become_translations_that_stay(folder: Path) -> None:
    extract = ("messages", "extract", "canals", "--only", "canals")
    template = called(*extract)
    assert template.exit_code == 0, template.output
    assert '#. Barge\nmsgid "Goes on canals."\nmsgstr ""\n' in template.output
    assert "EMAIL" not in template.output
    told = called(*extract, "--language", "de-AT")
    file = folder / "locale" / "de_AT" / "LC_MESSAGES" / "canals.po"
    assert told.output.startswith(f"Wrote {file}: ")
    text = file.read_text()
    file.write_text(text.replace('"Barges"\nmsgstr ""', '"Barges"\nmsgstr "Zillen"'))
    assert called(*extract, "--language", "de-AT").exit_code == 0
    assert 'msgstr "Zillen"' in file.read_text()


def test_what_cannot_be_extracted_is_told() -> None:
    strange = called("messages", "extract", "nowhere", "--only", "base")
    assert "PLUGIN: No plugin 'nowhere' is in force." in strange.output
    wrong = called("messages", "extract", "base", "--only", "base", "--language", "Kauderwelsch")
    assert "BAD_VALUE: 'Kauderwelsch' is no language." in wrong.output
