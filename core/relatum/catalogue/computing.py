"""Gives types and traits the fields that functions of plugins compute."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from relatum.catalogue.contributions import Contribution
from relatum.catalogue.fields import RESERVED, well_named
from relatum.catalogue.model import Catalogue, Field, RecordType, Trait
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.resolved import ComputingRule
from relatum_schemas.errors import DeclarationError


def with_computed(
    types: dict[str, RecordType],
    traits: dict[str, Trait],
    contributions: Sequence[Contribution],
    problems: ProblemList,
) -> dict[str, ComputingRule]:
    """Add the computed fields to types and traits, and return what computes them, by name."""
    rules: dict[str, ComputingRule] = {}
    for given in contributions:
        plugin = given.plugin.name
        for each in given.computed:
            with problems.noting(plugin, each.name):
                rule = ComputingRule(plugin=plugin, computed=each)
                if rule.name in rules:
                    raise DeclarationError("The plugin has another computed field of this name.")
                rules[rule.name] = rule
                _add(types, traits, _field(rule), each.subjects)
    return rules


def _field(rule: ComputingRule) -> Field:
    name = rule.computed.name
    if name in RESERVED or not well_named(name):
        raise DeclarationError(f"{name!r} is no name for a field.")
    if not rule.computed.subjects:
        raise DeclarationError("It is a field of no type.", hint="Write @computed(Machine).")
    help_ = rule.computed.description or None
    kind = rule.computed.kind
    return Field(name=name, kind=kind, plugin=rule.plugin, read_only=True, help=help_, by=rule.name)


def _add(
    types: dict[str, RecordType], traits: dict[str, Trait], field: Field, subjects: Sequence[str]
) -> None:
    for subject in subjects:
        if subject in traits:
            trait = traits[subject]
            _judge_free(subject, trait.fields, field)
            owned = replace(field, trait=subject)
            traits[subject] = replace(trait, fields={**trait.fields, field.name: owned})
            for name, each in list(types.items()):
                if subject in each.traits:
                    _give(types, name, owned)
        elif subject in types:
            _give(types, subject, field)
        else:
            raise DeclarationError(f"{subject} is no type or trait of the catalogue.")


def _give(types: dict[str, RecordType], name: str, field: Field) -> None:
    record_type = types[name]
    _judge_free(name, record_type.fields, field)
    types[name] = replace(record_type, fields={**record_type.fields, field.name: field})


def _judge_free(owner: str, fields: Mapping[str, Field], field: Field) -> None:
    if field.name in fields:
        other = fields[field.name].plugin
        raise DeclarationError(f"{owner} has a field of that name from {other!r}.")


def judge_elevation(catalogue: Catalogue, problems: ProblemList) -> None:
    """Note rights that computed fields ask for on what is no type."""
    for rule in catalogue.computing.values():
        with problems.noting(rule.plugin, rule.computed.name):
            for name in rule.computed.elevated:
                catalogue.concrete(name)
