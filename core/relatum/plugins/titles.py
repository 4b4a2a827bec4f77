"""What people call what is declared, in their language: titles and helps for pages, forms, reports and files.

The words come from `relatum.catalogue.wording`, their translations from the plugins (`messages`). A translation for the
place of a text (its context, in gettext's words) counts before one that the text's own plugin has of it anywhere, and
that before one of another plugin. What nobody translates stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.support import Translations

from relatum.catalogue import Catalogue
from relatum.catalogue.wording import (
    ENGINE,
    Wording,
    of_action,
    of_answer,
    of_code,
    of_error,
    of_input,
    of_member,
    of_operation,
    of_part,
    of_plugin,
    of_role,
    of_several,
    of_template,
    of_type,
    of_view,
    spoken,
)
from relatum.plugins.messages import Phrasebook, read_language
from relatum.plugins.saying import said
from relatum_schemas.errors import RelatumError, UnknownField, UnknownType
from relatum_schemas.kinds import Choices, Country, Currency, Kind, Language
from relatum_schemas.phrase import Phrase, put_in, template_of
from relatum_schemas.workflow import Template


@dataclass(frozen=True)
class Words:
    """What something is called, and what is said of it.

    Attributes:
        title: what people call it.
        help: a sentence about it; empty where nothing was said.
    """

    title: str
    help: str = ""


class Titles:
    """The words for what is declared, in one language.

    Args:
        catalogue: what is declared.
        phrasebook: what is translated.
        language: be it with a country: ``de``, ``de-AT``.
        plugin: whose own texts `gettext` and `translations` are for.

    Raises:
        BadValue: there is no such language.
    """

    def __init__(
        self, catalogue: Catalogue, phrasebook: Phrasebook, language: str, *, plugin: str = ENGINE
    ) -> None:
        """Keep what there is, and the language."""
        self.locale: Final[Locale] = read_language(language)
        self._catalogue = catalogue
        self._phrasebook = phrasebook
        self._plugin = plugin
        self._merged: dict[str | None, Translations] = {}

    @property
    def language(self) -> str:
        """The language's tag, as pages name it: ``de-AT``."""
        return str(self.locale).replace("_", "-")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are translations for."""
        return self._phrasebook.languages(among=self._catalogue.plugins)

    @property
    def translations(self) -> Translations:
        """All translations, those of the plugin that asks before others': for templates of Jinja."""
        return self._translations(self._plugin)

    def type(self, name: str) -> Words:
        """A type or trait, by its name.

        Raises:
            UnknownType: there is none.
        """
        return self._words(of_type(self._catalogue, name))

    def plural(self, name: str) -> str:
        """What several records of a type or trait are called.

        Raises:
            UnknownType: there is none.
        """
        return self._words(of_several(self._catalogue, name)).title

    def of(self, type_name: str, name: str) -> Words:
        """A field or an end of a type or trait, built-in fields and the validity of ties included.

        Raises:
            UnknownType, UnknownField: there is none.
        """
        return self._words(of_member(self._catalogue, type_name, name))

    def choice(self, type_name: str, name: str, code: str) -> str:
        """A code of a field: of a choice or state, a country, a currency, a language. Of a list kept as data: the code.

        Raises:
            UnknownType, UnknownField: there is no such field.
        """
        published = self.published(self._catalogue.field(type_name, name).kind, code)
        return published or self._words(of_code(self._catalogue, type_name, name, code)).title

    def published(self, kind: Kind, code: str) -> str | None:
        """A country, currency or language in words; None for codes of other kinds."""
        match kind.of if isinstance(kind, Choices) else kind:
            case Country():
                return str(self.locale.territories.get(code, code))
            case Currency():
                return str(self.locale.currencies.get(code, code))
            case Language():
                return _language(code, self.locale)
        return None

    def plugin(self, name: str) -> str:
        """A plugin."""
        return self._words(of_plugin(self._catalogue, name)).title

    def part(self, name: str) -> str:
        """A part of a value that has several, such as the ``street`` of an address."""
        return self._words(of_part(name)).title

    def action(self, name: str) -> Words:
        """An action, by its name in Python.

        Raises:
            UnknownField: there is none.
        """
        return self._words(of_action(self._catalogue, name))

    def input(self, action: str, *names: str) -> Words:
        """An input of an action; further names lead into the model that it is.

        Raises:
            UnknownField: there is none.
        """
        return self._words(of_input(self._catalogue, action, *names))

    def input_choice(self, action: str, *names: str) -> str:
        """A code that an input of an action may be; the last name is the code."""
        *to_input, code = names
        wording = of_input(self._catalogue, action, *to_input)
        return self._words(Wording(f"{wording.place}.{code}", wording.plugin, spoken(code))).title

    def role(self, name: str) -> str:
        """A role."""
        return self._words(of_role(self._catalogue, name)).title

    def view(self, name: str) -> Words:
        """A view, by the name that the catalogue has it under.

        Raises:
            UnknownType: there is none.
        """
        return self._words(of_view(self._catalogue, name))

    def operation(self, name: str) -> str:
        """What was done to a record: ``created``, ``related``, ``left_scope``."""
        return self._words(of_operation(name)).title

    def answer(self, *, yes: bool) -> str:
        """Yes or no."""
        return self._words(of_answer(yes=yes)).title

    def template(self, name: str) -> Template:
        """A message that people are told, by its full name, with its subject and text still to be filled.

        Raises:
            UnknownType: there is none.
        """
        wording = of_template(self._catalogue, name)
        subject, text = self._say(wording.title, wording), self._say(wording.help, wording)
        return replace(self._catalogue.templates[name], subject=subject, text=text)

    def value(self, value: object) -> str:
        """A value that says itself what it is, as people write it; moments in the installation's zone."""
        if isinstance(value, bool):
            return self.answer(yes=value)
        if isinstance(value, str):
            return self.gettext(value) if isinstance(value, Phrase) else value
        return said(value, self.locale, ZoneInfo(self._catalogue.zone))

    def said_by(self, plugin: str, place: str, text: str) -> str:
        """A text that a plugin has declared.

        Args:
            plugin: whose it is.
            place: where it stands, by which one meaning of it is told from others.
            text: in English; empty for none.
        """
        return self._say(text, Wording(place, plugin, text))

    def error(self, error: RelatumError) -> str:
        """What is wrong: the message where it is translated, else what all errors of its code say, else the message."""
        english = template_of(error.message)
        if self.translations.gettext(english) == english:
            common = of_error(type(error))
            sentence = self._say(common.title, common)
            if sentence != common.title:
                return sentence
        return self.gettext(error.message)

    def gettext(self, text: str) -> str:
        """A text of the plugin's own, such as the heading of a page; with what is put in where it is a `Phrase`."""
        return self.filled(self.translations.gettext(template_of(text)), text) if text else text

    def filled(self, template: str, text: str) -> str:
        """A translated template, with what is put into the text that it translates."""
        if not isinstance(text, Phrase):
            return template
        return put_in(template, text, partial(self._put_in, text.values))

    def _put_in(self, beside: Mapping[str, object], name: str, value: object) -> str:
        """A value of a phrase, names of what is declared by their titles."""
        try:
            match name, value:
                case "type", str():
                    return self.type(value).title
                case "field" | "end", str():
                    return self.of(str(beside["type"]), value).title
                case "code", str():
                    return self.choice(str(beside["type"]), str(beside["field"]), value)
                case "action", str():
                    return self.action(value).title
                case "role", str():
                    return self.role(value)
        except (KeyError, UnknownField, UnknownType):
            pass
        return self.value(value)

    def _words(self, wording: Wording) -> Words:
        return Words(self._say(wording.title, wording), self._say(wording.help, wording))

    def _say(self, text: str, wording: Wording) -> str:
        if not text:
            return text
        there = str(self._translations().pgettext(wording.place, text))
        return there if there != text else self._translations(wording.plugin).gettext(text)

    def _translations(self, first: str | None = None) -> Translations:
        if first not in self._merged:
            self._merged[first] = self._phrasebook.translations(
                str(self.locale), among=self._catalogue.plugins, first=first
            )
        return self._merged[first]


def _language(code: str, locale: Locale) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(locale) or code
    except (UnknownLocaleError, ValueError):
        return code
