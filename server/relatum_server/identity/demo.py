"""The demo's sign-ins: who they are stands in a file beside the example data, their secrets in one beside the database.

Secrets are drawn at random when a sign-in is made, and nobody but the user of this machine can read them.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PRIVATE: Final = 0o600


@dataclass(frozen=True)
class DemoSignIn:
    """A sign-in of the demo.

    Attributes:
        email: of the account.
        password: of the account.
        token: for programs, with the same rights.
    """

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def fresh_password() -> str:
    """A password that nobody could guess, short enough to type."""
    return secrets.token_urlsafe(12)


def keep(file: Path, sign_ins: Mapping[str, DemoSignIn]) -> None:
    """Write the sign-ins into a file that its owner alone can read."""
    content = {
        name: {"email": each.email, "password": each.password, "token": each.token}
        for name, each in sign_ins.items()
    }
    making = file.with_suffix(".new")
    making.unlink(missing_ok=True)
    making.touch(_PRIVATE)
    making.chmod(_PRIVATE)
    making.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    making.replace(file)


def kept(file: Path) -> Mapping[str, DemoSignIn]:
    """The sign-ins of a file; none where there is no such file, or no such content."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {name: DemoSignIn(**each) for name, each in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
