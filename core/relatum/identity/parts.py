"""What the methods of `Identity` share."""

from relatum.identity.authenticating import Authentication
from relatum.identity.letters import Mailer
from relatum.identity.room import Lifetimes, Place, Room
from relatum.identity.rules import Rules
from relatum.identity.standing import Standings


class Parts:
    """The room, the rules in force, and who is asked what somebody is entitled to."""

    def __init__(self, place: Place, *, lifetimes: Lifetimes, mailer: Mailer | None = None) -> None:
        """Bind the database in use, whose catalogue is that of the plugins."""
        self.room = Room(place, lifetimes=lifetimes, mailer=mailer)
        self._rules = Rules(self.room, place.storage.catalogue)
        self._standings = Standings(self.room)
        self._authentication = Authentication(self.room, self._rules)
