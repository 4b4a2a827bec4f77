"""People are told of what they may see, each once, as they want it, and shown what they may read."""

from dataclasses import dataclass, field

from relatum.access import SYSTEM
from relatum.session import Database, run_action
from relatum.session.muting import EVERY_MESSAGE, mute, muted, unmute
from relatum.session.starting import NOTIFY
from relatum.workflows.messages import Message
from relatum.workflows.operating import operating
from relatum_server.identity.mail import Mailer
from relatum_server.identity.mail import mail_server as server_at
from tests.core.workflows.conftest import at_work, ended, until
from tests.core.workflows.workshop import Machine, Minds, Person
from tests.server.identity.mailbox import mail_server


@dataclass
class Post:
    """Keeps messages, and fails to take the first ones."""

    failures: int = 0
    taken: list[Message] = field(default_factory=list)

    async def deliver(self, message: Message) -> None:
        """Take a message."""
        if self.failures:
            self.failures -= 1
            raise OSError("not now")
        self.taken.append(message)


async def person(database: Database, name: str, machine: Machine | None) -> Person:
    db = database.as_(SYSTEM)
    made = await db.create(Person(name=name))
    if machine is not None:
        await db.relate(Minds, made, machine)
    address = f"{name.lower()}@relatum.example"
    await database.identity.add_account(SYSTEM, address, record=made.id)
    return made


async def test_those_who_may_see_a_record_are_told_of_it_unless_they_muted_that(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    machine = await db.create(Machine(serial="M1", hours=70))
    other = await db.create(Machine(serial="M2"))
    await person(database, "Ann", machine)
    bob = await person(database, "Bob", machine)
    await person(database, "Cem", other)
    await person(database, "Dora", None)
    [capacity] = await database.identity.capacities(bob.id)
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
    assert len({each.key for each in post.taken}) == 3


async def test_a_message_goes_out_by_mail_under_one_number_however_often() -> None:
    async with mail_server() as mailbox:
        mailer = Mailer(server_at(mailbox.url), "Works <works@relatum.example>", "")
        message = Message(to="ann@relatum.example", subject="Worn", text="Ä\n", key="a:b:1")
        for _ in range(2):
            await mailer.deliver(message)
        one, other = [await mailbox.one() for _ in range(2)]
    assert one["Message-ID"] == other["Message-ID"]
    assert (one["X-Relatum-Key"], one["Subject"], one["To"]) == (
        "a:b:1",
        "Worn",
        "ann@relatum.example",
    )
    assert one.get_content().splitlines() == ["Ä"]
