"""Savings as trees of records and ties, and what becomes of them: commands, and the places of problems.

Records are walked from the outermost inwards. Their ids are drawn here, so that ties can name them before anything is
written; those that are known by a key get theirs from `keys`.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from relatum.catalogue.model import End
from relatum.clock import utc_now
from relatum.identifiers import new_id
from relatum.writing import entities, ties
from relatum.writing.claims import claims_at_all
from relatum.writing.commands import UNCHANGED, Command, Correct, Create, Outcome, Relate, Update
from relatum.writing.drafts import Batch
from relatum.writing.forms import END_NAMES, PERIOD_COLUMNS, Form
from relatum.writing.plan import Plan
from relatum.writing.rights import Rights
from relatum.writing.saving import NODE, Saving, Tied
from relatum_schemas.errors import (
    BadReference,
    BadValue,
    Path,
    PathStep,
    Problems,
    RelatumError,
    Required,
)

Tell = Callable[[Path], Path]
"""From a path that begins with a command's index to the place in what the caller was given."""

Known = tuple[Form, tuple[str, ...], str, tuple[object, ...]]
"""A key: of which type, which fields (none for an external key), the external key's source, the values."""


@dataclass(eq=False)
class Node:
    """A record of the tree.

    Attributes:
        saving: what is asked.
        form: of its type.
        path: where it stands.
        root: index of the saving that it belongs to.
        id: its id, drawn unless it is there.
        stored: whether it is there, so that it is changed, not made.
        ends: of a tie, the records given for its ends.
    """

    saving: Saving
    form: Form
    path: Path
    root: int
    id: UUID
    stored: bool
    ends: dict[str, UUID] = field(default_factory=dict)

    def tell(self, rest: Path) -> Path:
        """Where a problem of its command stands."""
        return (*self.path, *rest)


@dataclass(frozen=True, eq=False)
class Bond:
    """A tie of the tree: the end of a record that it hangs on, and the record at its other end if that can stand there."""

    end: End
    near: Node
    far: Node | UUID | None
    tied: Tied
    path: Path

    @property
    def root(self) -> int:
        """Index of the saving that it belongs to."""
        return self.near.root

    @property
    def far_id(self) -> UUID:
        """The record at the other end."""
        return self.far.id if isinstance(self.far, Node) else self.far or self.near.id

    @property
    def at_source(self) -> bool:
        """Whether the record that it hangs on is its source, as it is stored."""
        side = self.end.side
        return self.near.id <= self.far_id if side == "either" else side == "source"

    def tell(self, rest: Path) -> Path:
        """Where a problem of its command stands: one of its far end at the id or the record given there."""
        if not rest or rest[0] not in END_NAMES:
            return (*self.path, *rest)
        if (rest[0] == "source") == self.at_source:
            return self.path
        return (*self.path, "id" if isinstance(self.tied.to, UUID) else NODE, *rest[1:])


@dataclass
class Tree:
    """Savings taken apart.

    Attributes:
        place: where they stand in what the caller was given.
        nodes: their records.
        bonds: their ties.
        problems: what is wrong with their shape.
        keys: the records that are known by each key.
    """

    place: Path
    nodes: list[Node] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)
    problems: list[RelatumError] = field(default_factory=list)
    keys: dict[Known, list[Node]] = field(default_factory=dict)

    def problem(self, error: RelatumError, path: Path, *further: PathStep) -> None:
        """Note what is wrong at a place."""
        self.problems.append(error.at(*path, *further))

    def tell(self, path: Path) -> Path:
        """Where a problem of the commands stands in the tree."""
        if not path:
            return self.place
        at, *rest = path
        assert isinstance(at, int)
        within = at - len(self.nodes)
        told = self.nodes[at] if within < 0 else self.bonds[within]
        return told.tell(tuple(rest))

    def commands(self) -> list[Command]:
        """What makes the tree: its records, then its ties."""
        return [*map(_command, self.nodes), *map(_relating, self.bonds)]

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """What was done to each saving, with what was done along with it."""
        first: dict[int, Outcome] = {}
        along: dict[int, list[Outcome]] = {}
        for each, outcome in zip(self._parts(), outcomes, strict=True):
            if each.root in first:
                along.setdefault(each.root, []).append(outcome)
            else:
                first[each.root] = outcome
        return [
            replace(outcome, consequences=(*outcome.consequences, *along[root]))
            if root in along
            else outcome
            for root, outcome in first.items()
        ]

    def _parts(self) -> list[Node | Bond]:
        """What the commands make, in their order."""
        return [*self.nodes, *self.bonds]

    def raise_problems(self, plan: Plan, rights: Rights, *, trusted: bool) -> None:
        """Refuse a tree of a wrong shape, telling at once what is wrong with its values, too.

        Raises:
            RelatumError: the one problem found, or `Problems` with all of them.
        """
        for node in self.nodes:
            self.problems += _lacking(node)
        if not self.problems:
            return
        commands = list(self._new())
        try:
            rights.refuse_impossible(claims_at_all(plan.forms, commands))
        except RelatumError as error:
            retold(error, self.tell)
            raise
        batch = Batch(plan, now=utc_now(), trusted=trusted)
        for at, command in commands:
            match command:
                case Create():
                    entities.create(batch, at, command)
                case Relate():
                    ties.relate(batch, at, command)
        for problem in batch.problems:
            retold(problem, self.tell)
        batch.problems = [*self.problems, *batch.problems]
        batch.raise_problems()

    def _new(self) -> Iterator[tuple[int, Command]]:
        """The commands that make records and ties, as far as it is known that they do."""
        for at, each in enumerate(self._parts()):
            if isinstance(each, Bond):
                yield at, _relating(each)
            elif not each.stored and each.saving.key is None and not list(_lacking(each)):
                yield at, _command(each)


def grown(plan: Plan, savings: Sequence[Saving], place: Path) -> Tree:
    """The tree of savings, with all that is wrong with its shape."""
    tree = Tree(place)
    waiting: deque[Node] = deque()
    for at, saving in enumerate(savings):
        _take(tree, plan, saving, (*place, at), at, waiting)
    while waiting:
        near = waiting.popleft()
        for name, tied in near.saving.ends.items():
            try:
                end = plan.catalogue.end(near.form.name, name)
            except RelatumError as error:
                tree.problem(error, near.path, name)
                continue
            for at, each in enumerate(tied):
                path = (*near.path, name, at)
                far = _far(tree, plan, near, end, each, path, waiting)
                tree.bonds.append(Bond(end, near, far, each, path))
    return tree


def _take(
    tree: Tree, plan: Plan, saving: Saving, path: Path, root: int, waiting: deque[Node]
) -> Node | None:
    try:
        form = plan.forms[plan.catalogue.record_type(saving.type).name]
    except RelatumError as error:
        tree.problem(error, path, "type")
        return None
    node = Node(saving, form, path, root, saving.id or new_id(), saving.id is not None)
    if saving.id is not None and saving.key is not None:
        tree.problem(BadValue("A record is known by its id or by a key, not by both."), path, "key")
    if saving.if_version is not None and saving.id is None:
        hint = "Leave it out."
        stray = BadValue("Only of a record given by its id the version is known.", hint=hint)
        tree.problem(stray, path, "if_version")
    if form.is_tie:
        _take_ends(tree, plan, node)
    tree.nodes.append(node)
    waiting.append(node)
    return node


def _take_ends(tree: Tree, plan: Plan, node: Node) -> None:
    """Read which records a tie that is saved like a record stands between."""
    kind = plan.catalogue.field("Record", "id").kind
    for name in END_NAMES:
        if node.saving.values.get(name) is not None:
            try:
                node.ends[name] = kind.parse(node.saving.values[name])
            except RelatumError as error:
                tree.problem(error, node.path, name)
                node.ends[name] = node.id


def _far(
    tree: Tree,
    plan: Plan,
    near: Node,
    end: End,
    tied: Tied,
    path: Path,
    waiting: deque[Node],
) -> Node | UUID | None:
    """What stands at the other end of a tie; None when it cannot, which is noted."""
    if isinstance(tied.to, UUID):
        return tied.to
    far = _take(tree, plan, tied.to, (*path, NODE), near.root, waiting)
    if far is not None and far.form.name not in end.others:
        asked = end.other or " or ".join(end.others)
        message = f"A {far.form.name} cannot stand here: {end.name!r} asks for {asked}."
        tree.problem(BadReference(message), far.path)
    return far


def _lacking(node: Node) -> Iterator[RelatumError]:
    """The ends that a tie to make lacks."""
    if node.form.is_tie and not node.stored:
        for name in END_NAMES:
            if name not in node.ends:
                yield Required(f"A {node.form.name} needs its {name}.", path=(*node.path, name))


def _command(node: Node) -> Command:
    """The command that makes or changes a record."""
    saving, keys = node.saving, node.saving.external_keys
    values = dict(saving.values)
    if not node.stored and saving.key is not None:
        values = {**saving.key.values, **values}
        keys = keys if saving.key.external is None else (*keys, saving.key.external)
    if node.form.is_tie:
        return _tie_command(node, values, keys)
    if node.stored:
        return Update(node.id, values, saving.if_version, saving.type, keys)
    return Create(saving.type, values, node.id, keys)


def _tie_command(
    node: Node, values: dict[str, object], keys: tuple[tuple[str, str], ...]
) -> Command:
    period: dict[str, Any] = {
        name: values.pop(name) for name in PERIOD_COLUMNS if name in values and node.form.has_period
    }
    values = {name: value for name, value in values.items() if name not in END_NAMES}
    saving, ends = node.saving, node.ends
    if not node.stored:
        return Relate(
            saving.type,
            ends["source"],
            ends["target"],
            values,
            period.get("valid_from"),
            period.get("valid_to"),
            node.id,
            keys,
        )
    return Correct(
        node.id,
        values,
        period.get("valid_from", UNCHANGED),
        period.get("valid_to", UNCHANGED),
        ends.get("source"),
        ends.get("target"),
        saving.if_version,
        saving.type,
        keys,
    )


def _relating(bond: Bond) -> Relate:
    """The command that makes a tie."""
    tied, near, far = bond.tied, bond.near.id, bond.far_id
    source, target = (far, near) if bond.end.side == "target" else (near, far)
    return Relate(
        bond.end.relationship, source, target, tied.values, tied.valid_from, tied.valid_to
    )


def retold(error: RelatumError, tell: Tell) -> None:
    """Let an error, or each of several, say its place as the caller knows it."""
    for each in error.problems if isinstance(error, Problems) else (error,):
        each.path = tell(each.path)
