"""How parties are reached, beside the principal e-mail address and phone number they carry themselves."""

from typing import Literal

from relatum import (
    Annotated,
    Ends,
    Entity,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Relationship,
    Searchable,
)
from relatum_base.parties import Party


class ContactPoint(Entity, plural="contact_points"):
    """A number, address or name under which a party is reached, kept as it was given.

    It belongs to exactly one party and is deleted with it, so that no personal data stays behind. Two parties that
    share a switchboard have a contact point each.
    """

    kind: Annotated[
        Literal["phone", "mobile", "fax", "email", "messenger", "social", "web", "postal", "other"],
        Indexed,
    ]
    value: Annotated[str, Label, Searchable, Indexed]
    extension: str | None = None
    purpose: Annotated[
        Literal["main", "work", "private", "billing", "delivery", "support", "emergency"] | None,
        Indexed,
    ] = None
    preferred: Annotated[bool, Help("Use this one first among those of its kind.")] = False
    note: LongText | None = None


class ReachedAt(Relationship[Party, ContactPoint], plural="contact_point_ties", valid="day"):
    """A party is reached at a contact point."""

    ends = Ends(
        "contact_points",
        "party",
        limit=Limit(source=(1, 1)),
        on_delete={"source": "cascade", "target": "end"},
    )
