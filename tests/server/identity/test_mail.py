"""Mails, as a mail server receives them."""

from datetime import UTC, datetime

import pytest

from relatum.identity import Letter
from relatum.identity.values import Use
from relatum_schemas.errors import MailUnavailable
from relatum_server.identity.mail import Mailer
from relatum_server.identity.mail import mail_server as read_url
from tests.server.identity.mailbox import mail_server

UNTIL = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)


def letter(use: Use, **facts: str) -> Letter:
    return Letter(to="ann@example.org", use=use, secret="rlt_k_abc", expires_at=UNTIL, **facts)


@pytest.mark.parametrize(
    ("about", "subject", "link"),
    [
        (letter("sign_in"), "Your link to sign in", "https://firm.example/sign-in/rlt_k_abc"),
        (letter("reset"), "Set a new password", "https://firm.example/reset/rlt_k_abc"),
        (
            letter("invitation", firm="Acme Köln", sender="Bob"),
            "You are invited for Acme Köln",
            "https://firm.example/invitation/rlt_k_abc",
        ),
    ],
    ids=["sign_in", "reset", "invitation"],
)
async def test_a_mail_says_what_to_do_and_until_when(
    about: Letter, subject: str, link: str
) -> None:
    async with mail_server() as mailbox:
        mailer = Mailer(
            read_url(mailbox.url), "Relatum <relatum@firm.example>", "https://firm.example"
        )
        await mailer.send(about)
        mail = await mailbox.one()
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ann@example.org",
        "Relatum <relatum@firm.example>",
        subject,
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert link in text.split()
    assert "1 March 2026, 14:30 (UTC)" in text
    assert max(map(len, text.splitlines())) < 200


async def test_a_line_break_in_a_name_makes_no_header() -> None:
    about = letter("invitation", firm="Acme\nBcc: everybody@example.org", sender="Bob")
    async with mail_server() as mailbox:
        await Mailer(read_url(mailbox.url), "relatum@firm.example", "https://x.example").send(about)
        mail = await mailbox.one()
    assert mail["Bcc"] is None
    assert mail["Subject"] == "You are invited for Acme Bcc: everybody@example.org"


async def test_a_mail_that_is_not_taken_is_told() -> None:
    async with mail_server() as mailbox:
        mailbox.refuses = True
        mailer = Mailer(read_url(mailbox.url), "relatum@firm.example", "https://firm.example")
        with pytest.raises(MailUnavailable):
            await mailer.send(letter("sign_in"))
    with pytest.raises(MailUnavailable):
        await mailer.send(letter("sign_in"))


async def test_nothing_is_sent_unencrypted_to_another_machine() -> None:
    assert read_url("smtp://mail.example").encryption == "starttls"
    assert read_url("smtps://u%40x:p%2F@mail.example").password == "p/"
    assert (read_url("smtps://mail.example").port, read_url("smtp://mail.example").port) == (
        465,
        587,
    )
    with pytest.raises(ValueError, match="mail server"):
        read_url("mail.example:25")
