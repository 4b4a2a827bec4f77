"""What the portal keeps for each person: lists under names of their own, and how far somebody has read what changed.

Both are records like any other. Nobody sees another person's: a policy leads from them over their tie to who asks.
"""

from typing import Final

from relatum import (
    CREATE,
    DELETE,
    IS_ME,
    ME,
    READ,
    RELATE,
    UPDATE,
    Annotated,
    Ends,
    Entity,
    Help,
    Label,
    Limit,
    OnRecord,
    Policy,
    Relationship,
    Role,
    only,
)
from relatum_base import Person

PORTAL_USER: Final = "portal_user"


class SavedList(Entity, plural="saved_lists"):
    """A list that somebody comes back to, under a name of its own."""

    name: Annotated[str, Label]
    view: Annotated[str, Help("The full name of the view.")]
    query: Annotated[str, Help("What it is searched, filtered and sorted by.")] = ""


class SavedBy(Relationship[SavedList, Person], plural="saved_list_ties"):
    """A saved list belongs to the person who saved it."""

    ends = Ends(
        "saved_by",
        "saved_lists",
        limit=Limit(target=(1, 1)),
        on_delete="cascade",
    )


class Bookmark(Entity, plural="bookmarks"):
    """How far somebody has read what changed."""

    read_to: Annotated[str, Help("A place in the log of changes.")]


class BookmarkOf(Relationship[Bookmark, Person], plural="bookmark_ties"):
    """A bookmark belongs to one person, who has one."""

    ends = Ends(
        "bookmark_of",
        "bookmark",
        limit=Limit(source=1, target=(1, 1)),
        on_delete="cascade",
    )


roles = [Role(PORTAL_USER, title="User of the portal", of=Person)]

_OWN: Final = OnRecord(across="target", condition=IS_ME)

# Not what others have noted of somebody.
_OF_ONESELF: Final = only(
    "honorific_prefix",
    "given_name",
    "family_name",
    "preferred_name",
    "email",
    "phone",
    "address",
    "language",
)

# By which others know one, and reach one.
_SAID_BY_ONESELF: Final = only(
    "honorific_prefix", "given_name", "family_name", "preferred_name", "phone"
)

policies = [
    Policy(
        PORTAL_USER,
        SavedList,
        READ | CREATE | UPDATE | DELETE | RELATE,
        through="saved_by",
        to=ME,
    ),
    Policy(
        PORTAL_USER,
        Bookmark,
        READ | CREATE | UPDATE | DELETE | RELATE,
        through="bookmark_of",
        to=ME,
    ),
    Policy(PORTAL_USER, [SavedBy, BookmarkOf], READ | RELATE, where=_OWN),
    Policy(PORTAL_USER, Person, READ | RELATE, where=IS_ME, fields=_OF_ONESELF),
    Policy(PORTAL_USER, Person, UPDATE, where=IS_ME, fields=_SAID_BY_ONESELF),
]
