"""The lines of `relatum access`: who may do what with the records of a type, and why somebody may or may not.

They fit in a terminal of 80 columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from relatum.access import rules_on
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.catalogue.resolved import PolicyRule
from relatum.explaining import (
    Explanation,
    Holders,
    NearMiss,
    Phrases,
    Rule,
    Step,
    role_words,
    rule_words,
)
from relatum_schemas.policy import ALL, Right

WIDTH: Final = 80
_RIGHTS: Final = tuple(Right)
_INDENT: Final = "  "


def matrix(catalogue: Catalogue, type_name: str, roles: Sequence[str]) -> Iterator[str]:
    """Give the lines about a concrete type: a table of roles and rights, then what each policy says.

    Args:
        catalogue: whose rules are told.
        type_name: the type.
        roles: to tell of; none means all that a policy about the type is for.
    """
    rules = [
        rule
        for rule in catalogue.policies
        if type_name in rule.types and (not roles or rule.role in roles)
    ]
    found = sorted({rule.role for rule in rules} | set(roles))
    yield f"{type_name}: who may do what"
    yield ""
    yield from _table(catalogue, type_name, found) if found else ["No policy is about it."]
    for role in found:
        yield ""
        yield from _role(catalogue, role, [rule for rule in rules if rule.role == role])
    yield ""
    yield from _wrapped(f"The role {ADMINISTRATOR} may do everything, but for sensitive data.")


def _table(catalogue: Catalogue, type_name: str, roles: Sequence[str]) -> Iterator[str]:
    names = [str(each.name).lower() for each in _RIGHTS]
    longest = max((len(role) for role in roles), default=0)
    first = min(max(longest, len("role")), WIDTH - sum(len(name) + 1 for name in names))
    yield " ".join(["role".ljust(first), *names])
    for role in roles:
        marks = (_mark(catalogue, type_name, role, right) for right in _RIGHTS)
        cells = [mark.ljust(len(name)) for mark, name in zip(marks, names, strict=True)]
        yield " ".join([role[:first].ljust(first), *cells]).rstrip()


def _mark(catalogue: Catalogue, type_name: str, role: str, right: Right) -> str:
    """Whether a role has a right on all records, on some, or on none."""
    rules = [rule for rule in rules_on(catalogue, type_name, right) if rule.role == role]
    if any(
        rule.where is None and not rule.both_ends and rule.purposes is None and rule.fields == ALL
        for rule in rules
    ):
        return "all"
    return "some" if rules else "-"


def _role(catalogue: Catalogue, role: str, rules: Sequence[PolicyRule]) -> Iterator[str]:
    phrases = Phrases()
    yield role
    known = catalogue.roles.get(role)
    if known is not None:
        yield from _wrapped(f"held by {role_words(known, phrases)}", _INDENT)
    if not rules:
        yield f"{_INDENT}- no policy about this type"
    for rule in rules:
        origin = "administrators" if rule.plugin is None else rule.plugin
        yield from _wrapped(f"{rule_words(catalogue, rule, phrases)} ({origin})", f"{_INDENT}- ")


def explanation(found: Explanation) -> Iterator[str]:
    """Give the lines of an explanation."""
    yield from _wrapped(str(found))
    yield from _wrapped(f"Roles held: {', '.join(sorted(found.roles)) or 'none'}.")
    yield from _reasons(found, "")
    if not found.allowed and found.nearest:
        yield ""
        yield "The rules that come nearest:"
        for each in found.nearest:
            yield from _missed(each)


def _reasons(found: Explanation, indent: str) -> Iterator[str]:
    if found.rule is not None:
        yield from _rule("Rule", found.rule, indent)
    if found.closed is not None:
        yield from _wrapped(found.closed, indent)
    yield from _chain(found.chain, indent)
    for each in found.rests_on:
        yield from _wrapped(f"It rests on this: {each}", indent)
        yield from _reasons(each, indent + _INDENT)


def _rule(word: str, rule: Rule, indent: str) -> Iterator[str]:
    if rule.source is not None:
        origin = f"kept by administrators, {rule.source}"
    else:
        origin = "the engine" if rule.plugin is None else f"plugin {rule.plugin}"
    yield from _wrapped(f"{word} of {rule.role} ({origin}): {rule.words}", indent)


def _chain(chain: Iterable[Step], indent: str) -> Iterator[str]:
    for step in chain:
        since = "" if step.valid_from is None else f" from {step.valid_from}"
        until = "" if step.valid_to is None else f" until {step.valid_to}"
        yield from _wrapped(f"{step.start} --{step.end}--> {step.record}", f"{indent}{_INDENT}")
        named = "a tie that you may not see" if step.tie is None else str(step.tie)
        yield from _wrapped(
            f"by {step.relationship} {named}{since}{until}", f"{indent}{_INDENT * 2}"
        )


def _missed(missed: NearMiss) -> Iterator[str]:
    yield from _rule("- Rule", missed.rule, _INDENT)
    yield from _chain(missed.chain, _INDENT)
    for sentence in missed.missing:
        yield from _wrapped(sentence, _INDENT * 2)


def who(found: Holders) -> Iterator[str]:
    """Give the lines about those who may do something."""
    if not found.holders:
        yield "Nobody who may sign in."
    for each in found.holders:
        firms = [str(firm) for firm in each.firms]
        acting = "" if each.without_firm else f", acting for {' or '.join(firms)}"
        yield from _wrapped(f"{each.record}{acting}")
        for rule in each.rules:
            yield from _rule("by the rule", rule, _INDENT)
    if found.more:
        yield "And more."


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    hanging = " " * len(indent)
    yield from wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging + _INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )
