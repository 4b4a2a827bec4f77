"""Apps outside the process: what an app says of itself, before an administrator lets it in.

::

    name = "hello"
    title = "Hello"
    publisher = "Hello Ltd"
    webhook = "https://hello.example/hooks/relatum"

    [[scopes]]
    types = ["Person"]
    rights = ["read"]
    fields = {all_but = ["born"]}

    [[events]]
    type = "Person"
    operations = ["created", "updated"]
    fields = ["label"]

A scope is a policy without a role, in the language of `relatum_schemas.policy_data`: the app gets a role of its own. Here
only the form is judged; whether types and fields are there, the catalogue says.
"""

import tomllib
from collections.abc import Mapping
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import from_json

from relatum_schemas.errors import DeclarationError
from relatum_schemas.policy_data import ScopeData
from relatum_schemas.reactions import OPERATIONS
from relatum_schemas.rule_data import read_rule
from relatum_schemas.selection import Condition

LARGEST: Final = 100_000
"""Characters of a manifest."""


def _shown(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("it is one line that can be read, without characters that are not seen")
    return text


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_shown)]


def _known(operations: tuple[str, ...]) -> tuple[str, ...]:
    for each in operations:
        if each not in OPERATIONS:
            raise ValueError(f"{each!r} is none of {', '.join(sorted(OPERATIONS))}")
    return operations


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(f"{url!r} is no address such as https://app.example/hooks")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("an address has no user, no password and no #")
    if not all("!" <= each <= "~" for each in url):
        raise ValueError("an address has only visible characters of ASCII, and no space")
    return url


Address = Annotated[str, Field(max_length=2_000), AfterValidator(_address)]


class Event(BaseModel):
    """Changes that an app wants to be told of.

    Attributes:
        type: of records, or a trait.
        operations: what was done to them; none for whatever it was.
        where: only of records that fulfil this when it is told. Of one that is gone it cannot be asked.
        fields: of the record that are told beside which it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Line
    operations: Annotated[tuple[str, ...], AfterValidator(_known)] = ()
    where: Condition | None = None
    fields: tuple[Line, ...] = ()


class AppManifest(BaseModel):
    """What an app says of itself.

    Attributes:
        name: short and unique: small letters, digits and hyphens.
        title: what people call it.
        publisher: who makes it.
        description: what it is for.
        homepage: where people read more about it.
        scopes: what it wants to do, with which records.
        events: the changes that it wants to be told of.
        webhook: where it is told of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,49}$")]
    title: Line
    publisher: Line
    description: Annotated[str, Field(max_length=2_000)] = ""
    homepage: Address | None = None
    scopes: Annotated[tuple[ScopeData, ...], Field(max_length=100)] = ()
    events: Annotated[tuple[Event, ...], Field(max_length=100)] = ()
    webhook: Address | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.events and self.webhook is None:
            raise ValueError("events are told at an address: name the webhook")
        return self


def manifest_of_data(data: Mapping[str, object]) -> AppManifest:
    """The manifest that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    return read_rule(AppManifest, data, "app")


def read_manifest(text: str) -> AppManifest:
    """The manifest that a text is, in JSON or TOML.

    Raises:
        DeclarationError: it is neither, or too long.
        Problems: it describes no app.
    """
    if len(text) > LARGEST:
        raise DeclarationError(f"A manifest has up to {LARGEST:,} characters.")
    try:
        data = from_json(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise DeclarationError(
            f"The manifest is neither JSON nor TOML: {error}.",
            hint="See docs/apps.md for its form.",
        ) from None
    return manifest_of_data(data)
