"""One principal before one record: the first rule that allows it with its chain, or the rules that come nearest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from relatum.access import AccessView, Principal
from relatum.catalogue.model import Catalogue
from relatum.catalogue.resolved import PolicyRule, RoleRule
from relatum.explaining.chains import Trail, across_tie, chain
from relatum.explaining.deciding import (
    FOR_ADMINISTRATORS,
    READING,
    SIDES,
    closed_classes,
    of_action,
    rules_about,
    takes_reading,
    takes_relating_ends,
    wanting,
)
from relatum.explaining.misses import Missing, Search
from relatum.explaining.phrases import Phrases, role_words, rule_words
from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Asked, Explanation, Named, NearMiss, Rule, Step, rule_told
from relatum.explaining.veiling import known_to

NEAREST: Final = 5
"""How many rules are told that would have allowed it."""

_FOR_THE_ENGINE: Final = Rule(role="system", words="everything: the engine itself")


@dataclass(frozen=True)
class Judging:
    """Judges what one principal may do.

    Attributes:
        catalogue: whose rules count.
        questions: to the database.
        principal: who would do it.
        who: its record.
        firm: the firm that it acts for.
        at: the recorded time at which it is judged.
        phrases: for what rules say.
        asker: the view of one who asks about himself, who is told less; None where an administrator asks.
    """

    catalogue: Catalogue
    questions: Questions
    principal: Principal
    who: Named | None
    firm: Named | None
    at: datetime | None
    phrases: Phrases
    asker: AccessView | None

    async def judged(self, asked: Asked, spot: Spot) -> Explanation:
        """Return whether something may be done, with all that it takes, and why."""
        found = await self._by_rules(asked, spot, frozenset())
        if not found.allowed or self.principal.unrestricted:
            return found
        needed: list[Explanation] = []
        if takes_reading(asked):
            reading = replace(READING, purpose=asked.purpose)
            needed.append(await self._by_rules(reading, spot, frozenset()))
        if takes_relating_ends(self.catalogue, asked, spot.type):
            for side in SIDES:
                end = await across_tie(Trail(spot), side, self.questions)
                if end is not None:
                    needed.append(await self._by_rules(asked, end.spot, frozenset()))
        lacking = next((each for each in needed if not each.allowed), None)
        rests_on = (*found.rests_on, *needed)
        if lacking is None:
            return replace(found, rests_on=rests_on)
        closed = f"A rule allows it, but it takes to {lacking.asked} {lacking.record}, too."
        return replace(found, allowed=False, closed=closed, rests_on=rests_on)

    async def _by_rules(self, asked: Asked, spot: Spot, judging: frozenset[str]) -> Explanation:
        """Whether a rule allows something.

        ``judging`` names the types of ties whose ends are being judged: one that hangs on a tie of its own type is not
        opened by its ends.
        """
        answer = Explanation(
            allowed=False,
            asked=asked,
            record=spot.record,
            who=self.who,
            firm=self.firm,
            roles=self.principal.roles,
            at=self.at,
        )
        if self.principal.system:
            return replace(answer, allowed=True, rule=_FOR_THE_ENGINE)
        classes = closed_classes(self.catalogue, asked, spot.type)
        if classes:
            of = ", ".join(classes)
            closed = f"The purpose {asked.purpose} does not open {asked.field!r}: {of} data."
            return replace(answer, closed=closed)
        if self.principal.unrestricted:
            return replace(answer, allowed=True, rule=FOR_ADMINISTRATORS)
        named = sorted(self.principal.roles & of_action(self.catalogue, asked))
        if named:
            words = f"{asked.action}: all records that may be read"
            return replace(answer, allowed=True, rule=Rule(role=named[0], words=words))
        return await self._by_policies(answer, spot, judging)

    async def _by_policies(
        self, answer: Explanation, spot: Spot, judging: frozenset[str]
    ) -> Explanation:
        every = list(rules_about(self.catalogue, answer.asked, spot.type))
        counting = [
            rule
            for rule in every
            if rule.role in self.principal.roles
            and not wanting(self.catalogue, rule, answer.asked, spot.type)
        ]
        fulfilled = await self._fulfilled(counting, spot)
        # Rules that both records of a tie must be judged for come last: the others are cheaper.
        for rule in sorted(fulfilled, key=lambda each: each.both_ends):
            ends = await self._ends(rule, answer.asked, spot, judging)
            if all(end.allowed for end in ends):
                by = () if rule.where is None else await chain(rule.where, spot, self.questions)
                return replace(
                    answer, allowed=True, rule=self._told(rule), chain=by, rests_on=tuple(ends)
                )
        if self.asker is not None:
            return replace(answer, nearest=self._only_told(every))
        return replace(answer, nearest=await self._nearest(every, answer.asked, spot, judging))

    async def _fulfilled(self, rules: Sequence[PolicyRule], spot: Spot) -> list[PolicyRule]:
        """Those of some policies whose condition the record fulfils, in one statement."""
        asked = [rule.where for rule in rules if rule.where is not None]
        judged = (await self.questions.hold([spot], asked)).get(spot.id) if asked else None
        answers = iter(judged or (False,) * len(asked))
        return [rule for rule in rules if rule.where is None or next(answers)]

    async def _ends(
        self, rule: PolicyRule, asked: Asked, spot: Spot, judging: frozenset[str]
    ) -> list[Explanation]:
        """Whether both records of the tie may be read, where the policy asks for that."""
        if not rule.both_ends:
            return []
        reading = replace(READING, purpose=asked.purpose)
        found: list[Explanation] = []
        for side in SIDES:
            end = await across_tie(Trail(spot), side, self.questions)
            if end is None or spot.type in judging:
                record = spot.record if end is None else end.spot.record
                found.append(self._refused(reading, record))
            else:
                found.append(await self._by_rules(reading, end.spot, judging | {spot.type}))
        return found

    def _refused(self, asked: Asked, record: Named) -> Explanation:
        return Explanation(
            allowed=False,
            asked=asked,
            record=record,
            who=self.who,
            firm=self.firm,
            roles=self.principal.roles,
            at=self.at,
            closed="A tie that hangs on a tie of its own type is not opened by its ends.",
        )

    # --- what is missing

    def _only_told(self, rules: Sequence[PolicyRule]) -> tuple[NearMiss, ...]:
        """The rules of roles that are held, and nothing of what is missing."""
        held = [rule for rule in rules if rule.role in self.principal.roles]
        return tuple(
            NearMiss(rule=self._told(rule), held=True, chain=(), missing=())
            for rule in held[:NEAREST]
        )

    async def _nearest(
        self, rules: Sequence[PolicyRule], asked: Asked, spot: Spot, judging: frozenset[str]
    ) -> tuple[NearMiss, ...]:
        """The rules that come nearest: those of roles held, by how far they get; then those that a role is missing for."""
        held = [rule for rule in rules if rule.role in self.principal.roles][:NEAREST]
        missed = [await self._missed(rule, asked, spot, judging) for rule in held]
        missed.sort(key=lambda each: len(each.chain), reverse=True)
        others = [rule for rule in rules if rule.role not in self.principal.roles]
        alike = await self._fulfilled(others, spot)
        others.sort(key=lambda each: each not in alike)
        missed += [await self._unheld(rule) for rule in others[: NEAREST - len(missed)]]
        return tuple(missed)

    async def _missed(
        self, rule: PolicyRule, asked: Asked, spot: Spot, judging: frozenset[str]
    ) -> NearMiss:
        """What is missing for a policy whose role is held."""
        sentences = wanting(self.catalogue, rule, asked, spot.type)
        steps: Missing | None = None
        if rule.where is not None and not await self._fulfilled([rule], spot):
            steps = await self._search.missing(rule.where, [Trail(spot)])
            sentences += steps.sentences
        if not sentences:
            ends = await self._ends(rule, asked, spot, judging)
            sentences = [f"It takes to read {end.record}, too." for end in ends if not end.allowed]
        chained = () if steps is None else steps.steps
        return NearMiss(rule=self._told(rule), held=True, chain=chained, missing=tuple(sentences))

    async def _unheld(self, rule: PolicyRule) -> NearMiss:
        """Why the role of a policy is not held."""
        role = self.catalogue.roles.get(rule.role)
        sentences = [f"The role {rule.role!r} is not held."]
        steps: tuple[Step, ...] = ()
        if role is not None:
            sentences = [
                f"The role {rule.role!r} is not held; it is by {role_words(role, self.phrases)}."
            ]
            if self._may_hold(role) and role.condition is not None:
                assert self.who is not None
                found = await self._search.missing(role.condition, [Trail(Spot(self.who))])
                sentences += found.sentences
                steps = found.steps
        return NearMiss(rule=self._told(rule), held=False, chain=steps, missing=tuple(sentences))

    def _may_hold(self, role: RoleRule) -> bool:
        """Whether the principal is of the type whose records hold a role through ties."""
        return (
            self.who is not None
            and role.type is not None
            and self.who.type in self.catalogue.concrete(role.type)
        )

    @property
    def _search(self) -> Search:
        return Search(self.questions, self.phrases)

    def _told(self, rule: PolicyRule) -> Rule:
        phrases = self.phrases
        if self.asker is not None:
            phrases = replace(phrases, known=known_to(self.asker, self.catalogue, rule))
        return rule_told(rule, rule_words(self.catalogue, rule, phrases))
