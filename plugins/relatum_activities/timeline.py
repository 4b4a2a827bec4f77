"""Activities: what happened and what is to be done, each at a time, about records of any type."""

from typing import Annotated, Literal

from relatum import (
    Ends,
    Entity,
    Expected,
    Field,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    ReadOnly,
    Record,
    Relationship,
    Searchable,
    State,
    Trait,
    Transitions,
    datetime,
)
from relatum_base import Person


class Activity(Trait, plural="activities"):
    """Something that happened or is to be done, on the timeline of what it is about."""

    subject: Annotated[str, Label, Searchable]
    at: Annotated[datetime, Indexed, Help("When it took place, or when it is to be done.")]
    note: Annotated[LongText | None, Searchable] = None
    shared: Annotated[bool, Help("Whether the partners whom it is about may read it.")] = False


class Interaction(Activity, Entity, plural="interactions"):
    """Somebody talked or wrote to somebody: a call, a meeting, a letter, a mail, or a note of what was learnt."""

    kind: Annotated[Literal["call", "meeting", "letter", "mail", "note"], Indexed] = "note"
    direction: Annotated[
        Literal["inbound", "outbound"] | None, Help("Who began: they did, or we did.")
    ] = None
    minutes: Annotated[int | None, Help("How long it lasted.")] = None


class Task(Activity, Entity, plural="tasks"):
    """Something that somebody is to do by a time."""

    priority: Annotated[Literal["low", "normal", "high"], Indexed] = "normal"
    state: Annotated[
        State,
        Transitions(
            open=["done", "dropped"],
            done=["open"],
            dropped=["open"],
            expects={"dropped": ["outcome"]},
            begin=["open"],
        ),
        Indexed,
    ] = "open"
    outcome: Annotated[LongText | None, Expected(when=Field("state") == "dropped")] = None
    told: Annotated[
        datetime | None, ReadOnly, Help("When its assignee was told that it is due.")
    ] = None


class Resubmission(Activity, Entity, plural="resubmissions"):
    """A record is laid before somebody again at a time, for a reason; whoever does not look is told on."""

    state: Annotated[
        State,
        Transitions(
            waiting=["settled", "escalated"],
            escalated=["settled", "waiting"],
            settled=[],
            begin=["waiting"],
        ),
        Indexed,
    ] = "waiting"
    patience: Annotated[
        int, Help("Days after which it goes to the line manager of whom it is laid before.")
    ] = 3
    escalates: Annotated[datetime | None, ReadOnly, Indexed, Help("When that is.")] = None
    told: Annotated[
        datetime | None, ReadOnly, Help("When its assignee was told that it is due.")
    ] = None


class About(Relationship[Activity, Record], plural="activity_subjects"):
    """What an activity is about: records of any type, ties as well."""

    ends = Ends("about", "activities", on_delete="end")


class TakesPartIn(Relationship[Person, Interaction], plural="participations"):
    """A person takes part in an interaction, on whichever side."""

    ends = Ends("interactions", "participants")


class AssignedTo(Relationship[Task | Resubmission, Person], plural="assignments", valid="instant"):
    """One person is to see to it."""

    ends = Ends("assignee", "assignments", limit=Limit(target=1))
