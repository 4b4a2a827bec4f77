"""What is there in the place of a mail server, for tests of what people are told."""

from dataclasses import dataclass, field

from relatum_schemas.channel import Notice


@dataclass
class Post:
    """Keeps messages, and fails to take the first ones."""

    failures: int = 0
    taken: list[Notice] = field(default_factory=list)

    async def deliver(self, message: Notice) -> None:
        """Take a message."""
        if self.failures:
            self.failures -= 1
            raise OSError("not now")
        self.taken.append(message)
