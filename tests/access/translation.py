"""Turns a model of others into types, ties and policies of ours.

A type becomes an entity type. Who may be named in a relation becomes a relationship type each, from the record to the
record named, or where everybody of a type may be, a field of the record. A relation becomes a role: the policies of that
role open the records in whose relation the principal stands. A relation that leads back to itself over ties is a climb.

Who is asked about may be a record, whoever stands in a relation of one, or everybody, so there is a role, and a condition,
per relation and kind of asker (`Asker`).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType

from relatum.catalogue import Catalogue, build_catalogue
from relatum_schemas.condition import Field, Ties
from relatum_schemas.policy import READ, Policy, Role
from relatum_schemas.principal import IS_ME
from relatum_schemas.selection import AnyOf, Climb, Condition
from tests.access.model import (
    Direct,
    Exclusion,
    Expression,
    From,
    Intersection,
    Relations,
    Same,
    Subject,
    Union,
)
from tests.core.catalogue.declaring import declare

Node = tuple[str, str]
"""A type and one of its relations."""


@dataclass(frozen=True)
class Asker:
    """A kind of principal: of a type, in a relation of it, or everybody of it; ``named`` leaves out what everybody has."""

    type: str
    relation: str | None = None
    everyone: bool = False
    named: bool = False

    def __str__(self) -> str:
        """For the name of a role."""
        kind = "everyone" if self.everyone else "by name" if self.named else ""
        return " ".join(filter(None, (self.type, self.relation, kind)))


def pascal(name: str) -> str:
    """``asset-category`` as ``AssetCategory``."""
    return "".join(part.title() for part in re.split(r"[^A-Za-z0-9]+|_", name))


def snake(name: str) -> str:
    """``test/user`` as ``test_user``."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def end_of(relation: str, subject: Subject) -> str:
    """What a record calls its ties to those named in a relation, or the field that says that everybody is."""
    named = "everyone" if subject.everyone else (subject.relation or "itself")
    return snake(f"{relation}_{subject.type}_{named}")[:40].strip("_")


def tie_of(type_name: str, relation: str, subject: Subject) -> str:
    """The relationship type of a relation."""
    return f"{pascal(type_name)}{pascal(end_of(relation, subject))}"


def role_of(relation: str, asker: Asker) -> str:
    """The role whose policies open the records in whose relation such an asker stands."""
    return f"{relation}: {asker}"


def direct_subjects(expression: Expression) -> Iterator[Subject]:
    """Whoever may be named in a relation."""
    match expression:
        case Direct(subjects=subjects):
            yield from subjects
        case Union(of=of) | Intersection(of=of):
            for each in of:
                yield from direct_subjects(each)
        case Exclusion(base=base, without=without):
            yield from direct_subjects(base)
            yield from direct_subjects(without)


def catalogue_of(name: str, relations: Relations, askers: Collection[Asker]) -> Catalogue:
    """The catalogue of a model, with policies for these kinds of askers."""
    module = declare("\n".join(_declarations(relations)), name=f"store_{snake(name)}")
    policies = list(_policies(relations, module, askers))
    module.__dict__["policies"] = policies
    module.__dict__["roles"] = list(_roles(relations, {each.role for each in policies}, askers))
    return build_catalogue([module])


def _declarations(relations: Relations) -> Iterator[str]:
    for type_name, defined in relations.items():
        yield f"class {pascal(type_name)}(Entity):\n    name: Annotated[str, Label, Unique]"
        for relation, subject in _named(defined):
            if subject.everyone:
                yield f"    {end_of(relation, subject)}: bool = False"
    number = 0
    for type_name, defined in relations.items():
        for relation, subject in _named(defined):
            if subject.everyone:
                continue
            number += 1
            near, far = pascal(type_name), pascal(subject.type)
            valid = ', valid="instant"' if subject.expires else ""
            yield f"class {tie_of(type_name, relation, subject)}(Relationship[{near}, {far}]{valid}):"
            yield f'    ends = Ends("{end_of(relation, subject)}", "named_{number}")'


def _named(defined: dict[str, Expression] | object) -> Iterator[tuple[str, Subject]]:
    assert isinstance(defined, dict)
    for relation, expression in defined.items():
        for subject in dict.fromkeys(direct_subjects(expression)):
            yield relation, subject


def _policies(
    relations: Relations, module: ModuleType, askers: Iterable[Asker]
) -> Iterator[Policy]:
    for asker in askers:
        translated = Translation(relations, asker)
        for type_name, defined in relations.items():
            for relation in defined:
                condition = translated.condition((type_name, relation))
                if condition is not None:
                    role = role_of(relation, asker)
                    yield Policy(role, pascal(type_name), READ, where=condition)


def _roles(relations: Relations, named: Collection[str], askers: Iterable[Asker]) -> Iterator[Role]:
    """The roles, which all records of the asker's type hold, so that it can be asked who can."""
    every = {relation for defined in relations.values() for relation in defined}
    for asker in askers:
        for relation in sorted(every):
            role = role_of(relation, asker)
            if role in named and not asker.everyone:
                yield Role(role, of=pascal(asker.type))


@dataclass
class Translation:
    """Conditions that an asker stands in relations; None is one that never holds."""

    relations: Relations
    asker: Asker
    known: dict[Node, Condition | None] = field(default_factory=dict)

    def condition(self, node: Node) -> Condition | None:
        """The condition on a record of the type that the asker stands in its relation."""
        if node not in self.known:
            self.known[node] = self._recursive(node) if self._returns(node) else self._plain(node)
        return self.known[node]

    def _plain(self, node: Node) -> Condition | None:
        return _either([self._itself(node), self._read(node, self._expression(node))])

    def _itself(self, node: Node) -> Condition | None:
        """Whoever stands in a relation of a record stands in that relation."""
        same = (self.asker.type, self.asker.relation) == node and not self.asker.everyone
        return IS_ME if same else None

    def _expression(self, node: Node) -> Expression:
        return self.relations[node[0]][node[1]]

    def _read(self, node: Node, expression: Expression) -> Condition | None:
        match expression:
            case Direct(subjects=subjects):
                return _either([self._direct(node[1], each) for each in subjects])
            case Same(relation=relation):
                return self.condition((node[0], relation))
            case From():
                steps = self._steps(node[0], expression)
                return _either([_over(end, self.condition(far)) for end, far in steps])
            case Union(of=of):
                return _either([self._read(node, each) for each in of])
            case Intersection(of=of):
                return _both([self._read(node, each) for each in of])
            case Exclusion(base=base, without=without):
                kept, taken = self._read(node, base), self._read(node, without)
                return kept if kept is None or taken is None else kept - taken

    def _direct(self, relation: str, subject: Subject) -> Condition | None:
        end, asker = end_of(relation, subject), self.asker
        if subject.everyone:
            held = subject.type == asker.type and asker.relation is None and not asker.named
            return Field(end) == True if held else None  # noqa: E712  # it makes a condition
        if subject.relation is not None:
            return _over(end, self.condition((subject.type, subject.relation)))
        same = subject.type == asker.type and asker.relation is None and not asker.everyone
        return Ties(end).some(IS_ME) if same else None

    def _steps(self, type_name: str, expression: From) -> list[tuple[str, Node]]:
        """The ends that lead over a relation, and the relation asked of whoever is named there."""
        over = self.relations[type_name][expression.over]
        return [
            (end_of(expression.over, subject), (subject.type, expression.relation))
            for subject in direct_subjects(over)
            if expression.relation in self.relations[subject.type]
        ]

    def _onward(self, node: Node, expression: Expression) -> Iterator[Node]:
        """The relations that a relation is read from."""
        match expression:
            case Direct(subjects=subjects):
                yield from ((each.type, each.relation) for each in subjects if each.relation)
            case Same(relation=relation):
                yield node[0], relation
            case From():
                yield from (far for _, far in self._steps(node[0], expression))
            case Union(of=of) | Intersection(of=of):
                for each in of:
                    yield from self._onward(node, each)
            case Exclusion(base=base, without=without):
                yield from self._onward(node, base)
                yield from self._onward(node, without)

    def _returns(self, node: Node) -> bool:
        """Whether a relation is read from itself."""
        met = list(dict.fromkeys(self._onward(node, self._expression(node))))
        for each in met:
            onward = self._onward(each, self._expression(each))
            met += [far for far in dict.fromkeys(onward) if far not in met]
        return node in met

    def _recursive(self, node: Node) -> Condition | None:
        """A climb over the ends that lead back, to a record in whose relation the asker stands otherwise."""
        ends: list[str] = []
        others = [self._itself(node)]
        for term in _terms(self._expression(node)):
            match term:
                case Direct(subjects=subjects):
                    for each in subjects:
                        if (each.type, each.relation) == node:
                            ends.append(end_of(node[1], each))
                        else:
                            others.append(self._direct(node[1], each))
                case From():
                    for end, far in self._steps(node[0], term):
                        if far == node:
                            ends.append(end)
                        else:
                            others.append(_over(end, self.condition(far)))
                case _:
                    others.append(self._read(node, term))
        inner = _either(others)
        return None if inner is None else Climb(ends=tuple(ends), condition=inner)


def _terms(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Union):
        for each in expression.of:
            yield from _terms(each)
    else:
        yield expression


def _over(end: str, condition: Condition | None) -> Condition | None:
    return None if condition is None else Ties(end).some(condition)


def _either(conditions: Iterable[Condition | None]) -> Condition | None:
    held = [each for each in conditions if each is not None]
    if len(held) < 2:
        return held[0] if held else None
    return AnyOf(of=tuple(held))


def _both(conditions: list[Condition | None]) -> Condition | None:
    joined = conditions[0]
    for each in conditions[1:]:
        joined = None if joined is None or each is None else joined & each
    return joined
