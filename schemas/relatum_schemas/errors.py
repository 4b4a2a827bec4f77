"""The one family of errors.

Every error carries a stable ``code`` (one per class), a message for the person who can act on it, the ``path`` into the
input that caused it, and a ``hint`` that names the way out. GraphQL puts them into ``extensions``, the command line
prints them, the importer writes them beside the row. A page in ``docs/errors.md`` explains each code.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

PathStep = str | int
Path = tuple[PathStep, ...]


class RelatumError(Exception):
    """Something a person can act on. Raise a subclass; each names one kind of mistake by its ``code``.

    Args:
        message: one sentence in plain words that names the thing.
        path: where in the input, e.g. ``("input", "employers", 0, "id")``; a plain string means one step.
        hint: the way out, a sentence.
        details: further facts for programs, JSON-able.
    """

    code: ClassVar[str] = "ERROR"

    def __init__(
        self,
        message: str,
        *,
        path: Iterable[PathStep] | str = (),
        hint: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Keep message, path, hint and details."""
        super().__init__(message)
        self.message = message
        self.path: Path = (path,) if isinstance(path, str) else tuple(path)
        self.hint = hint
        self.details: dict[str, object] = dict(details or {})

    def at(self, *prefix: PathStep) -> "RelatumError":
        """Return this error with its path seen from further out."""
        self.path = (*prefix, *self.path)
        return self

    def __str__(self) -> str:
        """Message and hint, as the command line prints them."""
        return f"{self.message} {self.hint}" if self.hint else self.message


class Problems(RelatumError):
    """Several errors at once, so that a person mends them in one go."""

    code = "PROBLEMS"

    def __init__(self, message: str, problems: Iterable[RelatumError]) -> None:
        """Keep every problem in the order found."""
        super().__init__(message)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """The message, then one line per problem."""
        return "\n".join([self.message, *(f"- {problem}" for problem in self.problems)])


def by_position(error: RelatumError, count: int) -> dict[int, RelatumError]:
    """Which of several things an error is about, each with its first problem.

    Args:
        error: whose paths begin with the position of the thing, where they are about one.
        count: how many things there are.
    """
    found: dict[int, RelatumError] = {}
    for problem in error.problems if isinstance(error, Problems) else (error,):
        step = problem.path[0] if problem.path else None
        if isinstance(step, int) and step < count:
            found.setdefault(step, problem)
    return found


class DeclarationError(RelatumError):
    """A plugin declares something that cannot be: the path names plugin, type and field."""

    code = "DECLARATION"


class UnknownType(RelatumError):
    """No entity type, relationship type or trait of that name is in the catalogue."""

    code = "UNKNOWN_TYPE"


class UnknownField(RelatumError):
    """The type has no such field or end."""

    code = "UNKNOWN_FIELD"


class UnknownOperator(RelatumError):
    """The field's kind has no such filter operator or aggregate."""

    code = "UNKNOWN_OPERATOR"


class BadValue(RelatumError):
    """A value is not of the field's kind, or not within its bounds."""

    code = "BAD_VALUE"


class Required(RelatumError):
    """A field or tie that must be there to store the record is missing."""

    code = "REQUIRED"


class ReadOnlyField(RelatumError):
    """A field that only the system writes was given."""

    code = "READ_ONLY"


class BadTransition(RelatumError):
    """A state may not follow the present one, or facts expected for it are missing."""

    code = "BAD_TRANSITION"


class BadReference(RelatumError):
    """An end of a tie points to no record, or to one of a type that may not stand there."""

    code = "BAD_REFERENCE"


class BadPeriod(RelatumError):
    """A validity that ends before it starts, or an act dated outside the tie's validity."""

    code = "BAD_PERIOD"


class Overlap(RelatumError):
    """The same two records would be tied twice by this type at the same time."""

    code = "OVERLAP"


class LimitBroken(RelatumError):
    """More ties (or fewer) than the relationship type's limit admits."""

    code = "LIMIT_BROKEN"


class Cycle(RelatumError):
    """A hierarchy would come to contain itself."""

    code = "CYCLE"


class Conflict(RelatumError):
    """A value that must be unique is taken."""

    code = "CONFLICT"


class KeyReused(RelatumError):
    """The key of a request that may come again was given to another request already."""

    code = "KEY_REUSED"


class StaleVersion(RelatumError):
    """The record has been changed since the version that the caller read."""

    code = "STALE_VERSION"


class NotFound(RelatumError):
    """No such record, or none that this principal may see."""

    code = "NOT_FOUND"


class Forbidden(RelatumError):
    """The principal may see the record but not do this to it."""

    code = "FORBIDDEN"


class NotSignedIn(RelatumError):
    """The request names nobody, or by a token or session that is wrong, has expired or was ended."""

    code = "UNAUTHENTICATED"


class CrossSite(RelatumError):
    """A page of another site made a browser send the request."""

    code = "CROSS_SITE"


class ProviderUnavailable(RelatumError):
    """Another provider, by which people sign in, cannot be reached, or cannot be trusted in what it says."""

    code = "PROVIDER_UNAVAILABLE"


class MailUnavailable(RelatumError):
    """Mail cannot be sent, or no mail server is named."""

    code = "MAIL_UNAVAILABLE"


class Restricted(RelatumError):
    """The record cannot be deleted while ties hold it."""

    code = "RESTRICTED"


class BadCursor(RelatumError):
    """The cursor is damaged, of another order, or of another version."""

    code = "BAD_CURSOR"


class StartOver(RelatumError):
    """More records left the sight of whoever follows changes than are told one by one: what is kept has to be read anew."""

    code = "START_OVER"


class BadSelection(RelatumError):
    """The selection asks for a combination that has no meaning."""

    code = "BAD_SELECTION"


class TooLarge(RelatumError):
    """The request is beyond a stated limit (page size, depth, nodes walked, cost)."""

    code = "TOO_LARGE"


class TimedOut(RelatumError):
    """The answer took longer than an answer may take."""

    code = "TIMED_OUT"


class NumericOverflow(RelatumError):
    """A number left the range in which the engine computes exactly."""

    code = "NUMERIC_OVERFLOW"


class Refused(RelatumError):
    """A business rule of a plugin says no. ``reason`` is the plugin's own stable code."""

    code = "REFUSED"

    def __init__(self, reason: str, *, path: Iterable[PathStep] | str = (), message: str) -> None:
        """Keep the plugin's reason beside the message."""
        super().__init__(message, path=path, details={"reason": reason})
        self.reason = reason


class PluginFailed(RelatumError):
    """Code of a plugin failed where it had a say. The log says why; who asked is told which plugin it was."""

    code = "PLUGIN_FAILED"


class SignInRefused(RelatumError):
    """Address and password do not open an account. One message for every reason, so that nobody learns which."""

    code = "SIGN_IN_REFUSED"


class TooManyAttempts(RelatumError):
    """Something was tried too often. ``retry_after`` says in how many seconds it may be tried again."""

    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, message: str, *, retry_after: int) -> None:
        """Keep the seconds beside the message."""
        super().__init__(message, details={"retryAfter": retry_after})
        self.retry_after = retry_after


class SpentLink(RelatumError):
    """A link from a mail was used, withdrawn or has expired, or never was."""

    code = "SPENT_LINK"


class UnreadableFile(RelatumError):
    """A file is missing, not readable, or not in the form it claims."""

    code = "UNREADABLE_FILE"


class BadSetting(RelatumError):
    """A setting or command-line flag has a value that cannot be used."""

    code = "BAD_SETTING"


class PluginError(RelatumError):
    """A plugin cannot be loaded, clashes with another, or misses what it requires."""

    code = "PLUGIN"


class StepFailed(RelatumError):
    """A step of a workflow was tried as often as it may be, and failed each time; or it refused."""

    code = "STEP_FAILED"


class DatabaseUnavailable(RelatumError):
    """The database cannot be reached or opened."""

    code = "DATABASE_UNAVAILABLE"


class DatabaseLocked(RelatumError):
    """Another process holds the database for longer than we wait."""

    code = "DATABASE_LOCKED"


class DatabaseOlder(RelatumError):
    """The database lacks migrations that this code needs."""

    code = "DATABASE_OLDER"


class DatabaseNewer(RelatumError):
    """The database was migrated by newer code than this."""

    code = "DATABASE_NEWER"


class BadMigration(RelatumError):
    """A migration cannot be written or applied as asked; nothing was changed."""

    code = "BAD_MIGRATION"


class KeyMissing(RelatumError):
    """A value is encrypted, and the key for it is not at hand."""

    code = "KEY_MISSING"


class Unsealable(RelatumError):
    """What is stored for an encrypted field is not what was encrypted for it."""

    code = "UNSEALABLE"


class PortInUse(RelatumError):
    """Another program listens on the address."""

    code = "PORT_IN_USE"
