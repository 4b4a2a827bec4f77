"""What there is: appointments, whose they are, who takes them, and where doctors practise."""

from datetime import datetime
from typing import Annotated

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
    Relationship,
    Sensitive,
    State,
    Transitions,
)
from relatum_base import Organization, Person


class Appointment(Entity):
    """A patient and a doctor meet."""

    subject: Annotated[str, Label]
    starts: Annotated[datetime, Indexed]
    minutes: Annotated[int, Help("How long it is to last.")] = 15
    state: Annotated[State, Transitions(planned=["held", "cancelled"])] = "planned"
    findings: Annotated[
        LongText | None, Sensitive("health"), Expected(when=Field("state") == "held")
    ] = None


class AppointmentOf(Relationship[Appointment, Person], plural="appointments_of"):
    """An appointment is one patient's."""

    ends = Ends("patient", "appointments", limit=Limit(target=(1, 1)))


class SeenBy(Relationship[Appointment, Person], plural="appointments_seen_by"):
    """One doctor takes an appointment."""

    ends = Ends("doctor", "consultations", limit=Limit(target=(1, 1)))


class PracticesAt(Relationship[Person, Organization], valid="day", plural="practices"):
    """A doctor practises at a clinic."""

    ends = Ends("practises_at", "doctors")
    room: str | None = None
