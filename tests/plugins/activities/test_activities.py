"""What is noted stands on the timeline of what it is about; what is due is told to whom it concerns, once."""

from datetime import timedelta
from typing import Any

import pytest

from relatum import Refused
from relatum.access import Principal
from relatum.session import Session, context_for, run_action
from relatum_activities import About, Interaction, Resubmission
from relatum_activities.reminding import escalate, tell_assignees
from relatum_base import Organization, Person, ReportsTo, WorksAt
from relatum_testing import Installation

TIMELINE = """query($id: ID!) { node(id: $id) {
  ... on Organization { activities(orderBy: [{node: {at: DESC}}]) { nodes { __typename subject } } }
  ... on WorksAt { activities(orderBy: [{node: {at: DESC}}]) { nodes { __typename subject } } } } }"""


class TestActivities:
    plugin = "activities"

    async def _office(self, empty: Installation) -> tuple[Organization, Person, Person]:
        acme = await empty.system.create(Organization(name="Acme"))
        ann = await empty.system.create(Person(given_name="Ann", family_name="Lee"))
        eve = await empty.system.create(Person(given_name="Eve", family_name="Poe"))
        await empty.system.relate(ReportsTo, ann, eve)
        return acme, ann, eve

    def _as(self, empty: Installation, person: Person) -> Session:
        return empty.session_as(
            Principal(person.id, roles=frozenset({"administrator", "colleague"}))
        )

    async def _worked(self, empty: Installation, step: Any) -> int:
        async with empty.system.unit() as unit:
            done: int = await step(context_for(unit, plugin="activities", function="remind"))
        return done

    async def test_a_timeline_has_what_any_record_was_about(self, empty: Installation) -> None:
        acme, ann, _ = await self._office(empty)
        job = await empty.system.relate(WorksAt, ann, acme)
        db = self._as(empty, ann)
        call = {"about": [acme.id, job.id], "subject": "Asked for a price", "kind": "call"}
        made = await run_action(db, "log_interaction", call)
        await db.create(
            Interaction(subject="Fair", kind="meeting", at=empty.clock() - timedelta(days=9)),
            about=acme,
        )
        for record, expected in (
            (acme, ["Asked for a price", "Fair"]),
            (job, ["Asked for a price"]),
        ):
            answer = await empty.ask(TIMELINE, id=str(record.id))
            assert "errors" not in answer, answer
            node = answer["data"]["node"]
            assert [each["subject"] for each in node["activities"]["nodes"]] == expected
        assert [each.id for each in await db.select(made.participants).all()] == [ann.id]

    async def test_it_has_to_be_about_something(self, empty: Installation) -> None:
        _, ann, _ = await self._office(empty)
        with pytest.raises(Refused, match="what it is about"):
            await run_action(self._as(empty, ann), "log_interaction", {"about": [], "subject": "?"})

    async def test_what_is_due_is_told_once_and_told_on_when_nobody_looks(
        self, empty: Installation
    ) -> None:
        acme, ann, _ = await self._office(empty)
        again = await run_action(
            self._as(empty, ann),
            "resubmit",
            {"about": [acme.id], "at": empty.clock() + timedelta(days=2), "reason": "Offer"},
        )
        assert [await self._worked(empty, each) for each in (tell_assignees, escalate)] == [0, 0]
        empty.clock.forward(days=2)
        assert [await self._worked(empty, tell_assignees) for _ in range(2)] == [1, 0]
        empty.clock.forward(days=2.5)
        assert await self._worked(empty, escalate) == 0
        empty.clock.forward(days=1)
        assert [await self._worked(empty, escalate) for _ in range(2)] == [1, 0]
        found = await empty.system.get(Resubmission, again.id)
        assert found.state == "escalated"
        assert found.told is not None
        later = {"resubmission": again.id, "at": empty.clock() + timedelta(days=1)}
        put_off = await run_action(self._as(empty, ann), "postpone", later)
        assert (put_off.state, put_off.told) == ("waiting", None)
        empty.clock.forward(days=1)
        assert await self._worked(empty, tell_assignees) == 1

    async def test_who_hands_a_duty_over_has_it_no_longer(self, empty: Installation) -> None:
        acme, ann, eve = await self._office(empty)
        again = await run_action(
            self._as(empty, ann),
            "resubmit",
            {"about": [acme.id], "at": empty.clock() + timedelta(days=2), "reason": "Offer"},
        )
        empty.clock.forward(days=0.5)
        await run_action(self._as(empty, ann), "delegate", {"duty": again.id, "to": eve.id})
        assert [each.id for each in await empty.system.select(again.assignee).all()] == [eve.id]
        with pytest.raises(Refused, match="has it already"):
            await run_action(self._as(empty, ann), "delegate", {"duty": again.id, "to": eve.id})

    async def test_a_colleague_notes_things_about_what_may_be_read(
        self, empty: Installation
    ) -> None:
        acme, ann, _ = await self._office(empty)
        db = empty.session_as(Principal(ann.id, roles=frozenset({"colleague"})))
        hidden = {"about": [acme.id], "subject": "Rumour"}
        with pytest.raises(Exception, match="no Record"):
            await run_action(db, "log_interaction", hidden)
        assert await empty.system.select(About).count() == 0
