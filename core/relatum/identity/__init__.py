"""Who may sign in, and what they may do beyond what plugins declare."""

from relatum.identity.letters import Letter, Mailer
from relatum.identity.values import (
    Account,
    Client,
    Firm,
    Holding,
    NewSession,
    NewTicket,
    NewToken,
    SessionInfo,
    SignedIn,
    StoredRule,
    Ticket,
    Token,
)

__all__ = [
    "Account",
    "Client",
    "Firm",
    "Holding",
    "Letter",
    "Mailer",
    "NewSession",
    "NewTicket",
    "NewToken",
    "SessionInfo",
    "SignedIn",
    "StoredRule",
    "Ticket",
    "Token",
]
