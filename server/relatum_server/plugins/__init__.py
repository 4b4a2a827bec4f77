"""What plugins add to the server, beside what GraphQL shows of their declarations.

A request to ``/x/...`` passes through `mounting`: there it is found out which plugin it is for and who comes, and
`limiting` says how often. It goes on to a route of the plugin's, or to one of its `inlets`, whose messages carry
`signatures`. `living` starts and ends plugins with the process, and asks for their health.
`documenting` makes the page on hooks.
"""

from relatum_server.plugins.inlets import Inlet, Message
from relatum_server.plugins.signatures import Hmac, StandardWebhooks

__all__ = ["Hmac", "Inlet", "Message", "StandardWebhooks"]
