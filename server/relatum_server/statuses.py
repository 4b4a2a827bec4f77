"""What an error is in HTTP: its status, and the headers that go with it."""

from collections.abc import Mapping
from typing import Final

from relatum_schemas.errors import (
    CrossSite,
    DatabaseLocked,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseUnavailable,
    Forbidden,
    KeyMissing,
    MailUnavailable,
    NotFound,
    NotSignedIn,
    PluginFailed,
    ProviderUnavailable,
    RelatumError,
    SignInRefused,
    SpentLink,
    TimedOut,
    TooManyAttempts,
)
from relatum_server.arriving import ArrivedLate

_STATUS: Final[Mapping[type[RelatumError], int]] = {
    NotSignedIn: 401,
    SignInRefused: 403,
    CrossSite: 403,
    Forbidden: 403,
    NotFound: 404,
    ArrivedLate: 408,
    SpentLink: 410,
    TooManyAttempts: 429,
    PluginFailed: 500,
    ProviderUnavailable: 502,
    TimedOut: 504,
    MailUnavailable: 503,
    DatabaseUnavailable: 503,
    DatabaseLocked: 503,
    DatabaseOlder: 503,
    DatabaseNewer: 503,
    KeyMissing: 503,
}
_REFUSED: Final = 422


def status_of(error: RelatumError) -> int:
    """The status of a request that ends with this error."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), _REFUSED)


def headers_of(error: RelatumError) -> dict[str, str]:
    """The headers that the status asks for."""
    match error:
        case NotSignedIn():
            return {"www-authenticate": 'Bearer error="invalid_token"'}
        case TooManyAttempts():
            return {"retry-after": str(error.details["retryAfter"])}
        case ArrivedLate():
            return {"connection": "close"}
        case _:
            return {}
