"""Collects mistakes instead of stopping at the first, so that a person mends them in one go."""

from collections.abc import Iterator
from contextlib import contextmanager

from relatum_schemas.errors import DeclarationError, Problems, RelatumError


class ProblemList:
    """The mistakes found so far, each with the plugin, type and field it is about."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[RelatumError] = []

    def add(self, message: str, hint: str | None = None, *, at: tuple[str, ...]) -> None:
        """Note a mistake; ``at`` is plugin, type and field as far as they are known."""
        self.found.append(DeclarationError(f"{'.'.join(at)}: {message}", path=at, hint=hint))

    @contextmanager
    def noting(self, *at: str) -> Iterator[None]:
        """Note whatever error of the family is raised inside."""
        try:
            yield
        except RelatumError as error:
            self.add(error.message, error.hint, at=at)

    def raise_all(self) -> None:
        """Raise everything found, if anything.

        Raises:
            Problems: with one `DeclarationError` per mistake.
        """
        if self.found:
            count = "one mistake" if len(self.found) == 1 else f"{len(self.found)} mistakes"
            raise Problems(f"The declarations have {count}.", self.found)
