"""What plugins add to the server, beside what GraphQL shows of their declarations.

A request to ``/x/...`` passes through `mounting`: there it is found out which plugin it is for and who comes, and
`limiting` says how often. It goes on to a route of the plugin's, or to one of its `inlets`, whose messages carry
`signatures`. `pages` are routes that answer in the house's look: each visit (`page_visits`) brings what was filled in
(`page_forms`). `living` starts and ends plugins with the process, and asks for their health. `documenting` makes the page
on hooks.
"""

from relatum_server.pages.entering import Entrance
from relatum_server.plugins.inlets import Inlet, Message
from relatum_server.plugins.page_forms import SentFile
from relatum_server.plugins.page_visits import Link, LinkGroup, PageVisit
from relatum_server.plugins.pages import Pages
from relatum_server.plugins.signatures import Hmac, StandardWebhooks

__all__ = [
    "Entrance",
    "Hmac",
    "Inlet",
    "Link",
    "LinkGroup",
    "Message",
    "PageVisit",
    "Pages",
    "SentFile",
    "StandardWebhooks",
]
