"""Conditions in words: what a policy says, for people.

Words stay close to the declaration, so that they can be found there: ends and fields keep their names, a path of ends is
written as in `relatum_schemas.principal.Path`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from relatum.catalogue.model import Catalogue
from relatum.catalogue.resolved import PolicyRule, RoleRule
from relatum_schemas.policy import EVERYTHING, Fields, Right
from relatum_schemas.principal import PRINCIPAL_FIRM, PRINCIPAL_ID
from relatum_schemas.selection import (
    All,
    AnyOf,
    AnyTime,
    At,
    Climb,
    Compare,
    Condition,
    FieldPath,
    Holds,
    IsType,
    Not,
    OnRecord,
    Operator,
    Overlaps,
    Parameter,
    Related,
)

_OPERATORS: Final[Mapping[Operator, str]] = {
    Operator.EQ: "is",
    Operator.NE: "is not",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.LT: "is less than",
    Operator.LTE: "is at most",
    Operator.GT: "is more than",
    Operator.GTE: "is at least",
    Operator.STARTS_WITH: "begins with",
    Operator.CONTAINS: "contains",
    Operator.MATCHES: "has the words",
    Operator.HAS: "has",
    Operator.HAS_ANY: "has one of",
    Operator.HAS_ALL: "has all of",
}
_RIGHTS: Final = (
    (Right.READ, "read"),
    (Right.CREATE, "create"),
    (Right.UPDATE, "update"),
    (Right.DELETE, "delete"),
    (Right.RELATE, "relate"),
    (Right.AGGREGATE, "aggregate"),
    (Right.HISTORY, "history"),
)
VEILED: Final = "something holds that you may not see"
"""In the place of a part of a condition that the asker may not know of."""

Known = Callable[[Condition], bool]


def _anything(_: Condition) -> bool:
    return True


@dataclass(frozen=True)
class Phrases:
    """Makes words of conditions.

    Attributes:
        me: what to call the principal.
        firm: what to call the firm that it acts for.
        known: whether the asker may know of a comparison or of an end that a condition names.
    """

    me: str = "you"
    firm: str = "the firm you act for"
    known: Known = _anything

    def records(self, plural: str, condition: Condition | None) -> str:
        """The records that a condition opens: ``deals whose registered_by leads to the firm you act for``."""
        if condition is None:
            return f"all {plural}"
        return self._those(plural, "are", condition)

    def _those(self, noun: str, verb: str, condition: Condition) -> str:
        """Records that fulfil a condition: those that are the principal, or whose clause holds, or both."""
        parts = condition.of if isinstance(condition, All) else (condition,)
        same = [each for each in parts if isinstance(each, Compare) and self._principal(each)]
        rest = [each for each in parts if each not in same]
        that = [f"that {verb} {self.value(each.value)}" for each in same]
        whose = [f"whose {self.clause(_all(rest) or All())}"] if rest or not same else []
        return f"{noun} {' and '.join([*that, *whose])}"

    def clause(self, condition: Condition) -> str:
        """A condition as a clause after "whose"."""
        match condition:
            case All(of=of) | AnyOf(of=of):
                return self._joined(" and " if isinstance(condition, All) else " or ", of)
            case Not(condition=inner):
                return self._denied(inner)
            case Related(quantifier="every" | "none"):
                return self._quantified(condition)
            case Related() | Climb():
                return self._tied(condition, "leads to")
            case OnRecord(across=across, condition=inner):
                if not self.known(condition):
                    return VEILED
                return f"{across} is {self._record(inner)}"
            case IsType(types=types):
                return f"type is {' or '.join(types)}"
            case Compare():
                return self._compared(condition)

    def _denied(self, inner: Condition) -> str:
        if isinstance(inner, Climb) or (isinstance(inner, Related) and not _quantified(inner)):
            return self._tied(inner, "does not lead to")
        return f"not ({self.clause(inner)})"

    def _joined(self, word: str, of: tuple[Condition, ...]) -> str:
        if not of:
            return "everything holds" if word == " and " else "nothing holds"
        parts = [
            f"({self.clause(each)})" if isinstance(each, All | AnyOf) else self.clause(each)
            for each in of
        ]
        return word.join(dict.fromkeys(parts))

    def _compared(self, condition: Compare) -> str:
        if not self.known(condition):
            return VEILED
        if self._principal(condition) and not condition.path.steps:
            return f"record is {self.value(condition.value)}"
        path = dotted(condition.path)
        if condition.operator is Operator.IS_NULL:
            return f"{path} is {'missing' if condition.value else 'given'}"
        return f"{path} {_OPERATORS[condition.operator]} {self.value(condition.value)}"

    def _tied(self, condition: Related | Climb, verb: str) -> str:
        """Ties, with the ends of a path joined by dots."""
        if not self.known(condition):
            return VEILED
        path, times, inner = _path(condition)
        when = "".join(f" {_time(each)}" for each in times)
        return f"{path} {verb} {self._reached(inner)}{when}"

    def _quantified(self, condition: Related) -> str:
        """Ties of which every one, or none, fulfils a condition."""
        if not self.known(condition):
            return VEILED
        verb = "do not lead to" if condition.quantifier == "none" else "all lead to"
        when = f" {_time(condition.holds)}" if condition.holds is not None else ""
        return f"{condition.end} {verb} {self._reached(condition.condition)}{when}".rstrip()

    def _reached(self, inner: Condition | None) -> str:
        """What a tie that fulfils a condition leads to."""
        node, tie = _parted(inner)
        return self._record(node) + (f" by a tie whose {self.clause(tie)}" if tie else "")

    def _record(self, condition: Condition | None) -> str:
        """A record that fulfils a condition."""
        if condition is None:
            return "a record"
        if isinstance(condition, Compare) and self._principal(condition):
            return self.value(condition.value)
        return self._those("a record", "is", condition)

    def _principal(self, condition: Compare) -> bool:
        return isinstance(condition.value, Parameter) and condition.path == FieldPath(field="id")

    def value(self, value: object) -> str:
        """A value as a condition has it."""
        match value:
            case Parameter(parameter=name):
                return {PRINCIPAL_ID: self.me, PRINCIPAL_FIRM: self.firm}.get(name, name)
            case bool():
                return "true" if value else "false"
            case dict():
                return " ".join(map(self.value, value.values()))
            case list() | tuple():
                return ", ".join(map(self.value, value))
        return str(value)


def rule_words(catalogue: Catalogue, rule: PolicyRule, phrases: Phrases) -> str:
    """Return what a policy says: ``read, update: deals whose state is open; fields but chance``."""
    opened = [*_opened(rule.rights), *rule.actions]
    words = f"{', '.join(opened)}: {rule_records(catalogue, rule, phrases)}"
    if rule.fields.names or not rule.fields.complement:
        words += f"; fields {fields_words(rule.fields)}"
    if rule.purposes is not None:
        words += f"; for the purpose {' or '.join(rule.purposes)}"
    return words


def rule_records(catalogue: Catalogue, rule: PolicyRule, phrases: Phrases) -> str:
    """Return which records a policy opens."""
    if not rule.types:
        return "without a record"
    plural = catalogue.types[rule.types[0]].plural.replace("_", " ")
    words = phrases.records(plural, rule.where)
    if not rule.both_ends:
        return words
    both = "both records may be read"
    return f"{plural} of which {both}" if rule.where is None else f"{words}, and {both}"


def fields_words(fields: Fields) -> str:
    """Return which fields a policy opens."""
    names = ", ".join(sorted(fields.names))
    if fields.complement:
        return f"all but {names}" if names else "all"
    return names or "none"


def role_words(role: RoleRule, phrases: Phrases) -> str:
    """Return by whom a role is held."""
    if role.type is None:
        return "whom it was given to"
    return f"whom it was given to, and {phrases.records(f'any {role.type}', role.condition)}"


def dotted(path: FieldPath) -> str:
    """Return a path as it is written in conditions."""
    steps = [each.end or each.across or "" for each in path.steps]
    return ".".join([*steps, path.field, *([path.part] if path.part else [])])


def _opened(rights: Right) -> list[str]:
    if rights == EVERYTHING:
        return ["everything"]
    return [word for right, word in _RIGHTS if right in rights]


def _path(condition: Condition) -> tuple[str, list[Holds], Condition | None]:
    """The ends that a condition follows one after the other, times other than now, and what it asks of the last tie."""
    names: list[str] = []
    times: list[Holds] = []
    followed: Condition = condition
    while True:
        asked: Condition | None
        match followed:
            case Related(end=end, holds=holds, condition=asked):
                names.append(end)
            case Climb(ends=ends, holds=holds, condition=inner):
                names.append(f"{ends[0]}*" if len(ends) == 1 else f"({'|'.join(ends)})*")
                asked = OnRecord(condition=inner)
            case _:
                raise AssertionError(followed)
        times += [holds] if isinstance(holds, AnyTime | At | Overlaps) else []
        further = asked.condition if isinstance(asked, OnRecord) else None
        if not isinstance(further, Related | Climb) or _quantified(further):
            return ".".join(names), times, asked
        followed = further


def _quantified(condition: Condition) -> bool:
    return isinstance(condition, Related) and condition.quantifier != "some"


def _parted(condition: Condition | None) -> tuple[Condition | None, Condition | None]:
    """What is asked of the record that a tie leads to, and what of the tie itself."""
    match condition:
        case OnRecord(across="node", condition=inner):
            return inner, None
        case All(of=of):
            nodes = [each for each in of if isinstance(each, OnRecord) and each.across == "node"]
            asked = [each.condition for each in nodes if each.condition is not None]
            return _all(asked), _all([each for each in of if each not in nodes])
    return None, condition


def _all(of: list[Condition]) -> Condition | None:
    if len(of) == 1:
        return of[0]
    return All(of=tuple(of)) if of else None


def _time(holds: Holds) -> str:
    match holds:
        case AnyTime():
            return "at any time"
        case At(at=at):
            return f"on {at}"
        case Overlaps(start=start, end=end):
            return f"between {start or 'ever'} and {end or 'ever'}"
    return ""
