"""A clinic: its doctors, its patients, and when they meet.

`meetings` declares the types and ties, `access` who may do what, `doing` what is done with them, before and after they are
written. `outside` is how the plugin meets the world: settings, a port, a page for everybody, its health, sample records.
"""

from relatum import Plugin
from relatum_clinic.access import policies, roles
from relatum_clinic.doing import (
    cancel_appointment,
    refuse_what_no_doctor_can_keep,
    remind,
    reminder,
    upcoming,
)
from relatum_clinic.meetings import Appointment, AppointmentOf, PracticesAt, SeenBy
from relatum_clinic.outside import BADGES, ClinicSettings, demo_data, health, own_badges, routes

__all__ = [
    "BADGES",
    "Appointment",
    "AppointmentOf",
    "PracticesAt",
    "SeenBy",
    "cancel_appointment",
    "demo_data",
    "health",
    "own_badges",
    "plugin",
    "policies",
    "refuse_what_no_doctor_can_keep",
    "remind",
    "reminder",
    "roles",
    "routes",
    "upcoming",
]

plugin = Plugin(
    "clinic", version="1.0.0", engine=">=0.1,<1", requires=["base"], settings=ClinicSettings
)
