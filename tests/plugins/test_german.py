"""What comes along speaks German: every text that people read has its translation, which says what the text says."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from jinja2 import Environment, meta

import relatum_server
from relatum.catalogue import build_catalogue
from relatum.catalogue.wording import ENGINE
from relatum.plugins import catalogue_of, load_plugins
from relatum.plugins.extracting import (
    OWN_CODE,
    brought_up,
    missing_from,
    template_of,
    with_code,
)
from relatum.plugins.messages import OWN_TRANSLATIONS

BUNDLED = ("base", "activities", "commerce", "sales", "portal")
_SERVER = Path(relatum_server.__file__).parent
_SAID = {"_": None, "gettext": None, "ngettext": (1, 2), "say": (1,), "to_say": (1,)}


def german(folder: Path, name: str, texts: Catalog) -> Catalog:
    return brought_up(folder / "de" / "LC_MESSAGES" / f"{name}.po", texts, "de")


def of_the_engine() -> Catalog:
    texts = template_of(build_catalogue([]), ENGINE, "1")
    for each in OWN_CODE:
        with_code(texts, each)
    return german(OWN_TRANSLATIONS, ENGINE, texts)


def of_the_server() -> Catalog:
    texts = Catalog(domain="relatum_server", fuzzy=False)
    forms = [("cli/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
    for _, _, text, _, context in extract_from_dir(_SERVER, method_map=forms, keywords=_SAID):
        texts.add(text, context=context)
    return german(_SERVER / "locale", "relatum_server", texts)


def of_plugin(name: str) -> Catalog:
    plugins = load_plugins(only=[name])
    loaded = next(each for each in plugins if each.name == name)
    texts = with_code(template_of(catalogue_of(plugins), name, "1"), loaded.folder)
    return german(loaded.folder / "locale", name, texts)


@pytest.fixture(scope="module", params=[ENGINE, "relatum_server", *BUNDLED])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    match request.param:
        case "relatum":
            return of_the_engine()
        case "relatum_server":
            return of_the_server()
    return of_plugin(request.param)


def test_every_text_has_its_german(catalog: Catalog) -> None:
    assert missing_from(catalog) == ()


def test_german_puts_in_what_english_does(catalog: Catalog) -> None:
    assert list(differing(catalog)) == []


def differing(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The texts of which the translation puts in what the text does not have."""
    for message in catalog:
        if not message.id or not message.string:
            continue
        texts, translations = several(message.id), several(message.string)
        known = set().union(*map(put_in, texts))
        for each in translations:
            if not put_in(each) <= known:
                yield texts[0], each


def several(text: object) -> tuple[str, ...]:
    """The forms of a text: one, or those for one and for several."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


def put_in(text: str) -> set[str]:
    """The names of what is put into a text, in the ways of Jinja and of Python."""
    if "{{" in text or "{%" in text:
        return meta.find_undeclared_variables(Environment(autoescape=True).parse(text))
    return {name for _, name, _, _ in Formatter().parse(text) if name}
