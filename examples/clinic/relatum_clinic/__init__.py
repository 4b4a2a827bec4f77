"""A clinic: its doctors, its patients, and when they meet.

`meetings` declares the types and ties, `access` who may do what, `doing` what is done with them, before and after they are
written. `outside` is how the plugin meets the world: settings, a port, a page for everybody, what a laboratory sends, its
health, sample records; `cards` reads patients from business cards. German is in `locale`.
"""

from relatum import Plugin
from relatum_clinic.access import policies, roles
from relatum_clinic.cards import commands, importers
from relatum_clinic.doing import (
    ask_afterwards,
    cancel_appointment,
    held,
    how_was_it,
    refuse_what_no_doctor_can_keep,
    remind,
    reminder,
    upcoming,
)
from relatum_clinic.meetings import Appointment, AppointmentOf, PracticesAt, SeenBy
from relatum_clinic.outside import (
    BADGES,
    ClinicSettings,
    demo_data,
    health,
    inlets,
    messages,
    own_badges,
    routes,
    shutdown,
    startup,
)

__all__ = [
    "BADGES",
    "Appointment",
    "AppointmentOf",
    "PracticesAt",
    "SeenBy",
    "ask_afterwards",
    "cancel_appointment",
    "commands",
    "demo_data",
    "health",
    "held",
    "how_was_it",
    "importers",
    "inlets",
    "messages",
    "own_badges",
    "plugin",
    "policies",
    "refuse_what_no_doctor_can_keep",
    "remind",
    "reminder",
    "roles",
    "routes",
    "shutdown",
    "startup",
    "upcoming",
]

plugin = Plugin(
    "clinic", version="1.0.0", engine=">=0.1,<1", requires=["base"], settings=ClinicSettings
)
