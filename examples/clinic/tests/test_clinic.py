"""The clinic's own rules, and what every plugin is held to."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner
from relatum_clinic import Appointment, demo_data, messages
from relatum_clinic.cards import look_at_cards, read_cards
from relatum_clinic.doing import ask, tell_patients
from standardwebhooks import Webhook

from relatum import Refused
from relatum.access import SYSTEM, Principal
from relatum.plugins import catalogue_of, load_plugins
from relatum.plugins.extracting import brought_up, missing_from, template_of, with_code
from relatum.session import context_for, run_action
from relatum_testing import ConformanceSuite, Installation

TREATMENT = {
    "title": "Treatment",
    "legal_basis": "GDPR 9(2)(h)",
    "opens": ["health"],
    "retention": 3650,
}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def plugin_settings() -> Mapping[str, Mapping[str, object]]:
    """What the installation says to the clinic."""
    return {"clinic": {"laboratory_secret": SECRET}}


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


async def test_patients_are_asked_afterwards(empty: Installation) -> None:
    await demo_data(context_for(empty.system, plugin="clinic", function="demo_data"))
    (visit,) = await empty.system.select(Appointment).all()
    async with empty.system.unit() as unit:
        await ask(context_for(unit, plugin="clinic", function="ask"), visit.id)


async def test_the_laboratory_leaves_results_once(empty: Installation) -> None:
    await demo_data(context_for(empty.system, plugin="clinic", function="demo_data"))
    (visit,) = await empty.system.select(Appointment).all()
    await empty.database.identity.keep_purpose(SYSTEM, "operate", TREATMENT)
    body = json.dumps({"appointment": str(visit.id), "report": "Iron is low."}).encode()
    moment = datetime.now(UTC)
    signature = Webhook(SECRET).sign("r1", moment, body.decode())
    headers = {
        "webhook-id": "r1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }
    async with empty.served() as client:
        for _ in range(2):
            answer = await client.post("/x/clinic/in/results", content=body, headers=headers)
            assert answer.json() == {"appointment": str(visit.id)}
        forged = {**headers, "webhook-id": "r2"}
        refused = await client.post("/x/clinic/in/results", content=body, headers=forged)
        assert refused.status_code == 401
    noted = await empty.system.get(Appointment, visit.id)
    assert (noted.findings, noted.version) == ("Iron is low.", visit.version + 1)


CARDS = """BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
N:Nightingale;Florence;;;
item1.EMAIL;TYPE=work:florence@
 lakeside.example
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Doe\\, John
TEL;VALUE=uri:tel:+44 20 7946 0000
END:VCARD
"""


def test_patients_come_on_cards(tmp_path: Path) -> None:
    file = tmp_path / "patients.vcf"
    file.write_text(CARDS)
    florence, john = read_cards(file)
    assert (florence["given_name"], florence["family_name"]) == ("Florence", "Nightingale")
    assert florence["email"] == "florence@lakeside.example"
    assert (john["family_name"], john["phone"]) == ("Doe, John", "+44 20 7946 0000")
    told = CliRunner().invoke(look_at_cards, [str(file)])
    assert told.output.splitlines() == [
        "Florence Nightingale  florence@lakeside.example",
        "Doe, John  +44 20 7946 0000",
    ]


async def test_the_clinic_speaks_german(empty: Installation) -> None:
    german = context_for(empty.system, plugin="clinic", function="page").titles("de")
    assert german.type("Appointment").title == "Termin"
    assert german.choice("Appointment", "state", "cancelled") == "Abgesagt"
    assert german.action("cancel_appointment").title == "Termin absagen"


def test_every_text_is_translated() -> None:
    file = messages() / "de" / "LC_MESSAGES" / "clinic.po"
    loaded = load_plugins(only=["clinic"])
    template = with_code(template_of(catalogue_of(loaded), "clinic", "1.0"), loaded[-1].folder)
    assert missing_from(brought_up(file, template, "de")) == ()


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
