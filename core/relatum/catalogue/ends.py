"""Gives every type and trait the ends that relationship types name, and judges the relationship types as wholes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from relatum.catalogue.fields import RESERVED, well_named
from relatum.catalogue.model import (
    RECORD,
    Catalogue,
    End,
    RecordType,
    RelationshipType,
    Side,
    SideName,
    Trait,
)
from relatum.catalogue.problems import ProblemList
from relatum_schemas.kinds import Boolean, Code, Identity, Integer, Text

_PER_KINDS = (Code, Text, Integer, Boolean, Identity)


def with_ends(catalogue: Catalogue, problems: ProblemList) -> Catalogue:
    """The catalogue with every end in place."""
    for relationship in catalogue.relationships.values():
        _judge(relationship, problems)
    ends = [end for each in catalogue.relationships.values() for end in _ends_of(each)]
    types = {
        name: replace(each, ends=_held(each, ends, catalogue, problems))
        for name, each in catalogue.types.items()
    }
    settled = replace(catalogue, types=types)
    traits = {
        name: replace(each, ends=_shared(settled, each)) for name, each in catalogue.traits.items()
    }
    return replace(settled, traits=traits)


def _ends_of(relationship: RelationshipType) -> Iterable[End]:
    if relationship.symmetric:
        return (_end(relationship, relationship.source, relationship.target, "either"),)
    return (
        _end(relationship, relationship.source, relationship.target, "source"),
        _end(relationship, relationship.target, relationship.source, "target"),
    )


def _end(
    relationship: RelationshipType,
    near: Side,
    far: Side,
    side: Literal["source", "target", "either"],
) -> End:
    return End(
        name=near.end,
        relationship=relationship.name,
        side=side,
        holders=near.types,
        others=far.types,
        other=far.declared,
        minimum=near.minimum,
        maximum=near.maximum,
        per=near.per,
        help=relationship.description or None,
    )


def _held(
    holder: RecordType, ends: Iterable[End], catalogue: Catalogue, problems: ProblemList
) -> Mapping[str, End]:
    held: dict[str, End] = {}
    for end in ends:
        if holder.name not in end.holders:
            continue
        at = (holder.plugin, holder.name, end.name)
        if end.name in holder.fields:
            problems.add(
                f"{end.relationship} names its end like a field of {holder.name}.",
                "Rename one.",
                at=at,
            )
        elif end.name in held:
            one, other = (
                f"{catalogue.types[name].plugin}.{name}"
                for name in (end.relationship, held[end.name].relationship)
            )
            problems.add(f"{one} and {other} name their ends alike.", "Rename one.", at=at)
        else:
            held[end.name] = end
    return held


def _shared(catalogue: Catalogue, trait: Trait) -> Mapping[str, End]:
    """Ends that name the trait (or every record), so that every member has them."""
    shared: dict[str, End] = {}
    for member in trait.members:
        for name, end in catalogue.types[member].ends.items():
            relationship = catalogue.relationships[end.relationship]
            side = relationship.target if end.side == "target" else relationship.source
            if side.declared in (trait.name, RECORD):
                shared[name] = end
    return shared


def _judge(relationship: RelationshipType, problems: ProblemList) -> None:
    at = (relationship.plugin, relationship.name)
    source, target = relationship.source, relationship.target
    for side in (source, target):
        if side.end in RESERVED or not well_named(side.end):
            problems.add(
                f"{side.end!r} is no name for an end.",
                "Use lower case and single underscores.",
                at=at,
            )
        _judge_per(relationship, side, problems)
    if relationship.validity not in (None, "day", "instant"):
        problems.add(
            f"valid={relationship.validity!r} is unknown.",
            'Write valid="day" or valid="instant".',
            at=at,
        )
    if relationship.overlap not in ("refuse", "allow"):
        problems.add(
            f"overlap={relationship.overlap!r} is unknown.", 'Write "refuse" or "allow".', at=at
        )
    _judge_sides(relationship, problems)
    if relationship.acyclic and not set(source.types) & set(target.types):
        problems.add(
            "A hierarchy needs a type that stands at both ends.", "Take acyclic off.", at=at
        )
    for name in ("source", "target"):
        _judge_delete_rule(relationship, name, problems)


def _judge_sides(relationship: RelationshipType, problems: ProblemList) -> None:
    """Whether the two sides may stand together."""
    at = (relationship.plugin, relationship.name)
    source, target = relationship.source, relationship.target
    if relationship.symmetric:
        if (source.end, source.types) != (target.end, target.types):
            problems.add(
                "A symmetric tie needs the same types and the same name at both ends.", at=at
            )
        if relationship.acyclic:
            problems.add(
                "A symmetric tie cannot be a hierarchy.", "Take symmetric or acyclic off.", at=at
            )
        if relationship.represents:
            problems.add(
                "A symmetric tie does not tell who may act for whom.",
                "Take symmetric or represents off.",
                at=at,
            )
    elif source.end == target.end and set(source.types) & set(target.types):
        problems.add(
            "Both ends have the same name on the same type.",
            "Name each end, or make it symmetric.",
            at=at,
        )


def _judge_delete_rule(relationship: RelationshipType, name: str, problems: ProblemList) -> None:
    side: SideName = "source" if name == "source" else "target"
    rule = relationship.side(side).on_delete
    if rule not in ("end", "restrict", "cascade"):
        problems.add(
            f"on_delete={rule!r} is unknown.",
            'Write "end", "restrict" or "cascade".',
            at=(relationship.plugin, relationship.name),
        )


def _judge_per(relationship: RelationshipType, side: Side, problems: ProblemList) -> None:
    if side.per is None:
        return
    field = relationship.fields.get(side.per)
    if field is None or field.computed or not isinstance(field.kind, _PER_KINDS):
        problems.add(
            f"The limit counts per {side.per!r}, which is no plain property of the tie.",
            "Name a text, code, whole number or boolean property.",
            at=(relationship.plugin, relationship.name),
        )
