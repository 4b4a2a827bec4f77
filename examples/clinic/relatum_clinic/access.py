"""Who may do what: doctors keep what they take, patients see when they come, and nobody learns of others."""

from relatum import (
    ALL,
    BOTH_ENDS,
    IS_ME,
    READ,
    UPDATE,
    Policy,
    Role,
    Ties,
    only,
)
from relatum_base import Person
from relatum_clinic.meetings import Appointment, AppointmentOf, SeenBy

roles = [
    Role("doctor", title="Doctor", of=Person, where=Ties("practises_at").some()),
    Role("patient", title="Patient", of=Person, where=Ties("appointments").some()),
]

policies = [
    Policy("doctor", Appointment, READ | UPDATE, through="doctor"),
    Policy("doctor", Person, READ, where=Ties("appointments").some(Ties("doctor").some(IS_ME))),
    Policy("doctor", Person, READ, where=IS_ME),
    Policy("patient", Appointment, READ, through="patient", fields=ALL - {"findings"}),
    Policy("patient", Person, READ, where=IS_ME),
    Policy(
        "patient",
        Person,
        READ,
        where=Ties("practises_at").some(),
        fields=only("given_name", "family_name", "label"),
    ),
    *(
        Policy(role, [AppointmentOf, SeenBy], READ, through=BOTH_ENDS)
        for role in ("doctor", "patient")
    ),
]
