"""What has to be allowed, whoever asks: records, the rules that may open them, and the records that those ask for."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from relatum.catalogue.model import Catalogue
from relatum.catalogue.resolved import PolicyRule
from relatum.explaining.chains import Trail, across_tie
from relatum.explaining.deciding import (
    FOR_ADMINISTRATORS,
    READING,
    SIDES,
    of_action,
    rules_about,
    takes_reading,
    takes_relating_ends,
    wanting,
)
from relatum.explaining.phrases import Phrases, rule_words
from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Asked, Rule, rule_told


@dataclass(frozen=True)
class Opened:
    """A rule that may open a record: none for a role that an action names; and the ends it asks for, if it does."""

    role: str
    rule: PolicyRule | None
    ends: "tuple[Guarded, ...]" = ()


@dataclass(frozen=True)
class Guarded:
    """A record, and the rules that may open it."""

    spot: Spot
    asked: Asked
    opened: tuple[Opened, ...]

    def told(self, catalogue: Catalogue) -> tuple[Rule, ...]:
        """The rules, as they are told, in order; and that about administrators."""
        phrases = Phrases(me="the holder", firm="the firm acted for")
        words = f"{self.asked.action}: all records that may be read"
        rules = (
            Rule(role=each.role, words=words)
            if each.rule is None
            else rule_told(each.rule, rule_words(catalogue, each.rule, phrases))
            for each in self.opened
        )
        return (*rules, FOR_ADMINISTRATORS)


async def needed_of(
    catalogue: Catalogue, asked: Asked, spot: Spot, questions: Questions
) -> list[Guarded]:
    """The record with the rules about what is asked, and all that must be allowed, too."""
    needed = [await _guarded(catalogue, asked, spot, questions, frozenset())]
    if takes_reading(asked):
        reading = replace(READING, purpose=asked.purpose)
        needed.append(await _guarded(catalogue, reading, spot, questions, frozenset()))
    if takes_relating_ends(catalogue, asked, spot.type):
        for side in SIDES:
            end = await across_tie(Trail(spot), side, questions)
            if end is not None:
                needed.append(await _guarded(catalogue, asked, end.spot, questions, frozenset()))
    return needed


async def _guarded(
    catalogue: Catalogue, asked: Asked, spot: Spot, questions: Questions, judging: frozenset[str]
) -> Guarded:
    opened = [Opened(role, None) for role in sorted(of_action(catalogue, asked))]
    for rule in rules_about(catalogue, asked, spot.type):
        if wanting(catalogue, rule, asked, spot.type):
            continue
        if not rule.both_ends:
            opened.append(Opened(rule.role, rule))
            continue
        if spot.type in judging:
            continue
        ends = [await across_tie(Trail(spot), side, questions) for side in SIDES]
        reading = replace(READING, purpose=asked.purpose)
        guards = [
            await _guarded(catalogue, reading, each.spot, questions, judging | {spot.type})
            for each in ends
            if each is not None
        ]
        if len(guards) == len(SIDES):
            opened.append(Opened(rule.role, rule, tuple(guards)))
    return Guarded(spot, asked, tuple(opened))


def names_of(guarded: Sequence[Guarded]) -> dict[UUID, str]:
    """A name for each record that is judged, the same for records of the same shape."""
    names: dict[UUID, str] = {}

    def visit(each: Guarded) -> None:
        names.setdefault(each.spot.id, f"record_{len(names)}")
        for opened in each.opened:
            for end in opened.ends:
                visit(end)

    for each in guarded:
        visit(each)
    return names


def shape_of(guarded: Sequence[Guarded]) -> Hashable:
    """What a statement depends on: types, rules, and which records are the same."""
    names = names_of(guarded)

    def shape(each: Guarded) -> Hashable:
        opened = ((one.role, id(one.rule), tuple(map(shape, one.ends))) for one in each.opened)
        return each.spot.type, names[each.spot.id], tuple(opened)

    return tuple(map(shape, guarded))
