"""The access log: what is in it, and that it is numbered and chained like the change log."""

from typing import Any

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM
from relatum.changes import lines
from relatum.changes.accesses import access_digest
from relatum.changes.sequencer import sequence
from relatum.connections import prepare
from relatum_schemas.errors import SignInRefused
from tests.core.identity.office import PASSWORD, Office

ADA = "ada@north.example"


async def _lines(office: Office) -> list[dict[str, Any]]:
    log = office.database.tables.access_log
    statement = select(log).order_by(log.c.id)
    async with office.database.connections.reading() as connection:
        rows = await connection.rows(prepare(statement, connection.dialect), {})
    return [dict(zip(log.c.keys(), row, strict=True)) for row in rows]


async def test_what_happens_is_noted_with_who_did_it(office: Office) -> None:
    ada, north = office.ids["ada"], office.ids["north"]
    with pytest.raises(SignInRefused):
        await office.identity.sign_in(ADA, "wrong password", address="192.0.2.9")
    session = (await office.identity.sign_in(ADA, PASSWORD)).signed_in
    await office.identity.hold(SYSTEM, ada, "clerk", firm=north)
    await office.identity.end_session(session.principal, session.session)
    await office.identity.log("looked", session.principal, record=north, why="to see")
    lines_of_identity = [each for each in await _lines(office) if each["kind"] != "system_used"]
    noted = [(line["kind"], line["actor"], line["record_id"]) for line in lines_of_identity]
    assert noted == [
        ("account_added", None, ada),
        ("sign_in_failed", None, ada),
        ("signed_in", ada, ada),
        ("role_given", None, ada),
        ("session_ended", ada, ada),
        ("looked", ada, north),
    ]
    last = lines_of_identity[-1]
    assert (last["acted_for"], last["purpose"], last["details"]) == (
        north, "operate", {"why": "to see"},
    )  # fmt: skip
    assert lines_of_identity[1]["details"] == {"address": "192.0.2.9"}


async def test_lines_are_numbered_and_chained(office: Office) -> None:
    for number in range(3):
        await office.identity.log("looked", SYSTEM, number=number)
    await sequence(office.database.connections)
    chain = lines.BEGINNING
    for position, line in enumerate(await _lines(office), start=1):
        said = {
            name: line[name]
            for name in (
                "recorded_at", "kind", "actor", "acted_for", "client", "purpose", "type",
                "record_id", "details",
            )
        }  # fmt: skip
        assert line["digest"] == access_digest(line["salt"], **said)
        chain = lines.chained(chain, line["digest"])
        assert (line["position"], line["chain"]) == (position, chain)


async def test_what_is_undone_is_not_noted(office: Office) -> None:
    before = len(await _lines(office))
    with pytest.raises(Exception, match="no such"):
        await office.identity.end_token(SYSTEM, office.ids["ada"])
    assert len(await _lines(office)) == before
