"""Who is signed in, as each page shows it at its top, and what is offered to somebody who is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from relatum.identity import SignedIn


@dataclass(frozen=True, kw_only=True)
class Who:
    """What the top of a page shows.

    Attributes:
        signed_in: who looks at it; none if nobody is signed in.
        demo: e-mail addresses of the demo's sign-ins, by name.
        here: the path of the page, to come back to.
    """

    signed_in: SignedIn | None = None
    demo: Mapping[str, str] = field(default_factory=dict)
    here: str = "/"

    @property
    def looking(self) -> bool:
        """Whether an administrator sees the pages as somebody else does."""
        return self.signed_in is not None and self.signed_in.principal.looking is not None

    @property
    def firm(self) -> str | None:
        """The firm that is acted for."""
        if self.signed_in is None:
            return None
        chosen = self.signed_in.principal.firm
        return next((each.label for each in self.signed_in.firms if each.id == chosen), None)

    @property
    def asker(self) -> str:
        """By what a browser tells its askers apart: the person, and the firm acted for."""
        if self.signed_in is None:
            return "nobody"
        principal = self.signed_in.principal
        return f"{principal.id}:{principal.firm}"
