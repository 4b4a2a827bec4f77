"""Who can give rights by relating records, to itself as well: what an installation should know of before it is used."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from relatum.access.grants import lends, rules_on
from relatum.catalogue.model import Catalogue
from relatum_schemas.policy import RELATE


@dataclass(frozen=True)
class Widening:
    """That some may tie, change and end ties by which rights are held.

    Attributes:
        who: a role, or an action that has the right for whoever calls it.
        relationship: the type of the ties.
        gives: what is held by them, in words.
        everywhere: whether no condition limits on which ties it may be done.
    """

    who: str
    relationship: str
    gives: tuple[str, ...]
    everywhere: bool

    def __str__(self) -> str:
        """The whole in a sentence."""
        where = "" if self.everywhere else " where a condition holds"
        return f"{self.who} may relate {self.relationship}{where}, by which {' and '.join(self.gives)}."


def widenings(catalogue: Catalogue) -> tuple[Widening, ...]:
    """Return who may relate ties that give rights, administrators aside, by type and role."""
    return tuple(each for name in sorted(catalogue.authority) for each in _of_type(catalogue, name))


def _of_type(catalogue: Catalogue, name: str) -> Iterator[Widening]:
    gives = tuple(_given_by(catalogue, name))
    everywhere: defaultdict[str, bool] = defaultdict(bool)
    for rule in rules_on(catalogue, name, RELATE):
        everywhere[rule.role] |= rule.where is None
    for role in sorted(everywhere):
        yield Widening(f"The role {role!r}", name, gives, everywhere[role])
    for action in sorted(catalogue.actions.values(), key=lambda each: each.name):
        if any(
            lends(catalogue, named, lent, type_name=name, right=RELATE)
            for named, lent in action.elevated.items()
        ):
            yield Widening(f"The action {action.name!r}", name, gives, everywhere=True)


def _given_by(catalogue: Catalogue, name: str) -> Iterator[str]:
    """What is held by ties of a type, in words."""
    types: defaultdict[str, set[str]] = defaultdict(set)
    for rule in catalogue.policies:
        if name in rule.authority:
            types[rule.role] |= set(rule.types)
    for role in sorted(types):
        yield f"{role!r} has rights on {', '.join(sorted(types[role]))}"
    for held in sorted(catalogue.roles.values(), key=lambda each: each.name):
        if name in held.authority:
            yield f"the role {held.name!r} is held"
    if catalogue.relationships[name].represents:
        yield "one acts for a firm"
