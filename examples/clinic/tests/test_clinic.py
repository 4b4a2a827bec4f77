"""The clinic's own rules, and what every plugin is held to."""

from typing import ClassVar

import pytest
from relatum_clinic import Appointment, demo_data
from relatum_clinic.doing import tell_patients

from relatum import Refused
from relatum.access import Principal
from relatum.session import context_for, run_action
from relatum_testing import ConformanceSuite, Installation


class TestClinic(ConformanceSuite):
    """Leaks, statements, migrations, texts, removal, clients and databases of earlier versions."""

    values: ClassVar = {
        "Appointment": {"starts": "2099-05-04T09:00:00Z", "minutes": 20, "state": "planned"}
    }


async def test_patients_cancel_in_time(empty: Installation) -> None:
    await demo_data(context_for(empty.system, plugin="clinic", function="demo_data"))
    (visit,) = await empty.system.select(Appointment).all()
    (patient,) = await empty.system.select(visit.patient).all()
    john = empty.session_as(Principal(id=patient.id, roles=frozenset({"patient"})))
    empty.clock.forward(days=6.5)
    with pytest.raises(Refused, match="too late"):
        await run_action(john, "cancel_appointment", {"appointment": visit.id})
    empty.clock.forward(days=-1)
    cancelled = await run_action(john, "cancel_appointment", {"appointment": visit.id})
    assert cancelled.state == "cancelled"


async def test_patients_are_reminded_the_day_before(empty: Installation) -> None:
    await demo_data(context_for(empty.system, plugin="clinic", function="demo_data"))
    async with empty.system.unit() as unit:
        assert await tell_patients(context_for(unit, plugin="clinic", function="remind")) == 0
    empty.clock.forward(days=5.5)
    async with empty.system.unit() as unit:
        assert await tell_patients(context_for(unit, plugin="clinic", function="remind")) == 1


async def test_nobody_waits_for_a_minute(empty: Installation) -> None:
    with pytest.raises(Refused, match="between 5 and 120"):
        await empty.system.create(Appointment(subject="Brief", starts=empty.clock(), minutes=1))


async def test_the_opening_is_told_to_everybody(empty: Installation) -> None:
    async with empty.served() as client:
        answer = await client.get("/x/clinic/opening")
    assert answer.json() == {"open": "Monday to Friday, 8 to 18"}


async def test_a_patient_sees_how_much_is_ahead(empty: Installation) -> None:
    await demo_data(context_for(empty.system, plugin="clinic", function="demo_data"))
    answer = await empty.ask("{ people(orderBy: [{label: ASC}]) { nodes { label upcoming } } }")
    assert answer["data"]["people"]["nodes"] == [
        {"label": "John Snow", "upcoming": 1},
        {"label": "Mary Seacole", "upcoming": 0},
    ]
