"""Python values and their stored forms: what each column type sends and receives.

An encoder takes whatever it is given and refuses what does not fit with `BadValue` or
`NumericOverflow`; nothing is rounded, cut or converted silently.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from relatum_schemas.errors import BadValue, NumericOverflow

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

_MICROSECOND = timedelta(microseconds=1)
_LARGEST_INTEGER = 2**63 - 1
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def storable_text(value: object) -> str:
    """Return the text if both databases can hold it.

    Raises:
        BadValue: it is no text, has a NUL character, or half a surrogate pair.
    """
    if not isinstance(value, str):
        raise BadValue(f"{value!r} is not text.")
    if "\0" in value:
        raise BadValue(
            "The text has a NUL character (U+0000), which no database column can hold.",
            hint="Remove it; it mostly comes from a file read with the wrong encoding.",
        )
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise BadValue(
                f"The text has half a surrogate pair at character {error.start + 1}.",
                hint="Read the source with its right encoding.",
            ) from error
    return value


def json_text(value: object) -> str:
    """Return the canonical text of a JSON value.

    Raises:
        BadValue: JSON cannot express it (NaN, infinity, other objects), or it holds NUL.
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise BadValue(f"The value cannot be written as JSON: {error}.") from error
    if _ESCAPED_NUL.search(text):
        raise BadValue("The JSON value has a text with a NUL character (U+0000).")
    return storable_text(text)


def instant_text(value: object) -> str:
    """Return a moment as SQLite stores it: `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return utc_moment(value).isoformat(timespec="microseconds")[:-6] + "Z"


def utc_moment(value: object) -> datetime:
    """Return an aware datetime in UTC; a naive one says no moment and is refused."""
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return value
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise BadValue(
            f"{value!r} is not a moment with a zone.",
            hint="Give a datetime with tzinfo, such as datetime.now(UTC).",
        )
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise BadValue(f"{value} lies outside the years 1 to 9999 in UTC.") from error


def instant_from_text(value: object) -> datetime:
    """Return the moment that `instant_text` wrote."""
    return datetime.fromisoformat(str(value))


def calendar_day(value: object) -> date:
    """Return a date; a datetime is not one."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValue(f"{value!r} is not a calendar day.", hint="Give a date without a time.")
    return value


def day_text(value: object) -> str:
    """Return a date as SQLite stores it: `YYYY-MM-DD`."""
    return calendar_day(value).isoformat()


def day_from_text(value: object) -> date:
    """Return the date that `day_text` wrote."""
    return date.fromisoformat(str(value))


def identifier(value: object) -> UUID:
    """Return a UUID; its text is not one."""
    if not isinstance(value, UUID):
        raise BadValue(f"{value!r} is not a record's id.", hint="Give a uuid.UUID.")
    return value


def uuid_bytes(value: object) -> bytes:
    """Return a UUID as SQLite stores it: 16 bytes."""
    return identifier(value).bytes


def uuid_from_bytes(value: object) -> UUID:
    """Return the UUID that `uuid_bytes` wrote."""
    if not isinstance(value, bytes):
        raise BadValue(f"The database holds {value!r} where a record's id of 16 bytes belongs.")
    return UUID(bytes=value)


def whole_microseconds(value: object) -> int:
    """Return a length of time as both databases store it."""
    if not isinstance(value, timedelta):
        raise BadValue(f"{value!r} is not a length of time.", hint="Give a timedelta.")
    count = value // _MICROSECOND
    if abs(count) > _LARGEST_INTEGER:
        raise NumericOverflow(f"{value} is longer than 292,000 years.")
    return count


def length_of_time(value: object) -> timedelta:
    """Return the length of time that `whole_microseconds` wrote."""
    return timedelta(microseconds=int(str(value)))


def yes_or_no(value: object) -> bool:
    """Return a bool; 0, 1 and texts are not one."""
    if not isinstance(value, bool):
        raise BadValue(f"{value!r} is neither true nor false.")
    return value


def yes_or_no_number(value: object) -> int:
    """Return a bool as SQLite stores it: 0 or 1."""
    return int(yes_or_no(value))


def several_texts(value: object) -> list[str]:
    """Return texts as asyncpg takes an array; one text alone is refused."""
    if not isinstance(value, tuple | list):
        raise BadValue(f"{value!r} is not a list of texts.", hint="Give a tuple.")
    return [storable_text(item) for item in value]


def texts_json(value: object) -> str:
    """Return texts as SQLite stores them: a JSON array."""
    return json.dumps(several_texts(value), ensure_ascii=False, separators=(",", ":"))


def texts_from_json(value: object) -> tuple[str, ...]:
    """Return the texts that `texts_json` wrote."""
    return tuple(json.loads(str(value)))


def texts_from_list(value: object) -> tuple[str, ...]:
    """Return the texts of an array as asyncpg gives it."""
    if not isinstance(value, list | tuple):
        raise BadValue(f"The database holds {value!r} where a list of texts belongs.")
    return tuple(value)


def json_value(value: object) -> JsonValue:
    """Return the value of a JSON text, given as text or as bytes."""
    if not isinstance(value, str | bytes):
        raise BadValue(f"The database holds {value!r} where JSON text belongs.")
    decoded: JsonValue = json.loads(value)
    return decoded
