"""The log: JSON lines for machines, text for people.

Neither secrets nor values of records are written into it: of a request its route, operation, status and codes; of an
error in production where it arose and of which type, since what errors say may quote values. At the level ``debug`` they
say it.
"""

import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

import orjson
from typing_extensions import override

from relatum_server.observability.noting import Watched, watched

log = logging.getLogger("relatum.requests")

_BROKEN: Final = 500
_TALKATIVE: Final = ("httpx2", "httpcore2")
"""Loggers that write addresses, and what stands in them."""


def configure_logs(level: str, *, profile: Literal["production", "demo"]) -> None:
    """Write the log of this process to standard error.

    Args:
        level: the least severe messages that are written: ``debug``, ``info``, ``warning`` or ``error``.
        profile: of the server.
    """
    handler = logging.StreamHandler()
    lines = Text() if profile == "demo" else JsonLines(quoting=level == "debug")
    handler.setFormatter(lines)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def log_request(watched: Watched, seconds: float, *, slow: bool) -> None:
    """Write a line about a request that is over; one that was slow or that failed here is a warning."""
    level = logging.WARNING if slow or watched.status >= _BROKEN else logging.INFO
    if not log.isEnabledFor(level):
        return
    facts: dict[str, object] = {
        "method": watched.scope["method"],
        "route": watched.route,
        "status": watched.status,
        "ms": round(seconds * 1000, 1),
    }
    if watched.codes:
        facts["codes"] = watched.codes
    log.log(level, "slow request" if slow else "request", extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One JSON object per line.

    Args:
        quoting: whether errors are quoted in their own words.
    """

    def __init__(self, *, quoting: bool) -> None:
        """Keep what is wanted."""
        super().__init__()
        self._quoting = quoting

    @override
    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info and record.exc_info[1]:
            entry["error"] = self._error(record.exc_info[1])
        return orjson.dumps(entry, default=str).decode()

    def _error(self, error: BaseException) -> str:
        if self._quoting:
            return "".join(traceback.format_exception(error))
        return "\n".join(_where(error))


class Text(logging.Formatter):
    """A line for people, and the traceback of an error below it."""

    def __init__(self) -> None:
        """Say when, how severe, who, and what."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, with its facts behind it."""
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        return super().formatMessage(record) + facts


def _facts(record: logging.LogRecord) -> Mapping[str, Any]:
    """What a record says besides its message, and of which request it is."""
    facts: Mapping[str, Any] = getattr(record, "facts", {})
    request = watched()
    if request is None:
        return facts
    operation = {"kind": request.kind, "operation": request.name}
    return {"request": request.id, **{k: v for k, v in operation.items() if v}, **facts}


def _where(error: BaseException) -> list[str]:
    """Where an error arose and what caused it, without its words."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = _where(cause) if cause else []
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return [*earlier, type(error).__qualname__, *places]
