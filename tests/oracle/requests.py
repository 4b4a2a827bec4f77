"""Random requests that have a meaning, over any catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from relatum.catalogue.model import RECORD, Catalogue, End, Field, RelationshipType
from relatum.catalogue.model import Field as FieldOf
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    All,
    AnyOf,
    AnyTime,
    At,
    Bucket,
    Clock,
    Compare,
    Condition,
    Connection,
    CursorOutput,
    EdgesItem,
    EndOutput,
    FieldOutput,
    FieldPath,
    Form,
    Function,
    GroupKey,
    Having,
    Holds,
    IsType,
    KeyOutput,
    Many,
    Measure,
    MeasureOutput,
    Neighbourhood,
    NodesItem,
    Not,
    Now,
    ObjectOutput,
    One,
    OnRecord,
    Operator,
    Order,
    Overlaps,
    Page,
    PageInfoItem,
    Parameter,
    Related,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    ShortestPath,
    Step,
    TextOutput,
    TotalCountItem,
)
from tests.oracle.aggregates import measure_kind
from tests.oracle.pools import LOOKUPS, MOMENTS, RECORDED, pool
from tests.oracle.shapes import Shape, of_name
from tests.oracle.sight import read_moment
from tests.oracle.values import as_instant

Draw = Callable[[st.SearchStrategy[Any]], Any]

LISTS = (Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL)
LOOSE = (Operator.STARTS_WITH, Operator.CONTAINS)
FACTS = ("has_next_page", "has_previous_page", "start_cursor", "end_cursor")


@dataclass
class Asking:
    """A request in the making."""

    draw: Draw
    catalogue: Catalogue
    types: Sequence[str]
    """Types that there are records of."""
    ids: Sequence[str]
    """Ids of records, one that there is not among them."""
    parameters: dict[str, object] = field(default_factory=dict)
    keys: int = 0
    past: bool = False
    speaks: Callable[[str, str], bool] = lambda _, __: True
    """Whether whoever asks may name a field of a type."""

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of several."""
        return self.draw(st.sampled_from(choices))

    def chance(self, in_ten: int) -> bool:
        """True that often."""
        return bool(self.draw(st.integers(0, 9)) >= 10 - in_ten)

    def several(self, most: int, least: int = 0) -> range:
        """A count to loop over."""
        return range(self.draw(st.integers(least, most)))

    def key(self) -> str:
        """A key of its own."""
        self.keys += 1
        return f"k{self.keys}"

    def value(self, value: object) -> Any:
        """A literal, or a parameter that is bound to it."""
        if not self.chance(3):
            return value
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return Parameter(parameter=name, many=isinstance(value, list))

    # ------------------------------------------------------------------------------ paths

    def fields(self, shape: Shape) -> list[Field]:
        """The fields that rows of a shape have."""
        names = self.catalogue.fields(shape.name or shape.types[0])
        return [shape.field(name) for name in names if self._has(shape, name)]

    def _has(self, shape: Shape, name: str) -> bool:
        if shape.name:
            return True
        kinds = [self.catalogue.fields(each).get(name) for each in shape.types]
        first = kinds[0]
        return first is not None and all(
            each is not None and each.kind == first.kind for each in kinds
        )

    def ends(self, shape: Shape) -> list[End]:
        """The ends that rows of a shape have."""
        if shape.name:
            return list(self.catalogue.ends(shape.name).values())
        held = [self.catalogue.ends(each) for each in shape.types]
        return [
            end
            for name, end in held[0].items()
            if all(
                name in each
                and (each[name].relationship, each[name].side) == (end.relationship, end.side)
                for each in held
            )
        ]

    def an_end(self, shape: Shape) -> End:
        """An end of rows of a shape, mostly one that there are ties at."""
        ends = self.ends(shape)
        tied = [end for end in ends if end.relationship in self.types]
        end: End = self.pick(tied if tied and self.chance(9) else ends)
        return end

    def crossings(self, shape: Shape) -> list[Any]:
        """The ways across from rows of a shape."""
        if not isinstance(self.catalogue.types.get(shape.name), RelationshipType):
            return []
        return ["source", "target", *(["node"] if shape.reached else [])]

    def steps(self, shape: Shape) -> tuple[tuple[Step, ...], Shape]:
        """Single-valued steps, often none."""
        steps: list[Step] = []
        while self.chance(3) and len(steps) < 3:
            possible = [
                *(Step(across=across) for across in self.crossings(shape)),
                *(
                    Step(end=end.name, edge=edge)
                    for end in self.ends(shape)
                    if end.to_one
                    for edge in (False, True)
                ),
            ]
            if not possible:
                break
            steps.append(self.pick(possible))
            shape = shape.along(FieldPath(steps=(steps[-1],), field="id"))
        return tuple(steps), shape

    def path(
        self, shape: Shape, admits: Callable[[FieldOf, Kind, bool], bool]
    ) -> tuple[FieldPath, FieldOf, Kind]:
        """A path to a value whose kind is admitted; `id` always has to be."""
        steps, arrived = self.steps(shape)
        possible: list[tuple[FieldOf, str | None, Kind]] = []
        everything = not arrived.types or self.chance(1)
        for each in self.fields(arrived):
            if not (everything or any(self.speaks(name, each.name) for name in arrived.types)):
                continue
            whole: list[tuple[FieldOf, str | None, Kind]] = [(each, None, each.kind)]
            parts = [(each, name, kind) for name, kind in each.kind.parts.items()]
            possible += [
                (declared, part, kind)
                for declared, part, kind in (*whole, *parts)
                if admits(declared, kind, part is not None)
            ]
        chosen, part, kind = self.pick(possible)
        return FieldPath(steps=steps, field=chosen.name, part=part), chosen, kind

    # ------------------------------------------------------------------------------ conditions

    def condition(self, shape: Shape, depth: int = 2) -> Condition:
        """A condition on rows of a shape."""
        kinds = ["compare", "compare", "compare", "type"]
        kinds += ["words"] if self.searched(shape) and not self.past else []
        if depth:
            kinds += ["all", "any", "not"]
            kinds += ["related"] * 2 if self.ends(shape) else []
            kinds += ["record"] * 2 if self.crossings(shape) else []
        match self.pick(kinds):
            case "compare":
                return self.compare(shape)
            case "words":
                path = FieldPath(field=self.pick(self.searched(shape)))
                value = self.value(self.pick(LOOKUPS))
                return Compare(path=path, operator=Operator.MATCHES, value=value)
            case "type":
                return IsType(
                    types=tuple(self.pick(sorted(self.catalogue.types)) for _ in self.several(2, 1))
                )
            case "related":
                end = self.an_end(shape)
                inner = self.condition(shape.at_end(end), depth - 1) if self.chance(8) else None
                quantifier = self.pick(("some", "every", "none"))
                return Related(
                    end=end.name, quantifier=quantifier, condition=inner, holds=self.holds()
                )
            case "record":
                across = self.pick(self.crossings(shape))
                inner = self.condition(shape.across(across), depth - 1) if self.chance(8) else None
                return OnRecord(across=across, condition=inner)
            case "not":
                return Not(condition=self.condition(shape, depth - 1))
            case joined:
                of = tuple(self.condition(shape, depth - 1) for _ in self.several(2))
                return All(of=of) if joined == "all" else AnyOf(of=of)

    def searched(self, shape: Shape) -> list[str]:
        """The fields whose words whoever asks may search."""
        return [
            each.name
            for each in self.fields(shape)
            if each.searchable and any(self.speaks(name, each.name) for name in shape.types)
        ]

    def compare(self, shape: Shape) -> Compare:
        """A comparison."""
        path, declared, kind = self.path(shape, lambda *_: True)
        operator = self.pick(sorted(kind.operators))
        return Compare(path=path, operator=operator, value=self.given(declared, kind, operator))

    def given(self, declared: FieldOf | None, kind: Kind, operator: Operator) -> Any:
        """What a value is compared with; now and then nothing."""
        if self.chance(1):
            return self.value(None)
        if operator is Operator.IS_NULL:
            return self.value(self.pick((True, False)))
        if operator in LOOSE:
            return self.value(self.pick(LOOKUPS))
        choices = self.choices(declared, kind)
        if operator in LISTS:
            listed = [self.pick(choices) for _ in self.several(3)]
            return self.value([*listed, *([None] if self.chance(1) else [])])
        return self.value(self.pick(choices))

    def choices(self, declared: FieldOf | None, kind: Kind) -> Sequence[Any]:
        """Values of a field in wire form."""
        name = declared.name if declared else ""
        if name == "id":
            return self.ids
        if name == "type":
            return sorted(self.catalogue.types)
        if name == "version":
            return (1, 2, 3)
        if name == "recorded_at":
            return [each.isoformat() for each in RECORDED]
        if name == "label":
            return ("Ärger", "a b b", "b", "x straße", "ﬁn")
        return kind.of.codes if kind.name == "choices" else pool(kind)  # type: ignore[attr-defined]  # a list's

    def holds(self) -> Holds | None:
        """When ties have to hold; mostly now."""
        match self.draw(st.integers(0, 7)):
            case 4:
                return Now()
            case 5:
                return AnyTime()
            case 6:
                return At(at=self.value(self.pick((None, *MOMENTS))))
            case 7:
                first, second = self.pick((None, *MOMENTS)), self.pick((None, *MOMENTS))
                if first is not None and second is not None:
                    first, second = sorted((first, second), key=self._instant)
                    if self._instant(first) == self._instant(second):
                        second = None
                return Overlaps(start=self.value(first), end=self.value(second))
            case _:
                return None

    def _instant(self, moment: str) -> Any:
        read = read_moment(moment)
        assert read is not None
        return as_instant(read, self.catalogue.zone)

    # ------------------------------------------------------------------------------ forms

    def orders(self, shape: Shape) -> tuple[Order, ...]:
        """An order, often none."""
        orders = []
        for _ in self.several(2):
            path, _, _ = self.path(shape, lambda _, kind, __: kind.sortable)
            orders.append(Order(path=path, descending=self.chance(5)))
        return tuple(orders)

    def page(self) -> Page | None:
        """A window without a cursor."""
        match self.draw(st.integers(0, 5)):
            case 3:
                return Page(first=self.value(self.pick((0, 1, 2, 3, None))))
            case 4:
                return Page(last=self.value(self.pick((0, 1, 2, 3, None))))
            case 5:
                return Page(first=self.value(2), after=self.value(None))
            case _:
                return None

    def rows_form(self, shape: Shape, depth: int) -> Form:
        """One, many or a connection."""
        match self.draw(st.integers(0, 4)):
            case 0:
                return One(outputs=self.outputs(shape, depth))
            case 1 | 2:
                return Many(outputs=self.outputs(shape, depth))
            case _:
                return self.connection(shape, depth)

    def connection(self, shape: Shape, depth: int) -> Connection:
        """A connection."""
        items: list[Any] = []
        for kind in self.draw(st.permutations(("edges", "nodes", "info", "count", "text"))):
            if not self.chance(6):
                continue
            match kind:
                case "edges":
                    own = [*self.outputs(shape, depth)]
                    if shape.reached is None:
                        own = [SelfOutput(key=self.key(), outputs=tuple(own))]
                    items.append(
                        EdgesItem(key=self.key(), outputs=(*own, CursorOutput(key=self.key())))
                    )
                case "nodes":
                    far = shape.across("node") if shape.reached else shape
                    items.append(NodesItem(key=self.key(), outputs=self.outputs(far, depth)))
                case "info":
                    facts = tuple((self.key(), name) for name in FACTS if self.chance(8))
                    items.append(PageInfoItem(key=self.key(), facts=facts))
                case "count":
                    items.append(TotalCountItem(key=self.key()))
                case _:
                    items.append(TextOutput(key=self.key(), text="Connection"))
        return Connection(items=tuple(items))

    def outputs(self, shape: Shape, depth: int) -> tuple[Any, ...]:
        """What rows of a shape show."""
        return tuple(self.output(shape, depth) for _ in self.several(4, 1))

    def output(self, shape: Shape, depth: int) -> Any:
        """One output."""
        seen, types = shape, None
        if len(shape.types) > 1 and self.chance(5):
            name = self.pick(shape.types)
            seen, types = Shape(self.catalogue, name, (name,), shape.reached), (name,)
        kinds = ["field", "field", "field", "text"]
        if depth:
            kinds += ["across"] * 2 if self.crossings(seen) else []
            kinds += ["end"] * 3 if self.ends(seen) else []
        match self.pick(kinds):
            case "field":
                return self.field(seen, types)
            case "text":
                return TextOutput(key=self.key(), text=self.pick(("Edge", 'é"\\')), types=types)
            case "across":
                across = self.pick(self.crossings(seen))
                outputs = self.outputs(seen.across(across), depth - 1)
                return AcrossOutput(key=self.key(), across=across, outputs=outputs, types=types)
            case _:
                return self.end(seen, types, depth - 1)

    def field(self, shape: Shape, types: tuple[str, ...] | None) -> FieldOutput:
        """A field, whole or in parts."""
        declared = self.pick(self.fields(shape))
        parts = None
        if declared.kind.parts and self.chance(5):
            names = self.draw(st.permutations(sorted(declared.kind.parts)))[:2]
            parts = tuple((self.key(), name) for name in names)
        texts = (TextOutput(key=self.key(), text="Part"),) if parts and self.chance(3) else ()
        return FieldOutput(
            key=self.key(), field=declared.name, parts=parts, texts=texts, types=types
        )

    def end(self, shape: Shape, types: tuple[str, ...] | None, depth: int) -> EndOutput:
        """Ties at an end."""
        end = self.an_end(shape)
        ties = shape.at_end(end)
        form: Form
        page: Page | None = None
        order: tuple[Order, ...] = ()
        node = False
        if self.chance(2):
            form = self.aggregate(ties)
        else:
            node = self.chance(3)
            if node:
                outputs = self.outputs(ties.across("node"), depth)
                form = self.pick((One, Many))(outputs=outputs)
            else:
                form = self.rows_form(ties, depth)
            order = self.orders(ties)
            page = None if isinstance(form, One) else self.page()
        return EndOutput(
            key=self.key(),
            end=end.name,
            form=form,
            filter=self.condition(ties, 1) if self.chance(3) else None,
            order=order,
            page=page,
            holds=self.holds(),
            node=node,
            types=types,
        )

    # ------------------------------------------------------------------------------ aggregates

    def aggregate(self, shape: Shape) -> Aggregate:
        """Groups and measures."""
        group_by = tuple(self.group_key(shape) for _ in self.several(2))
        measures = [self.measure(shape) for _ in self.several(3, 1)]
        outputs: list[Any] = [
            KeyOutput(key=self.key(), index=index) for index in range(len(group_by))
        ]
        for measure, kind in measures:
            parts = tuple((self.key(), name) for name in kind.parts) if self.chance(5) else ()
            shown = MeasureOutput(key=self.key(), measure=measure, parts=parts or None)
            outputs.append(
                ObjectOutput(key=self.key(), outputs=(shown,)) if self.chance(3) else shown
            )
        having = tuple(self.having(shape, measures) for _ in self.several(1))
        return Aggregate(group_by=group_by, having=having, outputs=tuple(outputs))

    def group_key(self, shape: Shape) -> GroupKey:
        """A key of a grouping."""
        path, _, kind = self.path(shape, lambda _, kind, __: kind.sortable)
        timely = kind.name in ("date", "datetime")
        return GroupKey(path=path, bucket=self.pick(tuple(Bucket)) if timely else Bucket.VALUE)

    def measure(self, shape: Shape) -> tuple[Measure, Kind]:
        """A measure and the kind of its value."""
        if self.chance(2):
            return Measure(function=Function.COUNT), measure_kind(Function.COUNT, None)
        path, _, kind = self.path(shape, lambda _, kind, __: bool(kind.functions))
        function = self.pick(sorted(kind.functions))
        return Measure(function=function, path=path), measure_kind(function, kind)

    def having(self, shape: Shape, measures: list[tuple[Measure, Kind]]) -> Having:
        """A condition on a measure."""
        measure, kind = self.pick([*measures, self.measure(shape)])
        admitted = sorted(kind.operators - {*LISTS, *LOOSE})
        operator = self.pick(admitted)
        return Having(measure=measure, operator=operator, value=self.given(None, kind, operator))

    # ------------------------------------------------------------------------------ roots

    def clock(self) -> Clock:
        """Both clocks, mostly the present."""
        valid_at = self.value(self.pick((None, *MOMENTS))) if self.chance(2) else None
        recorded_at = None
        if self.chance(2):
            recorded_at = self.value(
                self.pick((*(each.isoformat() for each in RECORDED), *MOMENTS))
            )
        self.past = recorded_at is not None
        return Clock(valid_at=valid_at, recorded_at=recorded_at)

    def root(self) -> RootField:
        """One root field."""
        clock = self.clock()
        kinds = ["rows"] * 7 + ["neighbourhood", "path", *([] if self.past else ["search"] * 2)]
        source: Any
        order: tuple[Order, ...] = ()
        kind = self.pick(kinds)
        if kind == "rows":
            every = (*sorted(self.catalogue.types), *sorted(self.catalogue.traits), RECORD)
            shape = of_name(self.catalogue, self.pick(self.types if self.chance(6) else every))
            filter_ = self.condition(shape) if self.chance(4) else None
            if shape.name == RECORD and self.chance(4):
                filter_ = self.by_id()
            source = Rows(type=shape.name, filter=filter_)
            order = self.orders(shape)
        else:
            shape = of_name(self.catalogue, RECORD)
            source = self.walk(kind)
        form = self.aggregate(shape) if self.chance(2) else self.rows_form(shape, 2)
        if isinstance(form, Aggregate):
            order = ()
        page = None if isinstance(form, One | Aggregate) else self.page()
        return RootField(
            key=self.key(), source=source, form=form, order=order, page=page, clock=clock
        )

    def by_id(self) -> Compare:
        """A condition that names ids."""
        path = FieldPath(field="id")
        if self.chance(5):
            return Compare(path=path, operator=Operator.EQ, value=self.value(self.pick(self.ids)))
        ids = [self.pick(self.ids) for _ in self.several(3)]
        return Compare(path=path, operator=Operator.IN, value=self.value(ids))

    def walk(self, kind: str) -> Any:
        """A source that finds records otherwise than by type."""
        if kind == "search":
            names = (*sorted(self.catalogue.types), *sorted(self.catalogue.traits))
            types = tuple(self.pick(names) for _ in self.several(2))
            return Search(text=self.value(self.pick(LOOKUPS)), types=types)
        ties = sorted(self.catalogue.relationships)
        types = tuple(self.pick(ties) for _ in self.several(3)) if self.chance(4) else ()
        if kind == "neighbourhood":
            depth = self.draw(st.integers(0, 3))
            budget = self.pick((10_000, 1, 2))
            return Neighbourhood(
                id=self.value(self.pick(self.ids)), depth=depth, types=types, budget=budget
            )
        start, end = self.value(self.pick(self.ids)), self.value(self.pick(self.ids))
        return ShortestPath(start=start, end=end, types=types, depth=self.draw(st.integers(0, 6)))


@st.composite
def requests(
    draw: Draw,
    catalogue: Catalogue,
    *,
    types: Sequence[str],
    ids: Sequence[str],
    speaks: Callable[[str, str], bool],
) -> tuple[Request, dict[str, object]]:
    """A request of one root field, and its parameters."""
    asking = Asking(draw, catalogue, types, ids, speaks=speaks)
    request = Request(fields=(asking.root(),))
    return request, asking.parameters
