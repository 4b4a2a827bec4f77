"""A unit of work is allowed exactly when a naive judge says so, and one that is refused changes nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum.catalogue import with_administrators
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.writing import (
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    Merge,
    Relate,
    Remove,
    Restore,
    Update,
    run_unit,
)
from relatum_schemas.condition import Field, Ties
from relatum_schemas.errors import (
    BadReference,
    Conflict,
    Forbidden,
    NotFound,
    Problems,
    RelatumError,
    UnknownField,
)
from relatum_schemas.policy import (
    ALL,
    BOTH_ENDS,
    CREATE,
    DELETE,
    READ,
    RELATE,
    UPDATE,
    BothEnds,
    Policy,
    Right,
)
from relatum_schemas.principal import IS_ME, IS_MY_FIRM, ME, MY_FIRM, Path
from relatum_schemas.selection import Condition, OnRecord
from tests.core.catalogue.declaring import declare
from tests.core.writing.stored import CloneTemplate, Stored, stored
from tests.laws.profiles import tried
from tests.laws.rights_model import ENDS, ENTITIES, PAST, Item, Items, Judge, Rule, Test, Who

HOUSE = declare(
    """
class Thing(Trait, plural="things"):
    level: int | None = None

class Person(Entity, plural="people"):
    name: str
    level: int | None = None
    note: str | None = None

class Firm(Thing, Entity):
    name: str
    note: str | None = None

class Doc(Thing, Entity):
    name: str
    note: str | None = None

class WorksAt(Relationship[Person, Firm], valid="day", overlap="allow"):
    ends = Ends("firms", "people")
    level: int | None = None

class OwnedBy(Relationship[Doc, Firm], overlap="allow"):
    ends = Ends("owners", "docs")
    level: int | None = None

class PartOf(Relationship[Firm, Firm], overlap="allow"):
    ends = Ends("wholes", "parts")
    level: int | None = None
""",
    name="house",
)


@pytest.fixture
async def house(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect, HOUSE) as opened:
        yield opened


# --- policies, and what the judge makes of them


def _far(items: Items, record: UUID, kind: str, side: str) -> list[Item]:
    """The records at the other end of ties that hold."""
    near = {"source": "target", "target": "source"}[side]
    return [
        items[getattr(tie, side)]
        for tie in items.values()
        if tie.kind == kind and tie.alive and not tie.ended and getattr(tie, near) == record
    ]


def _employs(items: Items, firm: UUID, who: Who) -> bool:
    return any(each.id == who.id for each in _far(items, firm, "WorksAt", "source"))


@dataclass(frozen=True)
class Clause:
    """A condition in both languages."""

    types: tuple[str, ...]
    condition: Condition | None
    test: Test | None
    ties: frozenset[str] = frozenset()
    both_ends: BothEnds | None = None


def _levelled(items: Items, item: Item, who: Who) -> bool:
    return item.values.get("level") == 1


ANY = (*ENTITIES, *ENDS, "Thing", "Record")
CLAUSES = [
    Clause(ANY, None, None),
    Clause((*ENTITIES, *ENDS, "Thing"), Field("level") == 1, _levelled),
    Clause(("Person",), IS_ME, lambda items, item, who: item.id == who.id),
    Clause(("Firm",), IS_MY_FIRM, lambda items, item, who: item.id == who.firm),
    Clause(
        ("Firm",),
        Path("people").to(ME),
        lambda items, item, who: _employs(items, item.id, who),
        frozenset({"WorksAt"}),
    ),
    Clause(
        ("Doc",),
        Path("owners.people").to(ME),
        lambda items, item, who: any(
            _employs(items, firm.id, who) for firm in _far(items, item.id, "OwnedBy", "target")
        ),
        frozenset({"WorksAt", "OwnedBy"}),
    ),
    Clause(
        ("Doc",),
        Path("owners").to(MY_FIRM),
        lambda items, item, who: any(
            firm.id == who.firm for firm in _far(items, item.id, "OwnedBy", "target")
        ),
        frozenset({"OwnedBy"}),
    ),
    Clause(
        ("Firm",),
        Ties("docs").some(Field("level") == 1),
        lambda items, item, who: any(
            doc.values.get("level") == 1 for doc in _far(items, item.id, "OwnedBy", "source")
        ),
        frozenset({"OwnedBy"}),
    ),
    Clause(tuple(ENDS), None, None, both_ends=BOTH_ENDS),
    Clause(
        tuple(ENDS),
        OnRecord(across="target", condition=Field("level") == 1),
        lambda items, item, who: (
            items[item.ends()[1]].alive and items[item.ends()[1]].values.get("level") == 1
        ),
    ),
]
RIGHTS = [
    READ,
    READ,
    READ | RELATE,
    RELATE,
    READ | CREATE | UPDATE,
    READ | UPDATE | RELATE,
    READ | DELETE | UPDATE,
    READ | CREATE | UPDATE | DELETE | RELATE,
]


@st.composite
def _policies(draw: st.DrawFn) -> tuple[Policy, Rule]:
    clause = draw(st.sampled_from(CLAUSES[:2] * 3 + CLAUSES))
    named = draw(st.sampled_from(clause.types))
    rights: Right = draw(st.sampled_from(RIGHTS))
    closed = draw(st.sampled_from([frozenset[str]()] * 3 + [frozenset({"level"})]))
    closed = closed if named != "Record" else frozenset()
    purposes = draw(st.sampled_from([None, None, None, ("audit",)]))
    role = draw(st.sampled_from(["a", "a", "b"]))
    policy = Policy(
        role,
        named,
        rights,
        fields=ALL - closed,
        where=clause.condition,
        through=clause.both_ends,
        purposes=purposes,
    )
    rule = Rule(
        role,
        named,
        rights,
        closed,
        clause.test,
        clause.both_ends is not None,
        clause.ties,
        purposes,
    )
    return policy, rule


def _open(types: frozenset[str], rights: Right) -> list[tuple[Policy, Rule]]:
    """Rights on all records of some types."""
    return [
        (
            Policy("a", name, rights),
            Rule(
                "a",
                name,
                rights,
                frozenset(),
                None,
                both_ends=False,
                ties=frozenset(),
                purposes=None,
            ),
        )
        for name in sorted(types)
    ]


def _stated(clause: Clause, named: str, rights: Right) -> tuple[Policy, Rule]:
    """A condition, a type and rights as a policy, in both languages."""
    both_ends = clause.both_ends is not None
    return (
        Policy("a", named, rights, where=clause.condition, through=clause.both_ends),
        Rule("a", named, rights, frozenset(), clause.test, both_ends, clause.ties, purposes=None),
    )


_PATHS = [[], [_stated(CLAUSES[4], "Firm", READ)], [_stated(CLAUSES[5], "Doc", READ | RELATE)]]
"""Policies that make types of ties give rights."""

_LOOSE = [
    [],
    [_stated(CLAUSES[0], "Record", RELATE)],
    [_stated(CLAUSES[8], name, RELATE) for name in ENDS],
]
"""Policies that give the right to relate, but do not name the type of a tie that gives rights for itself."""

_some = st.frozensets(st.sampled_from([*ENTITIES, *ENDS]), min_size=3)
"""The types of which all records are open, so that units are allowed often enough."""


# --- the graph, and what is asked of it


VERBS = [
    *("create", "update", "update", "delete", "merge", "restore"),
    *("relate", "relate", "relate", "end", "change", "correct", "move", "remove"),
]


@dataclass(frozen=True)
class Throw:
    """One random command; records are named by number, modulo their count."""

    verb: str
    kind: str
    one: int
    other: int
    level: int | None
    fields: frozenset[str]


_throws = st.builds(
    Throw,
    st.sampled_from(
        [
            "create",
            "update",
            "update",
            "delete",
            "relate",
            "relate",
            "relate",
            "end",
            "change",
            "correct",
            "move",
            "remove",
            "merge",
            "restore",
        ]
    ),
    st.sampled_from(tuple(ENDS)),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from([None, 0, 1]),
    st.frozensets(st.sampled_from(["name", "level", "note"])),
)
_levels = st.sampled_from([None, 0, 1])
_pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), _levels), max_size=3)
_cases = st.fixed_dictionaries(
    {
        "levels": st.lists(_levels, min_size=7, max_size=7),
        "ties": st.fixed_dictionaries(dict.fromkeys(ENDS, _pairs)),
        "dead": st.lists(st.integers(0, 6), max_size=1),
        "read": _some,
        "written": _some,
        "related": _some | st.just(frozenset(ENTITIES)),
        "paths": st.sampled_from(_PATHS),
        "loose": st.sampled_from(_LOOSE),
        "policies": st.lists(_policies(), min_size=1, max_size=6),
        "me": st.sampled_from([0, 0, 1, None]),
        "firm": st.sampled_from([2, 2, 3, None]),
        "roles": st.sampled_from([{"a"}, {"a", "b"}, {"a", "b"}, {"b"}]),
        "purpose": st.sampled_from(["operate", "operate", "audit"]),
        "throws": st.lists(_throws, min_size=1, max_size=2),
    }
)
KINDS = ("Person", "Person", "Firm", "Firm", "Firm", "Doc", "Doc")


def _graph(case: dict[str, Any]) -> tuple[Items, list[UUID], list[Command], list[Command]]:
    """The records, the ids of entities in order, and the commands that make it so."""
    ids = [new_id() for _ in KINDS]
    items: Items = {}
    made: list[Command] = []
    for record, kind, level in zip(ids, KINDS, case["levels"], strict=True):
        values = {"name": kind, "level": level}
        items[record] = Item(record, kind, dict(values))
        made.append(Create(kind, values, record))
    for kind, pairs in case["ties"].items():
        for one, other, level in pairs:
            source, target = (
                _pick([each for each in ids if items[each].kind == wanted], at)
                for wanted, at in zip(ENDS[kind], (one, other), strict=True)
            )
            if source != target:
                tie = new_id()
                items[tie] = Item(tie, kind, {"level": level}, source, target)
                made.append(Relate(kind, source, target, {"level": level}, id=tie))
    killed: list[Command] = []
    for at in case["dead"]:
        dead = items[ids[at]]
        killed.append(Delete(dead.id))
        for item in items.values():
            if item is dead or (item.kind in ENDS and dead.id in item.ends()):
                item.alive, item.died_with = False, dead.id
        dead.died_with = None
    return items, ids, made, killed


def _pick(found: list[UUID], at: int) -> UUID:
    return found[at % len(found)]


def _commands(case: dict[str, Any], items: Items, ids: list[UUID]) -> list[Command]:
    """Commands that are right in themselves; each record is altered by one of them at the most."""
    commands: list[Command] = []
    used: set[UUID] = set()
    for throw in case["throws"]:
        command = _command(throw, items, ids, used)
        if command is not None:
            commands.append(command)
    return commands


def _command(throw: Throw, items: Items, ids: list[UUID], used: set[UUID]) -> Command | None:
    free = [each for each in ids if items[each].alive and each not in used]
    ties = [
        each.id
        for each in items.values()
        if each.kind in ENDS and each.alive and each.id not in used
    ]
    texts = dict.fromkeys(throw.fields - {"level"}, "new")
    values: dict[str, object] = {
        **texts,
        **({"level": throw.level} if "level" in throw.fields else {}),
    }
    weight: dict[str, object] = {"level": throw.level} if throw.one % 2 else {}
    match throw.verb:
        case "create":
            return Create(KINDS[throw.one % 7], {"name": "New", **values}, new_id())
        case "relate":
            ends = [
                _pick([each for each in ids if items[each].kind == wanted], at)
                for wanted, at in zip(ENDS[throw.kind], (throw.one, throw.other), strict=True)
            ]
            if ends[0] == ends[1]:
                return None
            return Relate(throw.kind, ends[0], ends[1], weight, id=new_id())
        case "restore":
            dead = [each for each in ids if not items[each].alive and each not in used]
            return _once(Restore(dead[0]), used, dead[0]) if dead else None
        case "update" | "delete" if free:
            record = _pick(free, throw.one)
            act = Update(record, values) if throw.verb == "update" else Delete(record)
            return _once(act, used, record)
        case "merge" if free:
            goes = _pick(free, throw.one)
            alike = [each for each in free if each != goes and items[each].kind == items[goes].kind]
            return _once(Merge(goes, alike[0]), used, goes, alike[0]) if alike else None
        case "end" | "change" | "correct" | "move" | "remove" if ties:
            return _on_tie(throw, items[_pick(ties, throw.one)], items, weight, used)
    return None


def _on_tie(
    throw: Throw, tie: Item, items: Items, weight: dict[str, object], used: set[UUID]
) -> Command | None:
    command: Command
    match throw.verb:
        case "end" | "change" if tie.kind != "WorksAt":
            return None
        case "end":
            command = End(tie.id, PAST if throw.other % 2 else "2999-01-01")
        case "change":
            command = Change(tie.id, PAST, weight, successor=new_id())
        case "remove":
            command = Remove(tie.id)
        case _:
            sources = [each.id for each in items.values() if each.kind == ENDS[tie.kind][0]]
            moved = _pick(sources, throw.other) if throw.verb == "move" else None
            if moved == tie.target:
                return None
            command = Correct(tie.id, weight, source=moved)
    return _once(command, used, tie.id)


def _once(command: Command, used: set[UUID], *records: UUID) -> Command:
    used.update(records)
    return command


async def _everything(house: Stored) -> dict[str, list[str]]:
    return {
        name: sorted(map(repr, await house.rows(name))) for name in house.tables.metadata.tables
    }


@tried(60)
@given(case=_cases)
async def test_a_unit_is_allowed_exactly_when_the_judge_says_so(
    house: Stored, case: dict[str, Any]
) -> None:
    items, ids, made, killed = _graph(case)
    await house.apply(*made)
    for command in killed:
        await house.apply(command)
    given_policies = [
        *_open(case["read"], READ),
        *_open(case["written"], CREATE | UPDATE | DELETE),
        *_open(case["related"], RELATE),
        *case["paths"],
        *case["loose"],
        *case["policies"],
    ]
    me = None if case["me"] is None else ids[case["me"]]
    firm = None if case["firm"] is None else ids[case["firm"]]
    who = Who(me, firm, frozenset(case["roles"]), case["purpose"])
    judge = Judge(items, [rule for _, rule in given_policies], who)
    commands = _commands(case, items, ids)
    if not commands:
        return
    allowed = judge.allows(commands)
    guarded = Stored(
        house.connections,
        with_administrators(house.catalogue, {new_id(): each for each, _ in given_policies}, []),
        house.tables,
        house.clock,
    )
    assert guarded.catalogue.authority == judge.authority
    before = await _everything(house)
    refusal = await _refusal(guarded, Principal(who.id, who.firm, who.roles, who.purpose), commands)
    assert (refusal is None) == allowed, (refusal, commands)
    if refusal is not None:
        told = refusal.problems if isinstance(refusal, Problems) else (refusal,)
        assert all(isinstance(each, _REFUSALS) for each in told), refusal
        assert await _everything(house) == before


async def _refusal(
    house: Stored, principal: Principal, commands: list[Command]
) -> RelatumError | None:
    try:
        await run_unit(lambda unit: unit.apply(commands), house, principal)
    except RelatumError as error:
        return error
    return None


_REFUSALS = (BadReference, Conflict, Forbidden, NotFound, UnknownField)
