"""Who may sign in, and what they may do beyond what plugins declare. Reached as `database.identity`.

From the ground up:

1. `values`, `letters`: what passes between this room and those who ask it.
2. `stored`: its tables and how its statements are prepared. `secrets`, `passwords`, `addresses`: what people show.
3. `room`: what every part stands on. `throttling`: how often the same may be tried; `sweeping`: what is long over.
4. `plugin_states`: which plugins are in force. `stored_rules`: policies, roles and purposes kept as data. `force`: what is
   in force of all that in this process; `rules`: how administrators keep them; `losing`: which of them end because what
   they name does. `holdings`: who holds which role.
   `standing`: what a person is entitled to by the graph and by what it holds, judged now.
5. `accounts`, `sessions`, `tokens`: ways in. `authenticating`: from a secret to a principal, by the database's `testimony`,
   at each request; `presuming`: by the same statement that answers it.
6. `signing_in`, `tickets`, `inviting` with `newcomers`: how sessions and accounts come about.
7. `identity`: all of it as one object, made of `entering`, `keeping` and `granting`, which share their `parts`.

Only hashes of secrets are stored. What is kept in memory between requests gives no right by itself: the database bears it
out at each request, the edition of what is in force included.
"""

from relatum.identity.identity import Identity
from relatum.identity.letters import Letter, Mailer
from relatum.identity.plugin_states import PluginState
from relatum.identity.presuming import Mistaken, Presumption
from relatum.identity.room import Lifetimes
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
    "Identity",
    "Letter",
    "Lifetimes",
    "Mailer",
    "Mistaken",
    "NewSession",
    "NewTicket",
    "NewToken",
    "PluginState",
    "Presumption",
    "SessionInfo",
    "SignedIn",
    "StoredRule",
    "Ticket",
    "Token",
]
