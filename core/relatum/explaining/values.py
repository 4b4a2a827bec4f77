"""What an explanation says: frozen values, in which records are named and nothing is left to look up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from relatum.access import OPERATE
from relatum.catalogue.resolved import PolicyRule
from relatum_schemas.policy import Right


@dataclass(frozen=True)
class Named:
    """A record, by what people call it. One that the asker may not see has neither id nor type."""

    id: UUID | None
    type: str | None
    label: str | None

    def __str__(self) -> str:
        """As a sentence names it."""
        if self.type is None:
            return "a record that you may not see"
        return f"{self.type} {self.label or self.id}"


HIDDEN: Final = Named(None, None, None)
"""A record that the asker may not see."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One tie of a chain, or, where a chain begins at a tie, the way to one of its records.

    Attributes:
        start: the record that it leads on from: the one asked about, or one that an earlier step arrived at.
        end: over which it goes; ``source`` or ``target`` where ``start`` is the tie itself.
        relationship: type of the tie.
        tie: its id; None for one that the asker may not see.
        valid_from: when it begins to hold; open when missing.
        valid_to: when it no longer holds; open when missing.
        record: at which it arrives.
    """

    start: Named
    end: str
    relationship: str
    tie: UUID | None
    valid_from: date | None
    valid_to: date | None
    record: Named


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A policy, as it is told.

    Attributes:
        role: that it is about.
        words: what it says.
        plugin: that declares it; None for one of administrators, or of the engine.
        source: the rule kept as data that it comes from.
    """

    role: str
    words: str
    plugin: str | None = None
    source: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    """A rule that would have allowed it.

    Attributes:
        rule: the policy.
        held: whether its role is held.
        chain: how far its path got.
        missing: what is missing, in sentences.
    """

    rule: Rule
    held: bool
    chain: tuple[Step, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What might be done.

    Attributes:
        right: that would be exercised, or else
        action: the action that would be called.
        field: on which field; None for the record as such.
        purpose: of the call.
    """

    right: Right | None = None
    action: str | None = None
    field: str | None = None
    purpose: str = OPERATE

    def __str__(self) -> str:
        """As a sentence says it."""
        done = f"call {self.action} on" if self.right is None else _VERBS[self.right]
        return done if self.field is None else f"{done} {self.field!r} of"


_VERBS: Final[Mapping[Right, str]] = {
    Right.READ: "read",
    Right.CREATE: "create",
    Right.UPDATE: "update",
    Right.DELETE: "delete",
    Right.RELATE: "relate",
    Right.AGGREGATE: "count and sum",
    Right.HISTORY: "read the history of",
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Whether somebody may do something to a record, and why.

    Attributes:
        allowed: the answer.
        asked: what might be done.
        record: to which.
        who: by whom; None for a principal that is no record.
        firm: for which firm it acts.
        roles: that it has.
        at: the recorded time at which all was judged; None for now.
        rule: the policy that allows it.
        chain: the ties by which that policy's condition is fulfilled, each joined to one before it.
        rests_on: what must be allowed, too: to read both records of a tie, to read what is to be changed.
        nearest: where nothing allows it, the rules that come nearest, those of roles held first.
        closed: what keeps it closed, whatever the rules say.
    """

    allowed: bool
    asked: Asked
    record: Named
    who: Named | None
    firm: Named | None
    roles: frozenset[str]
    at: datetime | None = None
    rule: Rule | None = None
    chain: tuple[Step, ...] = ()
    rests_on: "tuple[Explanation, ...]" = ()
    nearest: tuple[NearMiss, ...] = ()
    closed: str | None = None

    def __str__(self) -> str:
        """In one sentence."""
        who = "The principal" if self.who is None else str(self.who)
        firm = "" if self.firm is None else f", acting for {self.firm},"
        could = "may" if self.at is None else f"at {self.at.isoformat()} could"
        return f"{who}{firm} {could}{'' if self.allowed else ' not'} {self.asked} {self.record}."


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who may do something to a record.

    Attributes:
        record: who.
        without_firm: whether also while acting for no firm.
        firms: for which it has to act, of those that it may act for.
        rules: the policies that allow it.
    """

    record: Named
    without_firm: bool
    firms: tuple[Named, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class Holders:
    """A page of those who may do something to a record, by their ids, and whether there are more."""

    holders: tuple[Holder, ...]
    more: bool


def rule_told(rule: PolicyRule, words: str) -> Rule:
    """Return a policy as it is told in these words."""
    return Rule(role=rule.role, words=words, plugin=rule.plugin, source=rule.source)
