"""What letting an app in comes to, in words for the administrator who decides it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from relatum.access.grants import classes_of
from relatum.apps.judging import judged, policies_of, role_of
from relatum.catalogue import Catalogue, PolicyRule, resolve_condition
from relatum.catalogue.policies import policy_rules
from relatum.catalogue.problems import ProblemList
from relatum.explaining.phrases import Phrases, rule_records
from relatum_schemas.app import AppManifest, Event
from relatum_schemas.errors import RelatumError
from relatum_schemas.policy import Right

_VERBS: Final = (
    (Right.READ, "see"),
    (Right.CREATE, "create"),
    (Right.UPDATE, "change"),
    (Right.DELETE, "delete"),
    (Right.RELATE, "tie to other records"),
    (Right.AGGREGATE, "count and add up"),
    (Right.HISTORY, "see the past of"),
)
_PHRASES: Final = Phrases(me="the app", firm="the firm that the app acts for")


@dataclass(frozen=True)
class Consent:
    """What an app may do and is told, a sentence each.

    Attributes:
        may: by its scopes.
        told: by its events.
    """

    may: tuple[str, ...]
    told: tuple[str, ...]


def consent_to(catalogue: Catalogue, manifest: AppManifest, *, strictly: bool = True) -> Consent:
    """What it comes to.

    Args:
        catalogue: in force.
        manifest: of the app.
        strictly: whether it has to have a meaning as a whole; else what has none is left out.

    Raises:
        Problems, UnknownType, UnknownField, BadSelection, BadValue: see `judged`.
    """
    policies = policies_of(manifest)
    if strictly:
        judged(catalogue, manifest, policies)
    problems = ProblemList()
    rules = [
        rule
        for policy in policies.values()
        for rule in policy_rules(catalogue, policy, problems, plugin=role_of(manifest.name))
    ]
    may = tuple(dict.fromkeys(_allowed(catalogue, each) for each in rules))
    return Consent(may, tuple(_told(catalogue, manifest.events)))


def _allowed(catalogue: Catalogue, rule: PolicyRule) -> str:
    """One thing that a scope allows, such as ``See and change people: all fields but born``."""
    verbs = [verb for right, verb in _VERBS if right in rule.rights]
    verbs += [f"call {name} on" if rule.types else f"call {name}" for name in rule.actions]
    records = rule_records(catalogue, rule, _PHRASES) if rule.types else ""
    words = f"{_listed(verbs)} {records}".strip()
    purpose = f", for the purpose {' or '.join(rule.purposes)}" if rule.purposes else ""
    return f"{words[0].upper()}{words[1:]}{purpose}{_fields(catalogue, rule)}."


def _fields(catalogue: Catalogue, rule: PolicyRule) -> str:
    """Which fields that is about, and which of them are sensitive."""
    if not rule.types or not rule.rights & (Right.READ | Right.CREATE | Right.UPDATE):
        return ""
    record_type = catalogue.types[rule.types[0]]
    opened = [each for each in record_type.fields.values() if each.name in rule.fields]
    names = ", ".join(sorted(rule.fields.names))
    if rule.fields.complement:
        words = f": all fields but {names}" if names else ": all fields"
    else:
        words = f": only {names}" if names else ": no fields"
    sensitive = sorted({name for each in opened for name in classes_of(each, record_type)})
    return f"{words}. Among them are sensitive data: {', '.join(sensitive)}" if sensitive else words


def _told(catalogue: Catalogue, events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        try:
            noun = _noun(catalogue, event)
        except RelatumError:
            continue
        done = f"are {_listed(event.operations, 'or')}" if event.operations else "change in any way"
        words = f"When {noun} {done}"
        yield f"{words}, with {_listed(event.fields)}." if event.fields else f"{words}."


def _noun(catalogue: Catalogue, event: Event) -> str:
    known = catalogue.types.get(event.type) or catalogue.traits.get(event.type)
    plural = event.type if known is None else known.plural.replace("_", " ")
    catalogue.concrete(event.type)
    if event.where is None:
        return plural
    return _PHRASES.records(plural, resolve_condition(catalogue, event.type, event.where))


def _listed(words: Sequence[str], last: str = "and") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
