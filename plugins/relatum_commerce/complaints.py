"""What customers complain about: a case with a state, its end at an order or at one of its lines."""

from typing import Literal

from relatum import (
    Annotated,
    Ends,
    Entity,
    FileReference,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Relationship,
    Searchable,
    State,
    Transitions,
    Unique,
)
from relatum_base import Organization
from relatum_commerce.orders import Order, OrderLine


class Complaint(Entity, plural="complaints"):
    """A customer says that something is not as it was ordered."""

    number: Annotated[str, Unique, Searchable]
    subject: Annotated[str, Label, Searchable]
    kind: Annotated[Literal["damaged", "missing", "wrong", "late", "price", "other"], Indexed] = (
        "other"
    )
    state: Annotated[
        State,
        Indexed,
        Transitions(
            received=["in_review", "accepted", "declined"],
            in_review=["accepted", "declined"],
            accepted=["settled"],
            expects={"accepted": ["answer"], "declined": ["answer"]},
            begin=["received"],
        ),
    ] = "received"
    description: LongText | None = None
    quantity: Annotated[int | None, Help("How many units it is about.")] = None
    picture: Annotated[FileReference | None, Help("What it looks like.")] = None
    answer: Annotated[LongText | None, Help("What we say to it.")] = None


class ComplaintAbout(Relationship[Complaint, Order | OrderLine], plural="complaint_subjects"):
    """A complaint is about one order, or about one line of it."""

    ends = Ends("concerns", "complaints", limit=Limit(target=(1, 1)), on_delete="cascade")


class ComplaintBy(Relationship[Complaint, Organization], plural="complaint_customers"):
    """A complaint is raised by one customer."""

    ends = Ends("customer", "complaints", limit=Limit(target=(1, 1)), on_delete="cascade")
