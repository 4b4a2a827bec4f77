"""Apps outside the process: programs of others that may do a part of what people may, and are told of changes.

In the order in which an app passes through:

1. `judging`: what its manifest (`relatum_schemas.app`) comes to in the catalogue; `consent`: that in words for people.
2. `installing`: an administrator lets it in. It is a client app with a role of its own, whose policies are its scopes.
3. `following`: what it is to be told of is found in the change log, each line once, and kept as a row (`stored`).
4. `telling`: what it may be told of it is read as the app, `signing` signs it, a `courier` brings it, `delivering` says
   what follows. `working` does all that in one process of those that serve, on its `terms`.
5. `keeping`: administrators see what was delivered, pause, resume, and have things told again.
"""

from relatum.apps.courier import Courier, Receipt, Undeliverable
from relatum.apps.installing import NewApp, install_app, remove_app, renew_token
from relatum.apps.keeping import apps, deliveries, pause_app, replay, resume_app, rotate_secret
from relatum.apps.stored import App, Delivery
from relatum.apps.terms import Terms
from relatum.apps.working import telling

__all__ = [
    "App",
    "Courier",
    "Delivery",
    "NewApp",
    "Receipt",
    "Terms",
    "Undeliverable",
    "apps",
    "deliveries",
    "install_app",
    "pause_app",
    "remove_app",
    "renew_token",
    "replay",
    "resume_app",
    "rotate_secret",
    "telling",
]
