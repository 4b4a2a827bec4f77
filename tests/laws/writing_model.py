"""A small, slow model of writing: records in a dictionary, days counted one by one, every rule checked everywhere.

It says what each command does or why it is refused, written without a look at how the engine does it.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from uuid import UUID

ALL_DAYS = range(-1, 14)
"""Every day on which anything may begin or end, and one before and after."""


@dataclass(frozen=True)
class Rule:
    """What the model knows of a relationship type."""

    source: str
    target: str
    dated: bool = False
    symmetric: bool = False
    acyclic: bool = False
    refuses_overlap: bool = True
    most: int | None = None
    least: int = 0
    cascades: bool = False
    restricts: bool = False


RULES = {
    "WorksAt": Rule("Person", "Firm", dated=True, most=2),
    "PartOf": Rule("Firm", "Firm", dated=True, acyclic=True, most=1),
    "Competes": Rule("Firm", "Firm", symmetric=True),
    "JobAt": Rule("Job", "Firm", most=1, least=1, cascades=True),
    "Deals": Rule("Firm", "Firm", dated=True, refuses_overlap=False, most=1, restricts=True),
    "About": Rule("Note", "WorksAt"),
}
TEXTS = {
    "Person": "last_name", "Firm": "name", "Job": "title", "Note": "text",
    "WorksAt": "role", "Competes": "field", "Deals": None, "PartOf": None, "JobAt": None, "About": None,
}  # fmt: skip
"""The field that the model fills."""

OPTIONAL = {"Person": "first_name"}
"""A field that may be missing."""


@dataclass
class Item:
    """A record."""

    id: UUID
    kind: str
    text: str | None
    extra: str | None = None
    source: UUID | None = None
    target: UUID | None = None
    start: int | None = None
    end: int | None = None
    alive: bool = True
    merged_into: UUID | None = None
    deleted_in: int | None = None
    version: int = 1
    done: list[str] = field(default_factory=list)
    past: list[tuple[object, ...]] = field(default_factory=list)

    def shown(self) -> tuple[object, ...]:
        """All that a version keeps."""
        return (self.text, self.extra, self.source, self.target, self.start, self.end)

    def holds(self, day: int) -> bool:
        """Whether a tie holds on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def ends(self) -> tuple[UUID, UUID]:
        """Both ends of a tie."""
        assert self.source is not None
        assert self.target is not None
        return self.source, self.target

    def keep(self, operation: str) -> None:
        """Note a first or new version."""
        if self.past:
            self.version += 1
        self.past.append(self.shown())
        self.done.append(operation)

    def leave(self, operation: str) -> None:
        """Note that it goes."""
        self.alive = False
        self.done.append(operation)


class No(Exception):
    """A refusal, by the codes that may be told."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


class Model:
    """All records, and what may be done to them."""

    def __init__(self) -> None:
        self.items: dict[UUID, Item] = {}
        self.unit = 0

    def attempt(self, act: Callable[["Model"], None]) -> set[str]:
        """Do something, or say by which codes it is refused and leave everything as it was."""
        trial = deepcopy(self)
        trial.unit += 1
        try:
            act(trial)
            broken = set(trial.broken())
            if broken:
                raise No(*broken)
        except No as refusal:
            return refusal.codes
        self.items, self.unit = trial.items, trial.unit
        return set()

    # --- what holds at all times

    def ties(self, kind: str | None = None) -> list[Item]:
        """The ties that are there."""
        return [
            each
            for each in self.items.values()
            if each.alive and each.kind in RULES and kind in (None, each.kind)
        ]

    def broken(self) -> Iterator[str]:
        """Codes of the rules that are broken anywhere, on any day."""
        for kind, rule in RULES.items():
            ties = self.ties(kind)
            for day in ALL_DAYS:
                holding = [each for each in ties if each.holds(day)]
                pairs = [each.ends() for each in holding]
                if rule.refuses_overlap and len(pairs) != len(set(pairs)):
                    yield "OVERLAP"
                sources = [source for source, _ in pairs]
                if rule.most is not None and any(
                    sources.count(each) > rule.most for each in sources
                ):
                    yield "LIMIT_BROKEN"
                if rule.acyclic and _has_ring(pairs):
                    yield "CYCLE"
            standing = {each.source for each in ties}
            if rule.least and any(
                each.alive and each.kind == rule.source and each.id not in standing
                for each in self.items.values()
            ):
                yield "LIMIT_BROKEN"

    # --- entities

    def living(self, record: UUID) -> Item:
        item = self.items.get(record)
        if item is None or not item.alive:
            raise No("NOT_FOUND")
        return item

    def create(self, record: UUID, kind: str, text: str, extra: str | None) -> None:
        item = Item(record, kind, text, extra if kind in OPTIONAL else None)
        self.items[record] = item
        item.keep("created")

    def update(self, record: UUID, text: str, extra: str | None) -> None:
        item = self.living(record)
        if item.kind in RULES:
            raise No("BAD_REFERENCE")
        extra = extra if item.kind in OPTIONAL else None
        if (item.text, item.extra) != (text, extra):
            item.text, item.extra = text, extra
            item.keep("updated")

    def delete(self, record: UUID) -> None:
        item = self.living(record)
        if item.kind in RULES:
            raise No("BAD_REFERENCE")
        self.die(item, "deleted")

    def remove(self, record: UUID) -> None:
        item = self.living(record)
        if item.kind not in RULES:
            raise No("BAD_REFERENCE")
        self.die(item, "removed")

    def die(self, item: Item, operation: str) -> None:
        """Let a record go with all that follows, then see whom that leaves protected in vain."""
        holding: list[UUID] = []
        self._die(item, operation, holding)
        if any(self.items[other].alive for other in holding):
            raise No("RESTRICTED")

    def _die(self, item: Item, operation: str, holding: list[UUID]) -> None:
        item.leave(operation)
        item.deleted_in = self.unit
        for tie in self.ties():
            source, target = tie.ends()
            if not tie.alive or item.id not in (source, target):
                continue
            rule = RULES[tie.kind]
            if rule.restricts and item.id == target and tie.end is None:
                holding.append(source)
            self._die(tie, "deleted", holding)
            if rule.cascades and item.id == target and self.items[source].alive:
                self._die(self.items[source], "deleted", holding)

    def restore(self, record: UUID) -> None:
        item = self.items.get(record)
        if item is None or item.merged_into is not None:
            raise No("NOT_FOUND")
        if item.alive:
            raise No("CONFLICT")
        back = {record}
        grown = True
        while grown:
            grown = False
            for tie in self.items.values():
                if tie.kind not in RULES or not self._went_with(tie, item):
                    continue
                found = {tie.id} if back & set(tie.ends()) else set()
                source, target = tie.ends()
                along = RULES[tie.kind].cascades and target in back
                if along and self._went_with(self.items[source], item):
                    found.add(source)
                grown |= not found <= back
                back |= found
        self._bring(self._firm(back), record)

    def _went_with(self, one: Item, other: Item) -> bool:
        return not one.alive and one.merged_into is None and one.deleted_in == other.deleted_in

    def _firm(self, back: set[UUID]) -> set[UUID]:
        """Those that come back without ties whose ends are gone."""
        while True:
            there = back | {each.id for each in self.items.values() if each.alive}
            loose = {
                each
                for each in back
                if self.items[each].kind in RULES and not set(self.items[each].ends()) <= there
            }
            if not loose:
                return back
            back -= loose

    def _bring(self, back: set[UUID], record: UUID) -> None:
        if record not in back:
            raise No("BAD_REFERENCE")
        for each in back:
            self.items[each].alive = True
            self.items[each].deleted_in = None
            self.items[each].keep("restored")

    # --- ties

    def judge_ends(self, kind: str, source: UUID, target: UUID) -> tuple[UUID, UUID]:
        rule = RULES[kind]
        if rule.symmetric and source == target:
            raise No("BAD_REFERENCE")
        if rule.symmetric and target < source:
            source, target = target, source
        for end, wanted in ((source, rule.source), (target, rule.target)):
            item = self.items.get(end)
            if item is None or not item.alive or item.kind != wanted:
                raise No("BAD_REFERENCE")
        return source, target

    def relate(
        self, record: UUID, kind: str, source: UUID, target: UUID,
        start: int | None, end: int | None, text: str | None,
    ) -> None:  # fmt: skip
        _judge_period(kind, start, end)
        source, target = self.judge_ends(kind, source, target)
        text = text if TEXTS[kind] else None
        item = Item(record, kind, text, None, source, target, start, end)
        self.items[record] = item
        item.keep("related")

    def tie(self, record: UUID) -> Item:
        item = self.living(record)
        if item.kind not in RULES:
            raise No("BAD_REFERENCE")
        return item

    def divided(self, record: UUID, day: int) -> Item:
        item = self.tie(record)
        inside = (item.start is None or item.start < day) and (item.end is None or day < item.end)
        if not RULES[item.kind].dated or not inside:
            raise No("BAD_PERIOD")
        return item

    def end(self, record: UUID, day: int) -> None:
        item = self.divided(record, day)
        item.end = day
        item.keep("ended")

    def change(self, record: UUID, successor: UUID, day: int, text: str) -> None:
        item = self.divided(record, day)
        text_after = text if TEXTS[item.kind] else None
        after = Item(
            successor, item.kind, text_after, None, item.source, item.target, day, item.end
        )
        item.end = day
        item.keep("changed")
        self.items[successor] = after
        after.keep("related")

    def correct(
        self,
        record: UUID,
        text: str | None,
        source: UUID | None,
        start: int | None,
        end: int | None,
    ) -> None:
        item = self.tie(record)
        before = item.shown()
        if RULES[item.kind].dated:
            item.start, item.end = start, end
        _judge_period(item.kind, item.start, item.end)
        if TEXTS[item.kind]:
            item.text = text
        if source is not None:
            item.source, item.target = self.judge_ends(item.kind, source, item.ends()[1])
        if item.shown() != before:
            item.keep("corrected")

    # --- merging

    def merge(self, record: UUID, into: UUID) -> None:
        goes, stays = self.living(record), self.living(into)
        if goes is stays or goes.kind != stays.kind or goes.kind in RULES:
            raise No("BAD_REFERENCE")
        if stays.extra is None and goes.extra is not None:
            stays.extra = goes.extra
            stays.keep("updated")
        self._become(goes, stays)

    def _become(self, goes: Item, stays: Item) -> None:
        goes.leave("merged")
        goes.merged_into = stays.id
        for kind in RULES:
            moving = [each for each in self.ties(kind) if goes.id in each.ends()]
            moved: dict[UUID, tuple[UUID, UUID]] = {}
            for tie in moving:
                source, target = (stays.id if end == goes.id else end for end in tie.ends())
                if source == target:
                    self.die(tie, "removed")
                else:
                    swap = RULES[kind].symmetric and target < source
                    moved[tie.id] = (target, source) if swap else (source, target)
            self._settle(kind, moved)

    def _settle(self, kind: str, moved: dict[UUID, tuple[UUID, UUID]]) -> None:
        """Give moved ties their ends, and make one of those that then say the same."""
        if not RULES[kind].refuses_overlap:
            for each, ends in moved.items():
                self.items[each].source, self.items[each].target = ends
                self.items[each].keep("corrected")
            return
        for pair in dict.fromkeys(moved.values()):
            alike = [tie for tie in self.ties(kind) if moved.get(tie.id, tie.ends()) == pair]
            for together in _overlapping(alike):
                together.sort(key=lambda tie: (tie.id in moved, tie.id))
                keeper, *others = together
                before = keeper.shown()
                keeper.source, keeper.target = pair
                keeper.start = _earliest(tie.start for tie in together)
                keeper.end = _latest(tie.end for tie in together)
                others.sort(key=lambda tie: (tie.start is not None, tie.start or 0, tie.id))
                texts = (tie.text for tie in (keeper, *others) if tie.text is not None)
                keeper.text = next(texts, None)
                if keeper.shown() != before:
                    keeper.keep("corrected")
                for other in others:
                    self._become(other, keeper)


def _judge_period(kind: str, start: int | None, end: int | None) -> None:
    if not RULES[kind].dated and (start is not None or end is not None):
        raise No("BAD_PERIOD")
    if start is not None and end is not None and end <= start:
        raise No("BAD_PERIOD")


def _earliest(days: Iterable[int | None]) -> int | None:
    """The first of the beginnings, of which a missing one is before all."""
    listed = [-1_000 if day is None else day for day in days]
    return None if min(listed) == -1_000 else min(listed)


def _latest(days: Iterable[int | None]) -> int | None:
    """The last of the ends, of which a missing one is after all."""
    listed = [1_000 if day is None else day for day in days]
    return None if max(listed) == 1_000 else max(listed)


def _overlapping(ties: list[Item]) -> list[list[Item]]:
    """Groups of ties that share days, directly or over others."""
    groups: list[list[Item]] = []
    for tie in ties:
        touching = [
            group
            for group in groups
            if any(one.holds(day) and tie.holds(day) for one in group for day in ALL_DAYS)
        ]
        groups = [group for group in groups if group not in touching]
        groups.append([tie, *(each for group in touching for each in group)])
    return groups


def _has_ring(pairs: list[tuple[UUID, UUID]]) -> bool:
    above: dict[UUID, set[UUID]] = {}
    for low, high in pairs:
        above.setdefault(low, set()).add(high)
    for start in above:
        reached: set[UUID] = set()
        frontier = set(above[start])
        while frontier:
            reached |= frontier
            frontier = {high for each in frontier for high in above.get(each, ())} - reached
        if start in reached:
            return True
    return False
