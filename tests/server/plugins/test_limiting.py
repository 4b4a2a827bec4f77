"""How often whoever has not signed in may come to plugins."""

import pytest

from relatum_schemas.errors import TooManyAttempts
from relatum_server.plugins.limiting import Limiter


def test_a_sender_is_counted_however_many_addresses_it_has() -> None:
    limiter = Limiter(3)
    for number in range(3):
        limiter.admit(f"2001:db8:1:2::{number}")
    with pytest.raises(TooManyAttempts):
        limiter.admit("2001:db8:1:2:ffff::1")
    limiter.admit("2001:db8:1:3::1")
    for number in range(4):
        limiter.admit(f"::ffff:198.51.100.{number}")
    limiter.admit("nowhere in particular")
