"""A small, slow judge of writing: record by record, without a look at how the engine does it."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from relatum.writing import (
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    Merge,
    Relate,
    Remove,
    Restore,
    Update,
)
from relatum_schemas.policy import CREATE, DELETE, READ, RELATE, UPDATE, Right

ENTITIES = ("Person", "Firm", "Doc")
ENDS = {"WorksAt": ("Person", "Firm"), "OwnedBy": ("Doc", "Firm"), "PartOf": ("Firm", "Firm")}
THINGS = frozenset({"Firm", "Doc"})
"""The types of the trait `Thing`."""

FIELDS = ("name", "level", "note")
PAST = "2020-01-01"


@dataclass
class Item:
    """A record as it is."""

    id: UUID
    kind: str
    values: dict[str, object]
    source: UUID | None = None
    target: UUID | None = None
    ended: bool = False
    alive: bool = True
    died_with: UUID | None = None

    def ends(self) -> tuple[UUID, UUID]:
        """Both ends of a tie."""
        assert self.source is not None and self.target is not None
        return self.source, self.target


Items = dict[UUID, Item]


@dataclass(frozen=True)
class Who:
    """The principal."""

    id: UUID | None
    firm: UUID | None
    roles: frozenset[str]
    purpose: str


Test = Callable[[Items, Item, Who], bool]


@dataclass(frozen=True)
class Rule:
    """A policy as the judge reads it.

    Attributes:
        role: for which it is.
        named: the type or trait that it names, or all.
        rights: what it gives.
        closed: fields that it keeps closed.
        test: what a record must fulfil; None for nothing.
        both_ends: whether both records of the tie have to be readable.
        ties: that its condition follows.
        purposes: for which it counts; None for all.
    """

    role: str
    named: str
    rights: Right
    closed: frozenset[str]
    test: Test | None
    both_ends: bool
    ties: frozenset[str]
    purposes: tuple[str, ...] | None

    def covers(self, kind: str) -> bool:
        """Whether it is about a type."""
        return self.named in (kind, "Record") or (self.named == "Thing" and kind in THINGS)


class No(Exception):
    """It is not allowed."""


@dataclass
class Judge:
    """What is there, and who asks."""

    items: Items
    rules: list[Rule]
    who: Who
    claims: list[Callable[["Judge"], bool]] = field(default_factory=list)

    @property
    def authority(self) -> set[str]:
        """The types of ties that give rights."""
        return {name for rule in self.rules for name in rule.ties}

    def may(self, right: Right, record: UUID, name: str | None = None) -> bool:
        """Whether some policy gives the right on the record, and on a field of it."""
        item = self.items[record]
        return any(
            self._applies(rule, item)
            for rule in self.rules
            if rule.role in self.who.roles
            and (rule.purposes is None or self.who.purpose in rule.purposes)
            and rule.rights & right
            and rule.covers(item.kind)
            and (name is None or name not in rule.closed)
            and not (right is RELATE and item.kind in self.authority and not self._explicit(rule))
        )

    def _explicit(self, rule: Rule) -> bool:
        return rule.named in ENDS and not rule.both_ends

    def _applies(self, rule: Rule, item: Item) -> bool:
        if rule.test is None and not rule.both_ends:
            return True
        if not item.alive or (rule.test is not None and not rule.test(self.items, item, self.who)):
            return False
        return not rule.both_ends or all(
            self.items[end].alive and self.may(READ, end) for end in item.ends()
        )

    # --- a unit of work

    def allows(self, commands: list[Command]) -> bool:
        """Whether all may be done, one after the other, as one."""
        trial = Judge(deepcopy(self.items), self.rules, self.who)
        try:
            for _, run in groupby(commands, key=_run_of):
                trial._run(list(run))
        except No:
            return False
        return all(claim(trial) for claim in trial.claims)

    def _run(self, run: list[Command]) -> None:
        before = Judge(deepcopy(self.items), self.rules, self.who)
        for command in run:
            for record in _named(command):
                before._living(record)
            before._judge_before(command)
        for command in run:
            self._do(command, before)

    def _living(self, record: UUID) -> None:
        if not self.items[record].alive or not self.may(READ, record):
            raise No

    def _need(self, *allowed: bool) -> None:
        if not all(allowed):
            raise No

    def _judge_before(self, command: Command) -> None:
        match command:
            case Update():
                self._need(self._written(UPDATE, command.id, command.values))
            case Delete():
                self._need(self.may(DELETE, command.id))
            case End() | Remove():
                self._need(self._related(command.id))
            case Change() | Correct():
                self._need(self._related(command.id, command.values))
            case Merge():
                self._need(self.may(DELETE, command.id), self.may(UPDATE, command.into))
                for name in FIELDS:
                    here, there = (
                        self.may(READ, each, name) for each in (command.id, command.into)
                    )
                    self._need(here or not there)
                for tie in self._ties(command.id):
                    self._need(tie.kind not in self.authority or self._related(tie.id))

    def _written(self, right: Right, record: UUID, values: Iterable[str]) -> bool:
        return self.may(right, record) and all(self.may(right, record, name) for name in values)

    def _related(self, tie: UUID, values: Iterable[str] = ()) -> bool:
        """The right to relate, on the tie and on both ends."""
        item = self.items[tie]
        ends = all(self.may(RELATE, end) for end in item.ends())
        return ends and self._written(RELATE, tie, values)

    def _ties(self, *records: UUID) -> list[Item]:
        return [
            each
            for each in self.items.values()
            if each.alive and each.kind in ENDS and set(records) & set(each.ends())
        ]

    def _judge_ends(self, before: "Judge", *ends: UUID) -> None:
        for end in ends:
            self._need(self.items[end].alive)
            if end in before.items:
                self._need(before.may(READ, end))

    def _do(self, command: Command, before: "Judge") -> None:
        match command:
            case Create():
                assert command.id is not None
                record, values = command.id, dict(command.values)
                self.items[record] = Item(record, command.type, values)
                self.claims.append(lambda after: after._written(CREATE, record, values))
            case Update():
                record, values = command.id, dict(command.values)
                self.items[record].values |= values
                self.claims.append(lambda after: after._written(UPDATE, record, values))
            case Delete():
                for tie in self._ties(command.id):
                    tie.alive = False
                self.items[command.id].alive = False
            case Remove():
                self.items[command.id].alive = False
            case Restore():
                self._restore(command.id)
            case Merge():
                self._merge(command.id, command.into)
            case _:
                self._do_tie(command, before)

    def _do_tie(self, command: Command, before: "Judge") -> None:
        match command:
            case Relate():
                assert command.id is not None
                made, values = command.id, dict(command.values)
                self._judge_ends(before, command.source, command.target)
                self.items[made] = Item(made, command.type, values, command.source, command.target)
                self.claims.append(lambda after: after._related(made, values))
            case End():
                self.items[command.id].ended = command.at == PAST
            case Change():
                assert command.successor is not None
                old, following, given = self.items[command.id], command.successor, command.values
                old.ended = True
                self.items[following] = Item(
                    following, old.kind, old.values | dict(given), old.source, old.target
                )
                self.claims.append(lambda after: after._related(following, given))
            case Correct():
                tie, moved = self.items[command.id], command.source
                tie.values |= dict(command.values)
                if moved is not None and moved != tie.source:
                    self._judge_ends(before, moved)
                    tie.source = moved
                record, given = command.id, command.values
                self.claims.append(lambda after: after._related(record, given))

    def _restore(self, record: UUID) -> None:
        back = [each for each in self.items.values() if each.died_with == record]
        self.items[record].alive = True
        self.claims.append(lambda after: after.may(DELETE, record))
        for tie in back:
            if tie.kind in ENDS and all(self.items[end].alive for end in tie.ends()):
                tie.alive = True
                self._claim_moved(tie)

    def _merge(self, goes: UUID, stays: UUID) -> None:
        for name, value in self.items[goes].values.items():
            if self.items[stays].values.get(name) is None:
                self.items[stays].values[name] = value
        for tie in self._ties(goes):
            tie.source, tie.target = (stays if end == goes else end for end in tie.ends())
            if tie.source == tie.target:
                tie.alive = False
            else:
                self._claim_moved(tie)
        self.items[goes].alive = False
        self.claims.append(lambda after: after.may(UPDATE, stays))

    def _claim_moved(self, tie: Item) -> None:
        record = tie.id
        self.claims.append(lambda after: tie.kind not in after.authority or after._related(record))


def _run_of(command: Command) -> str:
    if isinstance(command, Delete | Remove):
        return "going"
    return type(command).__name__ if isinstance(command, Restore | Merge) else "acting"


def _named(command: Command) -> Iterator[UUID]:
    """The records that a command alters, which have to be there."""
    if not isinstance(command, Create | Relate | Restore):
        yield command.id
    if isinstance(command, Merge):
        yield command.into
