"""From a declared class to its fields: annotations, markers, computed expressions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic.fields import FieldInfo

from relatum.catalogue.model import BUILT_IN, Field
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.states import with_times
from relatum_schemas.annotations import Reading, read_annotation
from relatum_schemas.entity import Declared, Entity, Extension, Trait
from relatum_schemas.errors import DeclarationError, UnknownField
from relatum_schemas.expression import kind_of, parse, references
from relatum_schemas.kinds import Choice, Choices, CompositeKind, EncryptedLookup, Kind, Text
from relatum_schemas.kinds import Encrypted as EncryptedKind
from relatum_schemas.markers import (
    Computed,
    Deprecated,
    Encrypted,
    Expected,
    Flag,
    Help,
    RenamedFrom,
    Sensitive,
    Transitions,
)
from relatum_schemas.relationship import Relationship

RESERVED = frozenset(
    {*BUILT_IN, "valid_from", "valid_to", "source", "target", "node", "edge", "cursor", "holds"}
)
"""Names that fields and ends may not have, since every record or tie uses them."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_BASES = (Declared, Entity, Trait, Extension, Relationship)


def well_named(name: str) -> bool:
    """Whether a field or end name is snake_case, free of double underscores, and short enough for a column."""
    return _NAME.fullmatch(name) is not None and len(name) <= 40


def declared_fields(
    declared: type[Declared], plugin: str, problems: ProblemList, *, column_prefix: str = ""
) -> dict[str, Field]:
    """The fields of a class, stored ones in the order of declaration, then computed ones.

    Args:
        declared: an entity type, relationship type, trait or extension.
        plugin: the plugin that declares it.
        problems: where mistakes are noted.
        column_prefix: put before column names; an extension's are ``plugin__name``.
    """
    found: dict[str, Field] = {}
    inherited = {name for base in _BASES for name in base.model_fields}
    for name, info in declared.model_fields.items():
        if name in inherited:
            continue
        at = (plugin, declared.__name__, name)
        if name in RESERVED or not well_named(name):
            problems.add(_bad_name(name), at=at)
            continue
        with problems.noting(*at):
            found[name] = _field(name, info, plugin, column_prefix, at, problems)
    for base in reversed(declared.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Computed):
                found[name] = Field(name=name, kind=Text(), plugin=plugin, help=value.help)
    found = with_times(found, (plugin, declared.__name__), problems)
    return _with_traits(declared, found)


def _bad_name(name: str) -> str:
    if name in RESERVED:
        return f"{name!r} is a name that every record uses; choose another."
    return f"{name!r} is no name for a field: use lower case, digits and single underscores, at most 40 characters."


def _with_traits(declared: type[Declared], fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields, those that a trait declares marked with its name."""
    traits = [
        base
        for base in declared.__mro__
        if issubclass(base, Trait) and base not in (Trait, declared)
    ]
    owner = {name: trait.__name__ for trait in traits for name in trait.model_fields}
    return {
        name: replace(field, trait=owner.get(field.since or name)) for name, field in fields.items()
    }


def _field(
    name: str, info: FieldInfo, plugin: str, prefix: str, at: tuple[str, ...], problems: ProblemList
) -> Field:
    reading = read_annotation(info.annotation, info.metadata)
    missing = info.is_required() or info.default is None
    default = None if missing else info.get_default(call_default_factory=True)
    if default is not None:
        with problems.noting(*at):
            default = reading.kind.parse(default)
    field = Field(
        name=name,
        kind=reading.kind,
        plugin=plugin,
        column=f"{prefix}{name}",
        required=not reading.optional and (info.is_required() or default is not None),
        default=default,
        help=info.description,
    )
    return _marked(field, reading, at, problems)


def _marked(field: Field, reading: Reading, at: tuple[str, ...], problems: ProblemList) -> Field:
    """The field with what its markers say."""
    said: dict[str, Any] = _flagged(reading)
    for marker in reading.markers:
        match marker:
            case Encrypted(lookup=lookup):
                said["kind"] = (EncryptedLookup if lookup else EncryptedKind)(of=field.kind)
            case Sensitive(classification):
                said["sensitive"] = classification
            case Help(text):
                said["help"] = text
            case Deprecated(instead):
                said["deprecated"] = instead
            case RenamedFrom(names):
                said["renamed_from"] = names
            case Transitions(following, rights, expects, begin):
                said |= {"transitions": following, "admitted": rights}
                said |= {"expects": expects, "begin": begin}
            case Expected(when=when):
                said |= {"expected": True, "expected_when": when, "required": False}
    marked = replace(field, **said)
    _judge_markers(marked, at, problems)
    return marked


def _flagged(reading: Reading) -> dict[str, Any]:
    """What the markers without an argument say; those that are about the kind have had their say."""
    flags = {each for each in reading.markers if isinstance(each, Flag)} - {Flag.BIG, Flag.STATE}
    if Flag.INTERNAL in flags:
        flags.add(Flag.READ_ONLY)
    return {each.name.lower(): True for each in flags}


def _judge_privacy(field: Field, at: tuple[str, ...], problems: ProblemList) -> None:
    """What is sensitive or encrypted must not stand elsewhere in plain words."""
    kind = field.kind
    if field.sensitive is not None and (field.label or field.searchable):
        problems.add(
            "A label, and words that are searched, stand where no purpose guards them.",
            "Take Label or Searchable off, or Sensitive.",
            at=at,
        )
    if not isinstance(kind, EncryptedKind):
        return
    if isinstance(kind.of, CompositeKind | Choices) or getattr(kind.of, "list", None):
        problems.add(
            f"{kind.of.described()} cannot be encrypted.", "Encrypt a field of one part.", at=at
        )
    if field.default is not None:
        problems.add(
            "A default would be no secret.", "Let the field be missing, or give it a value.", at=at
        )
    if field.label or field.searchable or field.indexed or field.unique or field.transitions:
        problems.add(
            "An encrypted field is no label, has no transitions, and is not searched, sorted or unique.",
            "Take the other marker off; Encrypted(lookup=True) finds equal values.",
            at=at,
        )


def _judge_markers(field: Field, at: tuple[str, ...], problems: ProblemList) -> None:
    _judge_privacy(field, at, problems)
    text = isinstance(field.kind, Text)
    if (field.label or field.searchable) and not text:
        problems.add(
            f"{field.kind.described()} cannot be a label or searched as text.",
            "Take the marker off.",
            at=at,
        )
    if field.label and text and not field.kind.sortable:
        problems.add("A long text cannot be a label.", "Declare it as str.", at=at)
    if (field.unique or field.indexed) and (field.kind.parts or not field.kind.sortable):
        problems.add(
            f"{field.kind.described()} cannot be unique or indexed.", "Take the marker off.", at=at
        )
    if field.transitions is not None and not isinstance(field.kind, Choice):
        problems.add(
            "Transitions belong to a State or a choice.",
            "Annotate it Annotated[State, ...].",
            at=at,
        )
    elif field.transitions is not None and isinstance(field.kind, Choice):
        unknown = {state for state in _states(field.transitions) if not field.kind.admits(state)}
        if unknown:
            problems.add(
                f"The transitions name states that are no choice: {', '.join(sorted(unknown))}.",
                at=at,
            )
    codes = (
        field.kind.of.codes if isinstance(field.kind, Choices) else getattr(field.kind, "codes", ())
    )
    if len(set(codes)) != len(codes):
        problems.add("A code is listed twice.", at=at)


def _states(transitions: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {*transitions, *(state for after in transitions.values() for state in after)}


def computed_fields(
    declared: type[Declared], fields: Mapping[str, Field], plugin: str, problems: ProblemList
) -> dict[str, Field]:
    """The fields with the kinds of computed ones derived from their expressions."""
    expressions = {
        name: value
        for base in reversed(declared.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, Computed)
    }
    resolved = dict(fields)
    for name, computed in expressions.items():
        at = (plugin, declared.__name__, name)
        if name in RESERVED or not well_named(name):
            problems.add(_bad_name(name), at=at)
        with problems.noting(*at):
            resolved[name] = _computed(name, computed, plugin, resolved, set(expressions))
    return resolved


def _computed(
    name: str, computed: Computed, plugin: str, fields: Mapping[str, Field], expressions: set[str]
) -> Field:
    expression = parse(computed.expression)

    def kind(field: str) -> Kind:
        if field not in fields:
            raise UnknownField(f"The expression names {field!r}, which is no field of the type.")
        if field in expressions:
            raise DeclarationError(
                f"The expression names {field!r}, which is computed itself; write it out."
            )
        return fields[field].kind

    for field in references(expression):
        kind(field)
    return Field(
        name=name,
        kind=kind_of(expression, kind),
        plugin=plugin,
        expression=expression,
        read_only=True,
        help=computed.help,
    )
