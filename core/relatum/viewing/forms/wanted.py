"""What a form asks for: a tree of facts, records, groups and lists, before anything is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relatum.viewing.shown import Choice
from relatum.viewing.speaking import word_of
from relatum_schemas.kinds import Kind

GROUP: Final = "group"
LIST: Final = "list"
RECORD: Final = "record"
HIDDEN: Final = "hidden"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that a form asks for. Exactly one of kind, types, parts, item says what, but for what is hidden.

    Attributes:
        name: within what it is a part of.
        title: what people call it.
        help: a sentence about it.
        required: whether the form cannot be sent without.
        default: what stands there at first, in Python or wire form.
        kind: of a value.
        types: of which types a record may be.
        parts: by name, of an object.
        item: of a list.
        choices: the values that there are, where they are known.
        ticked: whether it is yes or no and nothing else, so that what is not sent means no.
    """

    name: str
    title: str
    help: str = ""
    required: bool = False
    ticked: bool = False
    default: object = None
    kind: Kind | None = None
    types: tuple[str, ...] = ()
    parts: Mapping[str, "Wanted"] | None = None
    item: "Wanted | None" = None
    choices: tuple[Choice, ...] = ()

    @property
    def word(self) -> str:
        """What is asked for, in a word."""
        if self.kind is not None:
            return word_of(self.kind)
        if self.item is not None:
            return LIST
        if self.types:
            return RECORD
        return HIDDEN if self.parts is None else GROUP
