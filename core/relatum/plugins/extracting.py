"""What is to be translated of a plugin: all that it declares, and the texts in its code and templates.

Texts of code are those given to ``gettext``, ``_`` and their like, in Python and in templates of Jinja, the templates of
phrases, ``Phrase("..", ..)``, and what refusals say: ``Refused(..., message="..")``, ``draft.refuse("..", "..")``.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import PoFileError, read_po

import relatum_schemas
from relatum.catalogue import Catalogue
from relatum.catalogue.wording import wordings
from relatum.plugins.messages import read_language
from relatum_schemas.errors import UnreadableFile

OWN_CODE: Final = (Path(relatum_schemas.__file__).parent, Path(__file__).parents[1])
"""Where the code of the engine is."""

_FORMS: Final = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "Phrase": (1,), "refuse": (2,)}


def template_of(catalogue: Catalogue, plugin: str, version: str) -> Catalog:
    """The texts that a plugin, or the engine, declares, each with the places where it stands.

    Args:
        catalogue: in which it is.
        plugin: its name; `relatum` for the engine.
        version: of the plugin, for the head of the file.
    """
    template = Catalog(
        project=plugin, version=version, domain=plugin, header_comment="", fuzzy=False
    )
    for each in wordings(catalogue, plugin):
        for text in filter(None, (each.title, each.help)):
            template.add(text, auto_comments=[each.place])
    return template


def with_code(template: Catalog, folder: Path) -> Catalog:
    """The texts, with those in the code and the templates in a package's folder."""
    found = extract_from_dir(folder, method_map=_FORMS, keywords=_KEYWORDS, comment_tags=())
    for file, line, text, comments, context in found:
        template.add(text, locations=[(file, line)], auto_comments=comments, context=context)
    for file, line, text in _refusals(folder):
        template.add(text, locations=[(file, line)])
    return template


def brought_up(file: Path, template: Catalog, language: str) -> Catalog:
    """The translations of a file, with what is to be translated now: what is new without a translation, what went left out.

    Args:
        file: the translations so far; it need not be there.
        template: what is to be translated.
        language: into which.

    Raises:
        BadValue: there is no such language.
        UnreadableFile: the file has no translations.
    """
    locale = read_language(language)
    known = Catalog(
        locale=locale,
        domain=template.domain,
        project=template.project,
        version=template.version,
        header_comment="",
        fuzzy=False,
    )
    if file.is_file():
        try:
            with file.open("rb") as text:
                known = read_po(text, locale=locale, domain=template.domain, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{file} holds no translations: {error}.") from error
    by_place = [each for each in known if each.context is not None]
    known.update(template, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    for each in by_place:
        known[each.id] = each
    return known


def missing_from(catalog: Catalog) -> tuple[str, ...]:
    """The texts without a translation, or with one that is marked as uncertain."""
    return tuple(str(each.id) for each in catalog if each.id and (not each.string or each.fuzzy))


def _refusals(folder: Path) -> Iterator[tuple[str, int, str]]:
    """What refusals say in a constant sentence: file, line, text."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or _called(node) != "Refused":
                continue
            for given in node.keywords:
                if given.arg == "message" and isinstance(given.value, ast.Constant):
                    yield str(file.relative_to(folder)), node.lineno, str(given.value.value)


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
