"""How apps outside the process are reached, and let in.

`sending` brings them what they are told, to public addresses only; on `pages` administrators let them in.
"""

from relatum_server.apps.sending import HttpCourier

__all__ = ["HttpCourier"]
