"""An office where people of two firms sign in, served with a mail server beside it."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from relatum.connections import DialectName
from relatum.session import open_database
from relatum_server.app import AppSettings, create_app
from relatum_server.identity.mail import Mailer
from relatum_server.identity.mail import mail_server as read_url
from tests.server.identity.browsing import Browser
from tests.server.identity.mailbox import Mailbox, mail_server
from tests.server.identity.people import CATALOGUE, People, make_tables, take_in
from tests.server.serving import served


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """What passes over HTTP does not depend on the database, which has tests of its own."""
    kind: DialectName = request.param
    return kind


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """The mails that the office sends."""
    async with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
async def people(tmp_path: Path, mailbox: Mailbox) -> AsyncIterator[People]:
    """Who may sign in, in an open database."""
    mailer = Mailer(read_url(mailbox.url), "Office <office@firm.example>", "https://office.example")
    url = f"sqlite:///{tmp_path}/office.db"
    await make_tables(url)
    async with open_database(url, CATALOGUE, mailer=mailer) as database:
        yield await take_in(database)


@pytest.fixture
async def browser(people: People) -> AsyncIterator[Browser]:
    """A browser at the office's server, in which nobody is signed in."""
    app = create_app(nullcontext(people.database), settings=AppSettings(mail=True))
    async with served(app) as client:
        yield Browser(client)
