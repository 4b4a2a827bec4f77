"""People are told of what they may see, each once, as they want it, and shown what they may read."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from relatum import CHANNEL, Context, Filling, Plugin
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.plugins import Hooks, LoadedPlugin, Surroundings
from relatum.session import Database, open_database, run_action
from relatum.session.muting import EVERY_MESSAGE, mute, muted, unmute
from relatum.session.starting import NOTIFY
from relatum.workflows.operating import operating
from relatum_schemas.channel import Attachment, Notice
from relatum_schemas.errors import UnknownType
from relatum_server.files.store import FileStore
from relatum_server.identity.mail import Mailer
from relatum_server.identity.mail import mail_server as server_at
from tests.core.workflows import workshop
from tests.core.workflows.conftest import at_work, ended, until
from tests.core.workflows.post import Post
from tests.core.workflows.workshop import Machine, Minds, Person
from tests.server.identity.mailbox import mail_server


async def person(database: Database, name: str, machine: Machine | None) -> Person:
    db = database.as_(SYSTEM)
    made = await db.create(Person(name=name))
    if machine is not None:
        await db.relate(Minds, made, machine)
    address = f"{name.lower()}@relatum.example"
    await database.identity.add_account(SYSTEM, address, record=made.id)
    return made


GERMAN = """
msgid "{{ record.serial }} is worn"
msgstr "{{ record.serial }} ist abgenutzt"

msgid "Dear {{ person.name }},\\n{{ record.hours }} hours.\\n"
msgstr "Guten Tag {{ person.name }},\\n{{ 12345.5 }} {{ person.disabled }}.\\n"
"""


def speaking_german(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """What surrounds a workshop with a German translation beside it."""
    there = folder / "locale" / "de" / "LC_MESSAGES"
    there.mkdir(parents=True)
    (there / "workshop.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr(workshop, "__file__", str(folder / "workshop.py"))
    return Surroundings(hooks=Hooks([LoadedPlugin(workshop.plugin, workshop)]))


async def test_those_who_may_see_a_record_are_told_of_it_unless_they_muted_that(
    database: Database, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = speaking_german(tmp_path, monkeypatch)
    around = replace(around, files=FileStore(tmp_path / "files"))
    database.storage = replace(database.storage, surroundings=around)
    db = database.as_(SYSTEM)
    assert around.files is not None
    manual = await around.files.keep("Manual.pdf", "application/pdf", b"Oil it.")
    machine = await db.create(Machine(serial="M1", hours=70, manual=manual))
    other = await db.create(Machine(serial="M2"))
    await person(database, "Ann", machine)
    bob = await person(database, "Bob", machine)
    await person(database, "Cem", other)
    await person(database, "Dora", None)
    [capacity] = await database.identity.capacities(bob.id)
    [account] = await database.identity.accounts_of(SYSTEM, [bob.id])
    await database.identity.set_language(SYSTEM, account.id, "de")
    await mute(database.as_(capacity), ["workshop.worn"])
    assert await muted(database.as_(capacity)) == ["workshop.worn"]
    post = Post(failures=1)
    async with at_work(database, url, post), operating(url) as operator:
        await run_action(db, "worn_out", {"machine": machine})
        await ended(operator, NOTIFY, "DONE")
        await unmute(database.as_(capacity), ["workshop.worn", EVERY_MESSAGE])
        await run_action(db, "worn_out", {"machine": machine})
        await until(lambda: len(post.taken) == 3)
    first, *more = post.taken
    assert (first.to, first.subject) == ("ann@relatum.example", "M1 is worn")
    assert first.text == "Dear Ann,\n hours.\n", "hours may not be read"
    assert sorted(each.to for each in more) == ["ann@relatum.example", "bob@relatum.example"]
    [german] = [each for each in more if each.to == "bob@relatum.example"]
    assert german.subject == "M1 ist abgenutzt"
    assert german.text == "Guten Tag Bob,\n12.345,5 Nein.\n", "as Germans write it"
    assert len({each.key for each in post.taken}) == 3
    attached = Attachment("Manual.pdf", "application/pdf", b"Oil it.")
    assert [each.attachments for each in post.taken] == [(attached,)] * 3


async def test_a_message_goes_out_by_mail_under_one_number_however_often() -> None:
    async with mail_server() as mailbox:
        mailer = Mailer(server_at(mailbox.url), "Works <works@relatum.example>", "")
        files = (
            Attachment("Angebot Ä.pdf", "application/pdf", b"%PDF-"),
            Attachment("what", "of no type", b"\x00"),
        )
        message = Notice(
            to="ann@relatum.example", subject="Worn", text="Ä\n", key="a:b:1", attachments=files
        )
        for _ in range(2):
            await mailer.deliver(message)
        one, other = [await mailbox.one() for _ in range(2)]
    assert one["Notice-ID"] == other["Notice-ID"]
    assert (one["X-Relatum-Key"], one["Subject"], one["To"]) == (
        "a:b:1",
        "Worn",
        "ann@relatum.example",
    )
    body = one.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["Ä"]
    assert [
        (each.get_filename(), each.get_content_type(), each.get_content())
        for each in one.iter_attachments()
    ] == [
        ("Angebot Ä.pdf", "application/pdf", b"%PDF-"),
        ("what", "application/octet-stream", b"\x00"),
    ]


class Texts:
    """A channel of a plugin: it sends to whoever may read its own name, where there is one."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    async def deliver(self, notice: Notice) -> None:
        """Send a text to the receiver, whose rights the channel has."""
        assert self.ctx.principal.id == notice.person
        assert notice.person is not None
        self.sent.append((self.ctx.plugin, notice.subject))


async def test_a_plugin_brings_another_channel_and_people_choose(url: str) -> None:
    texting = ModuleType("texting")
    texting.__dict__.update(plugin=Plugin("texting", version="1"), by_text=Filling(CHANNEL, Texts))
    Texts.sent.clear()
    catalogue = build_catalogue([workshop, texting])
    async with open_database(url, catalogue) as database:
        db = database.as_(SYSTEM)
        machine = await db.create(Machine(serial="M1"))
        ann = await person(database, "Ann", machine)
        await person(database, "Bob", machine)
        [capacity] = await database.identity.capacities(ann.id)
        await mute(database.as_(capacity), [EVERY_MESSAGE], channel="texting")
        assert await muted(database.as_(capacity)) == []
        with pytest.raises(UnknownType, match="There is no channel 'pigeon'"):
            await mute(database.as_(capacity), [EVERY_MESSAGE], channel="pigeon")
        post = Post()
        async with at_work(database, url, post), operating(url) as operator:
            await run_action(db, "worn_out", {"machine": machine})
            await ended(operator, NOTIFY, "DONE")
        assert sorted(each.to for each in post.taken) == [
            "ann@relatum.example",
            "bob@relatum.example",
        ]
        assert Texts.sent == [("texting", "M1 is worn")]


async def test_without_a_mail_server_there_are_the_other_channels(url: str) -> None:
    texting = ModuleType("texting")
    texting.__dict__.update(plugin=Plugin("texting", version="1"), by_text=Filling(CHANNEL, Texts))
    Texts.sent.clear()
    async with open_database(url, build_catalogue([workshop, texting])) as database:
        machine = await database.as_(SYSTEM).create(Machine(serial="M1"))
        await person(database, "Ann", machine)
        async with at_work(database, url), operating(url) as operator:
            await run_action(database.as_(SYSTEM), "worn_out", {"machine": machine})
            await ended(operator, NOTIFY, "DONE")
    assert Texts.sent == [("texting", "M1 is worn")]
