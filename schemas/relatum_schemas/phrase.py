"""Phrases: what people are told with something put in, known to translations by its template.

A phrase is a plain English text to everybody who knows of no languages: programs, logs, answers of GraphQL. Pages and
notices look its template up in the person's language, and write what is put in as that language does.
"""

from collections.abc import Callable
from typing import Final, Self

_TYPE: Final = "{type}"
_FIELD: Final = "{field}"
_CODE: Final = "{code}"


class Phrase(str):
    """A text with something put in: ``Phrase("At most {count} are left.", count=3)`` is `At most 3 are left.`.

    What is put in may be phrases themselves; numbers, days, amounts are written as the reader's language writes them. The
    names of what is declared are said by their titles where they are called so: ``type``, beside it a ``field`` or an
    ``end`` of it, beside these a ``code`` of the field; ``action``; ``role``.

    Attributes:
        template: in English, with names in braces for what is put in.
        values: what is put in, by name.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """Put the values into the template; without any it stands as it is."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Make copies of the template and the values."""
        return (self.template,), self.values


def title(type_name: str, name: str | None = None) -> Phrase:
    """The name of a type, or of a field of it, to be put into a phrase: it is said by its title."""
    if name is None:
        return Phrase(_TYPE, type=type_name)
    return Phrase(_FIELD, type=type_name, field=name)


def code(type_name: str, field: str, given: str) -> Phrase:
    """A code of a choice or a state, to be put into a phrase: it is said by its title."""
    return Phrase(_CODE, type=type_name, field=field, code=given)


def template_of(text: str) -> str:
    """What translations know a text by: the template of a phrase, else the text itself."""
    return text.template if isinstance(text, Phrase) else text


def put_in(template: str, text: str, say: Callable[[str, object], str]) -> str:
    """A translated template with what was put into the text.

    Args:
        template: the translation.
        text: that was translated; where it is no phrase, nothing is put in.
        say: says a value in the language, given its name.
    """
    if not isinstance(text, Phrase) or not text.values:
        return template
    said = {name: say(name, value) for name, value in text.values.items()}
    try:
        return template.format(**said)
    except (LookupError, ValueError):  # a slip in a translation, which leaves the text as it is
        return text
