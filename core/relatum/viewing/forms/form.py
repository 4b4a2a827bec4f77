"""A form: what it asks for, what is given so far, what is wrong with that, and what is done when it is sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from relatum.viewing.choosing import chosen
from relatum.viewing.desk import Desk
from relatum.viewing.filters import published_choices
from relatum.viewing.forms.naming import ids_in, named_by
from relatum.viewing.forms.once import Once, once
from relatum.viewing.forms.posted import (
    KEY,
    MOST,
    Pairs,
    Tree,
    branch,
    crowded,
    items,
    key_in,
    leaves,
    tree_of,
)
from relatum.viewing.forms.translating import Translating
from relatum.viewing.forms.wanted import HIDDEN, Wanted
from relatum.viewing.shown import Cell, Choice, Named
from relatum.viewing.speaking import within
from relatum_schemas import kinds
from relatum_schemas.errors import KeyReused, NotFound, Problems, RelatumError, TooLarge
from relatum_schemas.kinds import FileReference

Say = Callable[[Any], tuple[Cell, ...]]
"""Says what came of it."""

Act = Callable[[Mapping[str, object], Once | None], Awaitable[Any]]
"""What is done with what a form was sent with, in wire form by name; once for its key, if it has one."""

Choose = Callable[[str, int], Awaitable[tuple[Choice, ...]]]
"""Records to choose from, by words, and how many at most."""


@dataclass(frozen=True)
class Input:
    """A field of a form.

    Attributes:
        name: under which a browser sends it: ``paint.colour``, ``coats.0.thickness``.
        title: what people call it.
        help: a sentence about it.
        kind: what is asked for: as of columns, or ``group`` (`parts`), ``list`` (`items`), ``record``, ``hidden``.
        required: whether the form cannot be sent without.
        text: what stands there.
        texts: what is chosen, of ``choices``.
        choices: the values that there are, where they are known.
        types: of which types a record may be.
        named: the record that stands there.
        file: the file that stands there.
        parts: the fields that it consists of, of objects, money, addresses.
        items: what stands in a list.
        blank: one thing more for a list; ``{}`` stands in its names for a number.
        problem: what is wrong with it, in words.
    """

    name: str
    title: str
    help: str
    kind: str
    required: bool
    text: str = ""
    texts: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    types: tuple[str, ...] = ()
    named: Named | None = None
    file: FileReference | None = None
    parts: "tuple[Input, ...]" = ()
    items: "tuple[Input, ...]" = ()
    blank: "Input | None" = None
    problem: str | None = None


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        name: of the action, or of the type of the record.
        title: what people call what it does.
        help: a sentence about it.
        problem: what is wrong with all of it, in words.
        key: stands in a hidden field: what is sent twice with one key is done once. None for a form that changes nothing,
            and for nobody in particular.
    """

    name: str
    title: str
    help: str
    problem: str | None = None
    key: str | None = None
    _desk: Desk = field(kw_only=True, repr=False)
    _wanted: Mapping[str, Wanted] = field(kw_only=True, repr=False)
    _act: Act = field(kw_only=True, repr=False)
    _say: Say = field(kw_only=True, default=lambda _: (), repr=False)
    _choosing: Mapping[str, Choose] = field(kw_only=True, default_factory=dict, repr=False)
    _tree: Tree = field(kw_only=True, default_factory=dict, repr=False)
    _known: Mapping[str, Named] = field(kw_only=True, default_factory=dict, repr=False)
    _problems: Mapping[str, str] = field(kw_only=True, default_factory=dict, repr=False)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The fields, with what stands in them; the last is hidden and has the key."""
        asked = (self._input(each, (), self._tree) for each in self._wanted.values())
        hidden = [] if self.key is None else [Input(KEY, KEY, "", HIDDEN, True, self.key)]
        return (*asked, *hidden)

    async def choose(self, name: str, text: str = "", *, first: int = 20) -> tuple[Choice, ...]:
        """Records that may stand in a field, as whoever sees the form may see them.

        Args:
            name: of a field of kind ``record``, as browsers send it.
            text: words of what is looked for; without any the first by name.
            first: how many at most.

        Raises:
            NotFound: there is no such field.
        """
        names = name.split(".")
        wanted = _found(self._wanted, names)
        if wanted is None or not wanted.types:
            raise NotFound(f"There is no field {name!r} for records.", path="name")
        if names[0] in self._choosing:
            return await self._choosing[names[0]](text, first)
        return await chosen(self._desk.reads, wanted.types, text, first=first)

    async def filled(self, pairs: Pairs) -> "Form":
        """The form with what a browser has sent, which is neither judged nor done.

        Args:
            pairs: names with texts, or with files that are stored already. ``add`` with the name of a list puts one thing
                more into it, ``drop`` with the name of one takes it away. A list has a hundred at most.
        """
        sent = list(pairs)
        tree, added = tree_of(sent)
        for name in added:
            if self._has_list(names := name.split(".")):
                tree = _with_one_more(tree, names)
        over = {name: self._too_many for name in crowded(tree) if self._has_list(name.split("."))}
        for name in over:
            tree = _with_fewer(tree, name.split("."))
        form = await self._with(tree)
        key = self.key and (key_in(sent) or self.key)
        return replace(form, key=key, _problems=over)

    async def submit(self, pairs: Pairs) -> "Sent":
        """Do what the form is for.

        Args:
            pairs: as for `filled`.
        """
        form = await self.filled(pairs)
        if form._problems:
            return Sent(False, None, form)
        given = form._translating.given(self._wanted, form._tree)
        try:
            result = await self._act(given, once(form.key, self.name, given))
        except KeyReused:
            # Whoever sends it once more wants it done once more.
            return Sent(False, None, replace(form._refused(_sent_before()), key=self.key))
        except RelatumError as error:
            return Sent(False, None, form._refused(error))
        return Sent(True, result, form, self._say(result))

    async def _with(self, tree: Tree) -> "Form":
        ids = {each for wanted in self._wanted.values() for each in ids_in(wanted, tree)}
        known = await named_by(self._desk, ids - self._known.keys())
        return replace(
            self, _tree=tree, _known={**self._known, **known}, _problems={}, problem=None
        )

    def _refused(self, error: RelatumError) -> "Form":
        """The form with what is wrong with it."""
        problems: dict[str, str] = {}
        general: list[str] = []
        for each in error.problems if isinstance(error, Problems) else (error,):
            said = self._desk.titles.error(each)
            steps = [str(step) for step in each.path]
            while steps and _found(self._wanted, steps) is None:
                steps.pop()
            if steps:
                problems.setdefault(".".join(steps), said)
            else:
                general.append(said)
        return replace(self, problem=" ".join(general) or None, _problems=problems)

    def _has_list(self, names: Sequence[str]) -> bool:
        """Whether there is a list by a name: a browser may send any."""
        wanted = _found(self._wanted, names)
        return wanted is not None and wanted.item is not None

    @property
    def _too_many(self) -> str:
        return self._desk.titles.error(TooLarge(f"A form takes {MOST} of these at most."))

    @property
    def _translating(self) -> Translating:
        return Translating(self._desk.titles.locale, self._desk.speaking.zone)

    def _input(self, wanted: Wanted, outer: tuple[str, ...], tree: Tree) -> Input:
        path = (*outer, wanted.name)
        name = ".".join(path)
        plain = Input(
            name=name,
            title=wanted.title,
            help=wanted.help,
            kind=wanted.word,
            required=wanted.required,
            choices=wanted.choices,
            types=wanted.types,
            problem=self._problems.get(name),
        )
        if wanted.item is not None:
            return self._list(plain, wanted.item, path, tree, wanted)
        parts = wanted.parts if wanted.parts is not None else self._parts(wanted)
        if parts:
            inner = branch(tree, wanted.name)
            return replace(
                plain, parts=tuple(self._input(each, path, inner) for each in parts.values())
            )
        return self._leaf(plain, wanted, leaves(tree, wanted.name))

    def _list(
        self, plain: Input, item: Wanted, path: tuple[str, ...], tree: Tree, wanted: Wanted
    ) -> Input:
        listed = tuple(
            self._input(replace(item, name=str(number)), path, {str(number): each})
            for number, each in enumerate(items(tree, wanted.name))
        )
        return replace(plain, items=listed, blank=self._input(replace(item, name="{}"), path, {}))

    def _leaf(self, plain: Input, wanted: Wanted, sent: Sequence[str | FileReference]) -> Input:
        files = [each for each in sent if isinstance(each, FileReference)]
        texts = tuple(each for each in sent if isinstance(each, str))
        named = self._known.get(texts[-1]) if wanted.types and texts else None
        text = texts[-1] if texts else ""
        return replace(
            plain,
            text=text,
            texts=texts,
            named=named,
            file=files[-1] if files else None,
        )

    def _parts(self, wanted: Wanted) -> Mapping[str, Wanted]:
        """The parts of a value that has several."""
        kind = None if wanted.kind is None else within(wanted.kind)
        if not isinstance(kind, kinds.CompositeKind) or isinstance(kind, kinds.FileKind):
            return {}
        required = kind.required_parts if wanted.required else frozenset[str]()
        return {
            name: Wanted(
                name=name,
                title=self._desk.titles.part(name),
                kind=part,
                required=name in required,
                choices=published_choices(self._desk.speaking, part),
            )
            for name, part in kind.parts.items()
        }


@dataclass(frozen=True)
class Sent:
    """What came of sending a form.

    Attributes:
        done: whether it was done.
        result: what the action returned, records as the caller may see them; of a record that was saved its id.
        form: the form as it was sent, with what is wrong with it.
        shown: what the action returned, in words: a price, the members of an object; nothing of a record.
    """

    done: bool
    result: Any
    form: Form
    shown: tuple[Cell, ...] = ()


def _sent_before() -> KeyReused:
    return KeyReused(
        "This was sent before, with other entries. If you send it again, it is done once more."
    )


async def opened(form: Form, values: Mapping[str, object]) -> Form:
    """A form with what stands in it at first: values in Python or wire form, by name; else defaults."""
    tree = {
        name: each
        for name, wanted in form._wanted.items()
        if (each := _planted(form, wanted, values.get(name, wanted.default)))
    }
    return await form._with(tree)


def _planted(form: Form, wanted: Wanted, value: object) -> Any:
    translating = form._translating
    if wanted.item is not None:
        given = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        return {str(at): _planted(form, wanted.item, each) for at, each in enumerate(given)}
    parts = wanted.parts if wanted.parts is not None else form._parts(wanted)
    if parts:
        members = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
        found = {
            name: _planted(form, part, members.get(name, part.default))
            for name, part in parts.items()
        }
        return {name: each for name, each in found.items() if each}
    if wanted.word == "file":  # words, as of an address, name no file
        known = isinstance(value, FileReference | Mapping)
        return [FileReference.model_validate(value)] if known else []
    return list(translating.texts(wanted, value))


def _found(wanted: Mapping[str, Wanted], names: Sequence[str]) -> Wanted | None:
    """What a form asks for under a name."""
    name, *rest = names
    found = wanted.get(name)
    while found is not None and rest:
        name, *rest = rest
        if found.item is not None:
            found = found.item if name.isdecimal() or name == "{}" else None
        elif found.parts is not None:
            found = found.parts.get(name)
        else:
            kind = None if found.kind is None else within(found.kind)
            part = kind.parts.get(name) if kind is not None else None
            found = None if part is None else Wanted(name=name, title=name, kind=part)
    return found


def _with_one_more(tree: Tree, names: Sequence[str]) -> Tree:
    """A tree with one empty thing more in a list."""
    name, *rest = names
    if rest:
        return {**tree, name: _with_one_more(branch(tree, name), rest)}
    return {**tree, name: {str(at): each for at, each in enumerate([*items(tree, name), {}])}}


def _with_fewer(tree: Tree, names: Sequence[str]) -> Tree:
    """A tree with no more things in a list than it takes."""
    name, *rest = names
    if rest:
        return {**tree, name: _with_fewer(branch(tree, name), rest)}
    return {**tree, name: {str(at): each for at, each in enumerate(items(tree, name)[:MOST])}}
