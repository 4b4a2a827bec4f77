"""What a change of declarations does, act by act, each judged: it may be done, it needs something, or it is refused."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["safe", "needs", "refused"]
"""Whether an act may be done: at once, once something is given, or not as it is asked."""

Kind = Literal[
    "add_type",
    "rename_type",
    "change_type",
    "remove_type",
    "restore_type",
    "add_field",
    "rename_field",
    "change_field",
    "remove_field",
    "restore_field",
]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that is done.

    Attributes:
        kind: what it is, for programs.
        of: what it is about: `Machine`, or `Machine.serial`; by its present name where there is one.
        words: what it does, for people.
        verdict: whether it may be done.
        reason: why it needs something or is refused.
        way_out: what to do about that.
    """

    kind: Kind
    of: str
    words: str
    verdict: Verdict = "safe"
    reason: str | None = None
    way_out: str | None = None


@dataclass(frozen=True, kw_only=True)
class CataloguePlan:
    """What it takes for other declarations to be in force.

    Attributes:
        acts: in order.
        steps: what is done to the tables, a line each.
        warnings: what else changes by it, such as rules that lose their meaning and end.
    """

    acts: tuple[Act, ...]
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def applicable(self) -> bool:
        """Whether all of it may be done."""
        return all(each.verdict == "safe" for each in self.acts)
