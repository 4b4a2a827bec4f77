"""What is to be translated of a plugin, and translations brought up to it."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from relatum.catalogue import build_catalogue
from relatum.catalogue.wording import ENGINE
from relatum.plugins import LoadedPlugin
from relatum.plugins.extracting import brought_up, missing_from, template_of, with_code
from relatum.plugins.messages import OWN_TRANSLATIONS
from relatum_schemas.errors import UnreadableFile
from tests.core.catalogue.declaring import declare

SOURCE = '''
class Parcel(Entity, plural="parcels"):
    """Something on its way."""
    number: Annotated[str, Label, Help("Printed on the label.")]
    state: Annotated[State, Transitions(waiting=["sent"])] = "waiting"
'''

CODE = """
def page(titles, draft):
    draft.refuse("late", "Too late.", path="number")
    raise Refused("never", message="Not today.") if titles.gettext("Hello") else Refused("x", message=f"{1}")
"""


@pytest.fixture
def plugin(tmp_path: Path) -> LoadedPlugin:
    module = declare(SOURCE, name="office")
    module.__file__ = str(tmp_path / "package" / "__init__.py")
    (tmp_path / "package").mkdir()
    Path(module.__file__).write_text(CODE)
    (tmp_path / "package" / "page.html").write_text("<p>{{ _('Welcome') }}</p>")
    return LoadedPlugin(module.plugin, module)


def template(plugin: LoadedPlugin) -> Catalog:
    return with_code(template_of(build_catalogue([plugin.module]), "office", "1.0"), plugin.folder)


def test_all_that_is_declared_is_there_by_its_places(plugin: LoadedPlugin) -> None:
    found = template_of(build_catalogue([plugin.module]), "office", "1.0")
    assert {"Parcel", "Parcels", "Something on its way.", "Printed on the label.", "Sent"} <= {
        each.id for each in found
    }
    assert found["Sent"].auto_comments == ["Parcel.state.sent"]
    assert "Record" not in found


def test_texts_of_code_and_templates_are_there(plugin: LoadedPlugin) -> None:
    texts = {each.id for each in template(plugin)}
    assert {"Too late.", "Not today.", "Hello", "Welcome"} <= texts


def test_translations_stay_where_their_texts_do(plugin: LoadedPlugin, tmp_path: Path) -> None:
    file = tmp_path / "office.po"
    file.write_text(
        'msgid "Sent"\nmsgstr "Verschickt"\n\nmsgid "Lost"\nmsgstr "Verloren"\n\n'
        'msgctxt "Parcel"\nmsgid "Parcel"\nmsgstr "Sendung"\n'
    )
    catalog = brought_up(file, template(plugin), "de")
    assert catalog["Sent"].string == "Verschickt"
    assert "Lost" not in catalog
    assert [each.string for each in catalog if each.context == "Parcel"] == ["Sendung"]
    assert "Welcome" in missing_from(catalog) and "Sent" not in missing_from(catalog)


def test_a_file_that_is_none_is_left_alone(plugin: LoadedPlugin, tmp_path: Path) -> None:
    file = tmp_path / "office.po"
    file.write_text("msgid oops")
    with pytest.raises(UnreadableFile, match=r"office\.po holds no translations"):
        brought_up(file, template(plugin), "de")


def test_the_engine_speaks_german() -> None:
    file = OWN_TRANSLATIONS / "de" / "LC_MESSAGES" / "relatum.po"
    known = brought_up(file, template_of(build_catalogue([]), ENGINE, "1.0"), "de")
    assert missing_from(known) == ()
