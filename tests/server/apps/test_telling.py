"""An app is let in by GraphQL, and told of changes at a real address: signed, filtered, and again where it fails."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from relatum.access import SYSTEM
from relatum.apps.working import AT_ONCE
from relatum.writing import Create
from tests.server.apps.conftest import PATIENCE, Place, until
from tests.server.graphql.websocket.talking import talk
from tests.server.shop import Organization, Person

INSTALL = """mutation($manifest: String!) {
  installApp(manifest: $manifest) { result { token secret app { name state may told } } }
}"""
RENAME = "mutation($id: ID!, $name: String!) { updatePerson(id: $id, patch: {name: $name}) { changeCursor } }"
EVES = [Create("Person", {"name": f"Eve {number}"}) for number in range(12)]
LEAVING = "subscription($since: String) { peopleChanges(since: $since) { operation recordId } }"


def manifest(place: Place, **changed: Any) -> str:
    """What the app says of itself."""
    said = {
        "name": "hello",
        "title": "Hello",
        "publisher": "Hello Ltd",
        "webhook": place.sink.address,
        "scopes": [
            {
                "types": ["Person"],
                "rights": ["read"],
                "fields": {"only": ["name", "email"]},
                "where": {"kind": "compare", "path": {"field": "name"}, "operator": "ne", "value": "Bob"},
            }
        ],
        "events": [{"type": "Person", "operations": ["created", "updated"], "fields": ["name", "born"]}],
    }  # fmt: skip
    return orjson.dumps({**said, **changed}).decode()


async def install(place: Place, **changed: Any) -> Any:
    """Let the app in."""
    shown = await place.told(INSTALL, manifest=manifest(place, **changed))
    return shown["installApp"]["result"]


async def test_an_app_is_told_of_changes_as_far_as_it_may_see_them(place: Place) -> None:
    made = await install(place)
    assert made["app"]["may"] == ["See people whose name is not Bob: only email, name."]
    assert made["app"]["told"] == ["When people are created or updated, with name and born."]

    db = place.database.as_(SYSTEM)
    await db.create(Organization(name="Gamma"))
    eve = await db.create(Person(name="Eve", email="eve@example.org"))
    bob = await db.create(Person(name="Bob"))
    await place.told(RENAME, id=str(eve.id), name="Eva")
    first, second = await place.arrived(2)

    Webhook(made["secret"]).verify(first.body, dict(first.headers))
    assert first.content["type"] == "Person.created"
    data = first.content["data"]
    assert (data["id"], data["version"], data["type"]) == (str(eve.id), 1, "Person")
    assert data["record"] in ({"name": "Eve", "born": None}, {"name": "Eva", "born": None})
    assert "born" not in data["fields"] and "name" in data["fields"]
    assert second.content["type"] == "Person.updated"
    assert second.content["data"]["fields"] == ["name"]
    assert first.id != second.id

    ended = {"delivered", "withheld"}
    app = await place.state(
        "hello", lambda app: [each["state"] in ended for each in app["deliveries"]] == [True] * 3
    )
    states = {each["recordId"]: each["state"] for each in app["deliveries"]}
    assert states == {str(eve.id): "delivered", str(bob.id): "withheld"}

    # It asks back with its token, and sees the same.
    asked = await place.ask("{ people { nodes { name email } } }", token=made["token"])
    names = [each["name"] for each in asked["data"]["people"]["nodes"]]
    assert "Eva" in names and "Bob" not in names
    asked = await place.ask("{ people { nodes { born } } }", token=made["token"])
    assert asked["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_by_its_token_an_app_follows_what_leaves_its_sight(place: Place) -> None:
    made = await install(place)
    db = place.database.as_(SYSTEM)
    eve = await db.create(Person(name="Eve"))
    await place.arrived(1)
    async with talk(place.client, headers={}, token=made["token"]) as socket:
        await socket.ask("1", LEAVING, variables={"since": await db.change_cursor()})
        await place.told(RENAME, id=str(eve.id), name="Bob")
        heard = await socket.hear()
    assert heard["payload"]["data"]["peopleChanges"] == {
        "operation": "LEFT_SCOPE",
        "recordId": str(eve.id),
    }
    await place.state("hello", lambda app: app["deliveries"][0]["state"] == "withheld")
    await place.arrived(1)


async def test_what_fails_is_sent_again_as_the_same_message_and_filtered_anew(place: Place) -> None:
    made = await install(place)
    place.sink.answer = 503
    eve = await place.database.as_(SYSTEM).create(Person(name="Eve"))
    await place.arrived(1)
    app = await place.state("hello", lambda app: app["deliveries"][0]["status"] == 503)
    assert app["failingSince"] and app["deliveries"][0]["state"] == "waiting"

    place.time.ahead += timedelta(seconds=6)
    await place.arrived(2)
    await place.state("hello", lambda app: app["deliveries"][0]["attempts"] == 2)
    place.sink.answer = 200
    place.time.ahead += timedelta(minutes=5)
    calls = await place.arrived(3)
    assert len({each.id for each in calls}) == 1 and all(
        each.signed_by(made["secret"]) for each in calls
    )
    app = await place.state("hello", lambda app: app["deliveries"][0]["state"] == "delivered")
    assert app["deliveries"][0]["attempts"] == 3 and app["failingSince"] is None

    # What it may not see any more when it is sent again is not told.
    place.sink.answer = 500
    await place.told(RENAME, id=str(eve.id), name="Eva")
    await place.arrived(4)
    await place.state("hello", lambda app: app["deliveries"][0]["status"] == 500)
    await place.told(RENAME, id=str(eve.id), name="Bob")
    await place.state("hello", lambda app: app["deliveries"][0]["state"] == "withheld")
    place.time.ahead += timedelta(minutes=1)
    app = await place.state("hello", lambda app: app["deliveries"][1]["state"] == "withheld")
    assert len(place.sink.calls) == 4


async def test_an_app_that_wants_no_more_or_is_not_there_is_paused_and_goes_on_where_it_stood(
    place: Place,
) -> None:
    await install(place)
    db = place.database.as_(SYSTEM)
    place.sink.answer = 410
    await db.create(Person(name="Eve"))
    await place.arrived(1)
    app = await place.state("hello", lambda app: app["state"] == "paused")
    assert "410" in app["why"]

    await db.create(Person(name="Fay"))
    place.sink.answer = 200
    await place.told('mutation { resumeApp(name: "hello") { result { state } } }')
    place.time.ahead += timedelta(seconds=6)
    calls = await place.arrived(3)
    assert {each.content["data"]["record"]["name"] for each in calls} == {"Eve", "Fay"}

    place.sink.answer = 500
    await db.create(Person(name="Gil"))
    await place.arrived(4)
    await place.state("hello", lambda app: app["failingSince"])
    place.time.ahead += timedelta(days=5)
    app = await place.state("hello", lambda app: app["state"] == "paused")
    assert "Nothing has arrived" in app["why"]


async def test_messages_are_told_again_when_an_administrator_says_so(place: Place) -> None:
    made = await install(place)
    db = place.database.as_(SYSTEM)
    for name in ("Eve", "Fay"):
        await db.create(Person(name=name))
    ids = [each.id for each in await place.arrived(2)]
    app = await place.state(
        "hello", lambda app: all(each["state"] == "delivered" for each in app["deliveries"])
    )
    replay = """mutation($since: Int, $id: String) {
      replayAppDeliveries(name: "hello", since: $since, delivery: $id) { result { name } }
    }"""
    await place.told(replay, id=ids[0])
    assert (await place.arrived(3))[2].id == ids[0]

    rotated = await place.told('mutation { rotateAppSecret(name: "hello") { result } }')
    secret = rotated["rotateAppSecret"]["result"]
    # All from a change before it was let in: the shop's own people, too.
    await place.told(replay, since=app["deliveries"][0]["position"])
    await until(lambda: len(place.sink.calls) == 4)
    last = place.sink.calls[-1]
    assert last.signed_by(secret) and last.signed_by(made["secret"])
    place.time.ahead += timedelta(days=1)
    await place.told(replay, id=ids[1])
    last = (await place.arrived(5))[-1]
    assert last.signed_by(secret) and not last.signed_by(made["secret"])

    await place.told(replay, since=1)
    await until(lambda: len(place.sink.calls) >= 8)
    assert {each.content["data"]["record"]["name"] for each in place.sink.calls} == {
        "Ann Berg", "Eve", "Fay",
    }  # fmt: skip


async def test_an_app_that_is_taken_out_can_do_nothing_more(place: Place) -> None:
    made = await install(place)
    await place.told('mutation { removeApp(name: "hello") { result { name } } }')
    asked = await place.ask("{ people { nodes { name } } }", token=made["token"])
    assert asked["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await place.told("{ apps { name } }"))["apps"] == []
    await place.database.as_(SYSTEM).create(Person(name="Eve"))

    again = await install(place)
    assert again["token"] != made["token"] and again["secret"] != made["secret"]
    await place.database.as_(SYSTEM).create(Person(name="Fay"))
    (call,) = await place.arrived(1)
    assert call.content["data"]["record"]["name"] == "Fay" and call.signed_by(again["secret"])


def named(name: str, field: str = "name") -> Any:
    """The condition that a field has a value."""
    return {"kind": "compare", "path": {"field": field}, "operator": "eq", "value": name}


async def test_of_several_events_the_one_counts_whose_condition_holds(place: Place) -> None:
    event = {"type": "Person", "operations": ["created"]}
    scopes = [{"types": ["Person"], "rights": ["read"]}]
    events = [
        {**event, "where": named("Eve"), "fields": ["name"]},
        {**event, "where": named("Fay"), "fields": ["standing"]},
    ]
    await install(place, scopes=scopes, events=events)
    for name in ("Fay", "Gil", "Eve"):
        await place.database.as_(SYSTEM).create(Person(name=name))
    told = [each.content["data"]["record"] for each in await place.arrived(2)]
    assert {"name": "Eve"} in told and {"standing": "good"} in told
    await place.state(
        "hello",
        lambda app: (
            sorted(each["state"] for each in app["deliveries"])
            == ["delivered", "delivered", "withheld"]
        ),
    )


@pytest.mark.parametrize(
    "steering",
    [
        'pauseApp(name: "hello") { result { state } }',
        'removeApp(name: "hello") { result { state } }',
        "elsewhere",
    ],
)
async def test_what_an_administrator_says_counts_from_the_next_message_on(
    place: Place, steering: str
) -> None:
    await install(place)
    place.sink.open.clear()
    await place.database.as_(SYSTEM).apply(EVES)  # all at once, and so told at once
    await until(lambda: len(place.sink.calls) == AT_ONCE)
    if steering == "elsewhere":
        await install(place, webhook="https://elsewhere.invalid/hooks")
    else:
        await place.told(f"mutation {{ {steering} }}")
    there = len(place.sink.calls)
    place.sink.open.set()
    await asyncio.sleep(1)
    assert len(place.sink.calls) == there < 12


async def test_what_has_no_meaning_is_refused_with_its_place(place: Place) -> None:
    async def refused(**changed: Any) -> Any:
        answer = await place.ask(INSTALL, manifest=manifest(place, **changed))
        (error, *_) = answer["errors"]
        return error["extensions"]["code"], error["message"]

    assert (await refused(events=[{"type": "Order"}]))[0] == "BAD_VALUE"
    assert (await refused(events=[{"type": "Persom"}]))[0] == "UNKNOWN_TYPE"
    assert (await refused(events=[{"type": "Person", "fields": ["nam"]}]))[0] == "UNKNOWN_FIELD"
    asked = [{"type": "Person", "where": named("1990-05-01", "born")}]
    assert await refused(events=asked) == ("UNKNOWN_FIELD", "Person has no field 'born'.")
    assert (await refused(name="Hello World"))[0] == "DECLARATION"
    for text in ("Hello\r\nBcc: all@shop.example", "Hello \u202eolleH", " "):
        assert (await refused(title=text))[0] == "DECLARATION"
    for address in ("https://a.example/ HTTP/1.1\r\nX: y", "https://a.example/a b"):
        assert (await refused(webhook=address))[0] == "DECLARATION"
    assert "not encrypted" in (await refused(webhook="http://elsewhere.example/hooks"))[1]
    for taken in ("tests", "shop", "relatum"):
        assert (await refused(name=taken))[0] == "CONFLICT"
    answer = await place.ask('mutation { installApp(manifest: "{") { result { token } } }')
    assert "neither JSON nor TOML" in answer["errors"][0]["message"]
    assert (await place.told("{ apps { name } }"))["apps"] == []


async def test_whoever_takes_over_loses_nothing_and_finds_nothing_twice(place: Place) -> None:
    await install(place)
    place.sink.open.clear()
    await place.database.as_(SYSTEM).apply(EVES)
    await until(lambda: len(place.sink.calls) == AT_ONCE)
    await place.telling.aclose()  # in the midst of four messages
    cut = {each.id for each in place.sink.calls}

    place.sink.open.set()
    await place.begin_telling()
    await place.begin_telling()
    await until(lambda: len({each.id for each in place.sink.calls}) == 12)
    query = """{ appDeliveries(name: "hello", first: 20) { id state attempts } }"""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = (await place.told(query))["appDeliveries"]
            if {each["state"] for each in rows} == {"delivered"}:
                break
            await asyncio.sleep(0.02)
    assert len(rows) == len({each["id"] for each in rows}) == 12
    again = [each.id for each in place.sink.calls if each.id in cut]
    assert len(again) >= 2 * len(cut)


async def test_administrators_are_told_that_an_app_is_paused(place: Place) -> None:
    await install(place)
    people = place.database.as_(SYSTEM)
    mara = await people.create(Person(name="Mara"))
    await place.database.identity.add_account(SYSTEM, "mara@shop.example", record=mara.id)
    await place.database.identity.hold(SYSTEM, mara.id, "administrator")
    place.sink.answer = 410
    await people.create(Person(name="Eve"))
    await until(lambda: place.postbox.messages)
    (message,) = place.postbox.messages
    assert message.to == "mara@shop.example" and "relatum app resume hello" in message.text
