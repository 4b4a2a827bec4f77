"""Kinds that are text: free text, and text of a form that a library checks."""

from dataclasses import dataclass
from typing import ClassVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AnyUrl, TypeAdapter, ValidationError

from relatum_schemas.kinds.base import EXACT, RANKED, TEXTUAL, Kind
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator

_URL = TypeAdapter(AnyUrl)
_WEB_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """A line of text, at most ``length`` characters. Empty text is no value."""

    name: ClassVar[str] = "text"
    python: ClassVar[type] = str
    operators: ClassVar[frozenset[Operator]] = TEXTUAL
    functions: ClassVar[frozenset[Function]] = RANKED
    sortable: ClassVar[bool] = True
    length: int = 1000

    def parse(self, value: object) -> str:
        """Read text as it is; NUL characters are refused, since PostgreSQL cannot keep them."""
        if not isinstance(value, str):
            raise self.refuse(value)
        if "\x00" in value:
            raise self.refuse(
                value, Phrase("{kind}: it holds a NUL character", kind=self.described())
            )
        if len(value) > self.length:
            most = Phrase(
                "{kind} of at most {count} characters", kind=self.described(), count=self.length
            )
            raise self.refuse(value, most)
        try:
            value.encode()
        except UnicodeEncodeError as error:
            torn = Phrase("{kind}: it holds half a surrogate pair", kind=self.described())
            raise self.refuse(value, torn) from error
        return value


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    """Text of any usual length with line breaks. It is read and searched, not sorted."""

    name: ClassVar[str] = "long text"
    operators: ClassVar[frozenset[Operator]] = frozenset(
        {Operator.IS_NULL, Operator.CONTAINS, Operator.STARTS_WITH}
    )
    functions: ClassVar[frozenset[Function]] = frozenset({Function.COUNT})
    sortable: ClassVar[bool] = False
    length: int = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """An e-mail address, normalised as RFC 5321 allows (library email-validator)."""

    name: ClassVar[str] = "e-mail address"
    length: int = 320

    def parse(self, value: object) -> str:
        """Read and normalise an address; nothing is looked up."""
        text = super().parse(value)
        try:
            return validate_email(
                text, check_deliverability=False, test_environment=True
            ).normalized
        except EmailNotValidError as error:
            told = str(error).rstrip(".")
            wrong = Phrase("an e-mail address: {reason}", reason=told)
            raise self.refuse(value, wrong) from error


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A telephone number in E.164 form. ``region`` (ISO 3166) reads national spellings."""

    name: ClassVar[str] = "phone number"
    region: str | None = None
    length: int = 32

    def parse(self, value: object) -> str:
        """Read a number, international or national to ``region``."""
        text = super().parse(value)
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException as error:
            raise self.refuse(
                value, Phrase("a phone number; begin it with + and the country code")
            ) from error
        if not phonenumbers.is_possible_number(number):
            raise self.refuse(value, Phrase("a phone number: its length is impossible"))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@dataclass(frozen=True, kw_only=True)
class Url(Text):
    """A web address (http or https)."""

    name: ClassVar[str] = "web address"
    operators: ClassVar[frozenset[Operator]] = EXACT | {Operator.STARTS_WITH, Operator.CONTAINS}
    length: int = 2000

    def parse(self, value: object) -> str:
        """Read and normalise an address; other schemes (``javascript:``) are refused."""
        text = super().parse(value)
        try:
            url = _URL.validate_python(text)
        except ValidationError as error:
            example = Phrase("a web address such as https://example.org")
            raise self.refuse(value, example) from error
        if url.scheme not in _WEB_SCHEMES or not url.host:
            begins = Phrase("a web address that begins with http:// or https://")
            raise self.refuse(value, begins)
        return str(url)
