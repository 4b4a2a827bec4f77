"""What the methods of `Identity` share."""

from relatum.identity.authenticating import Authentication
from relatum.identity.force import Assembling, Force, Kept
from relatum.identity.letters import Mailer
from relatum.identity.room import Lifetimes, Place, Room
from relatum.identity.rules import Rules
from relatum.identity.standing import Standings


class Parts:
    """The room, the rules in force, and who is asked what somebody is entitled to."""

    def __init__(
        self,
        place: Place,
        *,
        lifetimes: Lifetimes,
        mailer: Mailer | None = None,
        assembling: Assembling | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Bind the database in use, whose catalogue is that of the plugins.

        Args:
            place: the database.
            lifetimes: of sessions and links.
            mailer: who sends mail; None where nobody does.
            assembling: puts the catalogue together when other types are kept; None where they stay what they are.
            kept: what the catalogue was put together by.
        """
        self.room = Room(place, lifetimes=lifetimes, mailer=mailer)
        self.force = Force(self.room, place.storage.catalogue, assembling=assembling, kept=kept)
        self._rules = Rules(self.room, self.force)
        self._standings = Standings(self.room)
        self._authentication = Authentication(self.room, self.force)
