"""Judges a mapping against the catalogue: every name is resolved, every value made ready to be read from a row.

All mistakes are found before a file is opened, each with its path in the mapping. `plans` is what comes of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from relatum.catalogue import Catalogue, EntityType, RelationshipType
from relatum.catalogue import Field as DeclaredField
from relatum.importing.conversion import Convert, converter, mapped, matched
from relatum.importing.mapping import (
    Condition,
    EndKey,
    EntityTarget,
    File,
    ImportMapping,
    Spelling,
    Target,
    TieTarget,
    Value,
)
from relatum.importing.plans import (
    EntityPlan,
    FieldPlan,
    FilePlan,
    KeyPlan,
    Positions,
    Steps,
    TiePlan,
    columns_of,
    composed,
    constant,
    judging,
    reading,
)
from relatum.importing.templates import Cells, Template, parse_template
from relatum_schemas.errors import BadSetting, Problems, RelatumError, UnknownField
from relatum_schemas.kinds import CompositeKind, Day, Instant, Kind


def bind_mapping(
    mapping: ImportMapping, catalogue: Catalogue, folder: Path
) -> tuple[FilePlan, ...]:
    """Judge a mapping against a catalogue.

    Args:
        mapping: as written.
        catalogue: the types in force.
        folder: what the paths of the files are seen from.

    Raises:
        Problems: with every mistake, each with its path in the mapping.
    """
    binder = _Binder(mapping, catalogue)
    plans = tuple(
        binder.file(file, folder / file.path, ("files", at))
        for at, file in enumerate(mapping.files)
    )
    if not mapping.files:
        binder.note(BadSetting("The mapping names no file.", path="files", hint="Add [[files]]."))
    if binder.problems:
        raise Problems("The mapping does not fit the catalogue.", binder.problems)
    return plans


@dataclass
class _Binder:
    mapping: ImportMapping
    catalogue: Catalogue
    problems: list[RelatumError] = field(default_factory=list)
    columns: dict[str, None] = field(default_factory=dict)

    def note(self, error: RelatumError, *at: str | int) -> None:
        """Keep a mistake, its place in front of its message."""
        place = ".".join(str(step) for step in (*at, *error.path))
        error.message = f"{place}: {error.message}"
        self.problems.append(error.at(*at))

    def file(self, file: File, path: Path, at: Steps) -> FilePlan:
        self.columns = {}
        outer = file.within(self.mapping)
        entities = [
            self.entity(target, outer, (*at, "entities", number))
            for number, target in enumerate(file.entities)
        ]
        ties = [
            self.tie(target, outer, (*at, "ties", number))
            for number, target in enumerate(file.ties)
        ]
        if not file.entities and not file.ties:
            self.note(BadSetting("The file becomes nothing.", hint="Add [[files.entities]]."), *at)
        plan = FilePlan(
            path,
            file,
            tuple(each for each in entities if each),
            tuple(each for each in ties if each),
            tuple(self.columns),
        )
        if file.columns is not None:
            for name in sorted(set(plan.columns) - set(file.columns)):
                self.note(BadSetting(f"The stated columns lack {name!r}."), *at, "columns")
        return plan

    def entity(self, target: EntityTarget, outer: Spelling, at: Steps) -> EntityPlan | None:
        declared = self.declared(target.type, EntityType, at)
        key = self.key(target.type, target.key, target.system, outer, (*at, "key"))
        when = self.conditions(target.when, outer, (*at, "when"))
        if declared is None or key is None:
            return None
        fields = self.fields(target, outer, at)
        return EntityPlan(type=target.type, at=at, fields=fields, when=when, key=key)

    def tie(self, target: TieTarget, outer: Spelling, at: Steps) -> TiePlan | None:
        declared = self.declared(target.type, RelationshipType, at)
        source = self.end(target.source, declared, "source", outer, (*at, "source"))
        end = self.end(target.target, declared, "target", outer, (*at, "target"))
        key = (
            self.key(target.type, target.key, target.system, outer, (*at, "key"))
            if target.key is not None
            else None
        )
        when = self.conditions(target.when, outer, (*at, "when"))
        if not isinstance(declared, RelationshipType) or source is None or end is None:
            return None
        return TiePlan(
            type=target.type,
            at=at,
            fields=self.fields(target, outer, at),
            when=when,
            relationship=declared,
            source=source,
            target=end,
            key=key,
            valid_from=self.bound(target, "valid_from", declared, outer, at),
            valid_to=self.bound(target, "valid_to", declared, outer, at),
        )

    def declared(
        self, name: str, expected: type[EntityType] | type[RelationshipType], at: Steps
    ) -> EntityType | RelationshipType | None:
        try:
            declared = self.catalogue.record_type(name)
        except RelatumError as error:
            self.note(error, *at, "type")
            return None
        if isinstance(declared, expected):
            return declared
        place = "files.ties" if isinstance(declared, RelationshipType) else "files.entities"
        self.note(
            BadSetting(f"{name} stands in the wrong list.", hint=f"Put it under [[{place}]]."), *at
        )
        return None

    def end(
        self,
        end: EndKey,
        declared: EntityType | RelationshipType | None,
        side: str,
        outer: Spelling,
        at: Steps,
    ) -> KeyPlan | None:
        if isinstance(declared, RelationshipType):
            allowed = (declared.source if side == "source" else declared.target).types
            if end.type not in allowed:
                shown = " or ".join(allowed)
                self.note(
                    BadSetting(
                        f"A {end.type} cannot stand here; {declared.name} asks for {shown}."
                    ),
                    *at,
                    "type",
                )
                return None
        return self.key(end.type, end.key, end.system, outer, (*at, "key"))

    def key(
        self, type_name: str, text: str, system: str | None, outer: Spelling, at: Steps
    ) -> KeyPlan | None:
        template = self.template(text, at)
        if template is None:
            return None
        bind = constant(template.literals[0]) if template.constant else reading(template, outer)
        return KeyPlan(type_name, system or self.mapping.system, bind, columns_of(template))

    def template(self, text: str, at: Steps) -> Template | None:
        try:
            template = parse_template(text)
        except RelatumError as error:
            self.note(error, *at)
            return None
        self.columns.update(dict.fromkeys(template.columns))
        return template

    def conditions(
        self, when: Sequence[Condition], outer: Spelling, at: Steps
    ) -> Callable[[Positions], Callable[[Cells], bool]]:
        for number, each in enumerate(when):
            if (each.set, each.one_of, each.not_one_of) == (None, None, None):
                self.note(
                    BadSetting(
                        "The condition asks for nothing.", hint="Say set, one_of or not_one_of."
                    ),
                    *at,
                    number,
                )
            self.columns[" ".join(each.column.split())] = None
        return lambda positions: judging(when, positions, outer)

    def fields(self, target: Target, outer: Spelling, at: Steps) -> tuple[FieldPlan, ...]:
        return tuple(
            plan
            for name, source in target.fields.items()
            if (plan := self.field(target.type, name, source, outer, (*at, "fields", name)))
        )

    def field(
        self, type_name: str, name: str, source: object, outer: Spelling, at: Steps
    ) -> FieldPlan | None:
        try:
            declared = self.catalogue.field(type_name, name)
        except RelatumError as error:
            self.note(error, *at)
            return None
        if declared.built_in or declared.computed:
            self.note(BadSetting(f"{name!r} is written by the system only."), *at)
            return None
        if isinstance(source, dict):
            return self.composite(declared, source, outer, at)
        if isinstance(declared.kind, CompositeKind):
            parts = ", ".join(f"{name}.{part}" for part in declared.kind.parts)
            self.note(BadSetting(f"{name!r} has parts.", hint=f"Say {parts}."), *at)
            return None
        return self.value(name, declared.kind, source, outer, at)

    def composite(
        self, declared: DeclaredField, source: Mapping[str, object], outer: Spelling, at: Steps
    ) -> FieldPlan | None:
        kind = declared.kind
        if not isinstance(kind, CompositeKind):
            self.note(BadSetting(f"{declared.name!r} is {kind.described()} and has no parts."), *at)
            return None
        parts: list[FieldPlan] = []
        for name, given in source.items():
            if name not in kind.parts:
                hint = f"It has {', '.join(kind.parts)}."
                self.note(
                    UnknownField(f"{declared.name!r} has no part {name!r}.", hint=hint), *at, name
                )
            elif plan := self.value(name, kind.parts[name], given, outer, (*at, name)):
                parts.append(plan)
        shown = ", ".join(part.shown for part in parts if part.shown)
        return FieldPlan(declared.name, lambda positions: composed(parts, positions), shown)

    def bound(
        self, target: TieTarget, name: str, declared: RelationshipType, outer: Spelling, at: Steps
    ) -> FieldPlan | None:
        source = target.valid_from if name == "valid_from" else target.valid_to
        if source is None:
            return None
        if declared.validity is None:
            self.note(
                BadSetting(f"Ties {declared.name} have no validity.", hint="Leave it out."),
                *at,
                name,
            )
            return None
        kind: Kind = Day() if declared.validity == "day" else Instant()
        return self.value(name, kind, source, outer, (*at, name))

    def value(
        self, name: str, kind: Kind, source: object, outer: Spelling, at: Steps
    ) -> FieldPlan | None:
        given = source if isinstance(source, Value) else None
        text = given.value if given else source
        if not isinstance(text, str):
            return FieldPlan(name, constant(text), "")
        template = self.template(text, at)
        if template is None:
            return None
        if template.constant:
            return FieldPlan(name, constant(template.literals[0]), "")
        spelling = given.within(outer) if given else outer
        steps = tuple(self.steps(kind, given, spelling, at))
        return FieldPlan(name, reading(template, spelling, steps), columns_of(template))

    def steps(
        self, kind: Kind, given: Value | None, spelling: Spelling, at: Steps
    ) -> Iterator[Convert]:
        """What is done to a cell, in this order: pattern, value map, spelling."""
        if given and given.pattern is not None:
            try:
                compiled = re.compile(given.pattern)
            except re.error as error:
                self.note(BadSetting(f"The pattern is none: {error}."), *at, "pattern")
                return
            if not compiled.groups:
                self.note(
                    BadSetting("The pattern has no group.", hint="Put what is wanted in (...)."),
                    *at,
                    "pattern",
                )
                return
            yield matched(given.pattern)
        if given and given.map is not None:
            names = self.mapping.maps.get(given.map) if isinstance(given.map, str) else given.map
            if names is None:
                self.note(
                    BadSetting(
                        f"There is no value map {given.map!r}.", hint=f"Add [maps.{given.map}]."
                    ),
                    *at,
                    "map",
                )
                return
            yield mapped(names, given.map if isinstance(given.map, str) else "of this value")
        else:
            convert = converter(kind, spelling)
            if convert is not None:
                yield convert
