"""Random catalogues: a plugin is written as text, as its author would, and read like any other."""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

from relatum.catalogue import Catalogue, build_catalogue

_HEADER = """
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from relatum_schemas.annotations import Country, Currency, Email, Json, Language, LongText, Phone, Url
from relatum_schemas.condition import Field
from relatum_schemas.entity import Entity, Trait
from relatum_schemas.kinds import FileReference, Money, PostalAddress
from relatum_schemas.markers import Big, Computed, Expected, Indexed, Label, Scale, Searchable, Unique
from relatum_schemas.plugin import Plugin
from relatum_schemas.policy import AGGREGATE, ALL, BOTH_ENDS, HISTORY, MY_FIRM, READ, Policy, only
from relatum_schemas.relationship import Ends, Limit, Record, Relationship
"""

_KINDS = (
    "int", "Decimal", "Money", "bool", "date", "datetime", "timedelta", "Email", "Phone", "Url",
    "Country", "Currency", "Language", "Json", "PostalAddress", "FileReference", "LongText",
    'Literal["a", "b", "c"]', 'list[Literal["x", "y"]]', "Annotated[int, Big]",
    "Annotated[Decimal, Scale(0)]", "Annotated[Decimal, Scale(9)]", "Annotated[Money, Scale(0)]",
)  # fmt: skip
_TEXTS = (
    "str", "Annotated[str, Label]", "Annotated[str, Label, Searchable]", "Annotated[str, Indexed]",
    "Annotated[str, Searchable]", "Annotated[LongText, Searchable]", "Annotated[str, Unique]",
)  # fmt: skip
_LIMITS = (
    "",
    "",
    "limit=Limit(target=1)",
    "limit=Limit(source=1)",
    "limit=Limit(target=1, source=1)",
    "limit=Limit(target=(1, 1))",
    "limit=Limit(target=(2, None), source=(1, None))",
)
_OPTIONS = ("", 'valid="day"', 'valid="instant"', 'overlap="allow"', 'valid="day", overlap="allow"')


@dataclass
class Author:
    """Writes a plugin."""

    chance: random.Random
    lines: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    ends: list[tuple[Sequence[str], str, Sequence[str]]] = field(default_factory=list)
    count: int = 0

    def name(self, stem: str) -> str:
        """A name of its own."""
        self.count += 1
        return f"{stem}{self.count}"

    def some(self, choices: Sequence[str], most: int) -> list[str]:
        """A few of several."""
        return self.chance.sample(choices, self.chance.randint(0, min(most, len(choices))))

    def body(self, owner: str, most: int) -> list[str]:
        """Fields of a type."""
        written = []
        self.fields[owner], self.numbers[owner] = [], []
        for _ in range(self.chance.randint(0, most)):
            name = self.name("f")
            kind = self.chance.choice(self.chance.choice((_KINDS, _TEXTS)))
            written.append(f"    {name}: {self.expected(owner, kind)} = None")
            self.fields[owner].append(name)
            if kind in ("int", "Decimal"):
                self.numbers[owner].append(name)
        if self.numbers[owner] and self.chance.random() < 0.6:
            one, other = (self.chance.choice(self.numbers[owner]) for _ in range(2))
            name = self.name("f")
            operation = self.chance.choice(
                ("{} * {}", "{} - {}", "round({} / {}, 2)", "coalesce({}, {})")
            )
            written.append(f'    {name} = Computed("{operation.format(one, other)}")')
            self.fields[owner].append(name)
        return written

    def expected(self, owner: str, kind: str) -> str:
        """The annotation of a field, now and then of one that is expected of some records."""
        if self.chance.random() > 0.2:
            return f"{kind} | None"
        known = self.fields[owner]
        when = f'when=Field("{self.chance.choice(known)}").is_set()' if known else ""
        return f"Annotated[{kind} | None, Expected({when})]"

    def declare(self, line: str, body: list[str]) -> None:
        """Write a class."""
        self.lines += ["", f"class {line}:", '    """Something."""', *body]

    def relationship(self, types: dict[str, list[str]]) -> None:
        """Write a relationship type between types, traits, several types or any."""
        name, choices = self.name("R"), [*types, *types, "Record"]
        source, target = (self.side(choices, types) for _ in range(2))
        options = self.chance.choice(_OPTIONS)
        near, far = self.name("e"), self.name("e")
        kind = self.chance.random()
        if kind < 0.2:
            target, far, options = source, near, f"{options}, symmetric=True".lstrip(", ")
        elif kind < 0.35:
            target, options = source, f"{options}, acyclic=True".lstrip(", ")
        limit = self.chance.choice(_LIMITS)
        ends = ", ".join(filter(None, (f'"{near}"', f'"{far}"', limit)))
        line = f"{name}(Relationship[{source}, {target}]" + (f", {options})" if options else ")")
        self.declare(line, [f"    ends = Ends({ends})", *self.body(name, 3)])
        every = [each for members in types.values() for each in members]
        concrete = [
            [each for part in side.split(" | ") for each in types.get(part, every)]
            for side in (source, target)
        ]
        self.ends += [(concrete[0], near, concrete[1]), (concrete[1], far, concrete[0])]
        types[name] = [name]

    def side(self, choices: list[str], types: dict[str, list[str]]) -> str:
        """What stands at a side."""
        if self.chance.random() < 0.25 and len(types) > 1:
            return " | ".join(self.chance.sample(list(types), 2))
        return self.chance.choice(choices)

    def policy(self, role: str, type_name: str, *, tie: bool) -> str:
        """A policy."""
        rights = self.chance.choice(("READ", "READ", "READ | HISTORY", "AGGREGATE", "HISTORY"))
        names = self.some(self.fields[type_name], 3)
        quoted = ", ".join(f'"{name}"' for name in names)
        opened = self.chance.choice(
            ("ALL", f"ALL - {{{quoted}}}" if names else "ALL", f"only({quoted})")
        )
        given = [f'"{role}"', type_name, rights, f"fields={opened}"]
        if tie and self.chance.random() < 0.6:
            given.append("through=BOTH_ENDS")
        elif self.chance.random() < 0.5 and (path := self.path(type_name)):
            given += [f'through="{path}"', *self.some(["to=MY_FIRM"], 1)]
        if self.numbers[type_name] and self.chance.random() < 0.3:
            given.append(f'where=Field("{self.chance.choice(self.numbers[type_name])}") > 0')
        return f"    Policy({', '.join(given)}),"

    def path(self, type_name: str) -> str:
        """Ends to follow from a type."""
        reached, path = {type_name}, list[str]()
        for _ in range(self.chance.randint(1, 3)):
            possible = [each for each in self.ends if reached & set(each[0])]
            if not possible:
                break
            end = self.chance.choice(possible)[1]
            beyond = self.beyond(reached, end)
            climbs = bool(self.beyond(beyond, end)) and self.chance.random() < 0.5
            path.append(f"{end}*" if climbs else end)
            reached = reached | beyond | self.beyond(beyond, end) if climbs else beyond
        return ".".join(path)

    def beyond(self, types: set[str], end: str) -> set[str]:
        """What an end leads to from these types."""
        return {
            far
            for near, name, others in self.ends
            if name == end and types & set(near)
            for far in others
        }


def write_plugin(seed: int) -> str:
    """The text of a plugin's module."""
    author = Author(random.Random(seed))
    types: dict[str, list[str]] = {}
    traits = [author.name("Trait") for _ in range(author.chance.randint(0, 2))]
    for trait in traits:
        author.declare(f"{trait}(Trait)", author.body(trait, 3))
    members: dict[str, list[str]] = {trait: [] for trait in traits}
    for _ in range(author.chance.randint(1, 4)):
        name = author.name("T")
        own = author.some(traits, 1)
        author.declare(f"{name}({', '.join([*own, 'Entity'])})", author.body(name, 6))
        for trait in own:
            members[trait].append(name)
            author.fields[name] += author.fields[trait]
        types[name] = [name]
    named = {**types, **{trait: each for trait, each in members.items() if each}}
    for _ in range(author.chance.randint(1, 6)):
        author.relationship(named)
    concrete = [name for name in named if name not in traits]
    policies = [
        author.policy(role, name, tie=name.startswith("R"))
        for role in ("one", "two", "three")
        for name in concrete
        if author.chance.random() < 0.7
    ]
    manifest = [f'plugin = Plugin("random{seed}", version="1.0")']
    return "\n".join([_HEADER, *author.lines, "", "policies = [", *policies, "]", *manifest, ""])


def random_world(seed: int) -> Catalogue:
    """A random catalogue; the same one for the same seed."""
    module = ModuleType(f"random{seed}")
    sys.modules[module.__name__] = module
    exec(compile(write_plugin(seed), module.__name__, "exec"), module.__dict__)
    return build_catalogue([module], zone=random.Random(seed).choice(("UTC", "Asia/Tokyo")))
