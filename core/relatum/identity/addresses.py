"""E-mail addresses as accounts have them: as the person writes it, and the key by which two are the same."""

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Email


def read_address(given: str) -> tuple[str, str]:
    """Return an address in its usual form, and its key.

    Case never tells two accounts apart; accents do, since mail servers may tell them apart.

    Raises:
        BadValue: it is no e-mail address.
    """
    try:
        address: str = Email().parse(given.strip())
    except BadValue as error:
        error.at("email")
        raise
    return address, address.casefold()


def key_of(given: str) -> str:
    """Return the key of whatever was entered as an address; what is none has the key that no account has."""
    try:
        return read_address(given)[1]
    except BadValue:
        return ""
