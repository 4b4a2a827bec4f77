"""How apps outside the process are reached: `sending` brings them what they are told, to public addresses only."""

from relatum_server.apps.sending import HttpCourier

__all__ = ["HttpCourier"]
