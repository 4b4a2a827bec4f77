"""Refuses what has no meaning: unknown names and operators, values of the wrong kind, pages of no size."""

from collections.abc import Iterable
from typing import Any

from relatum.catalogue.model import Catalogue, Field
from relatum_schemas.errors import (
    BadPeriod,
    BadSelection,
    BadValue,
    TooLarge,
    UnknownField,
    UnknownOperator,
)
from relatum_schemas.kinds import Kind
from relatum_schemas.policy import Right
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    All,
    AnyOf,
    At,
    Bucket,
    Climb,
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
    GroupOutput,
    Holds,
    IsType,
    Many,
    Measure,
    MeasureOutput,
    Members,
    Neighbourhood,
    NodesItem,
    Not,
    ObjectOutput,
    One,
    OnRecord,
    Operator,
    Order,
    Overlaps,
    Page,
    Related,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    ShortestPath,
)
from tests.oracle.access import Reader
from tests.oracle.aggregates import measure_kind
from tests.oracle.shapes import Shape, of_source
from tests.oracle.sight import read_moment
from tests.oracle.values import Parameters, as_instant, bound, read

LARGEST_PAGE = 1000


class Check:
    """One request's check. Raises the first mistake that it meets."""

    def __init__(self, catalogue: Catalogue, reader: Reader, parameters: Parameters) -> None:
        """Keep what names and values are judged by."""
        self.catalogue = catalogue
        self.reader = reader
        self.parameters = parameters
        self.right = Right.READ
        self.past = False

    def request(self, request: Request) -> None:
        """Check every root field."""
        for root in request.fields:
            self.root(root)

    def root(self, root: RootField) -> None:
        """Check one root field."""
        read_moment(bound(root.clock.valid_at, self.parameters))
        self.past = read_moment(bound(root.clock.recorded_at, self.parameters)) is not None
        self.right = Right.AGGREGATE if isinstance(root.form, Aggregate) else Right.READ
        shape = self.source(root)
        self.orders(root.order, shape)
        self.page(root.page, root.form)
        self.form(root.form, shape)
        self.right = Right.READ

    def source(self, root: RootField) -> Shape:
        """Check a source; gives the shape of its rows."""
        source = root.source
        if not isinstance(source, Rows) and root.order:
            raise BadSelection("Only rows of a type are ordered by choice.")
        match source:
            case Rows():
                if source.words is not None and self.past:
                    raise BadSelection("Only the present is searched.")
                self.condition(source.filter, of_source(self.catalogue, source))
            case Search():
                if self.past:
                    raise BadSelection("Only the present is searched.")
                for name in source.types:
                    self.catalogue.concrete(name)
            case Neighbourhood() | ShortestPath():
                for name in source.types:
                    self.catalogue.relationship(name)
        return of_source(self.catalogue, source)

    def named(self, shape: Shape, name: str) -> Field:
        """A field that the reader may speak of."""
        field = shape.field(name)
        rights = [self.right, Right.HISTORY] if self.past else [self.right]
        seen = [
            all(self.reader.names(each, name, right) for right in rights) for each in shape.types
        ]
        if seen and not any(seen):
            raise UnknownField(f"There is no field {name!r}.")
        return field

    def path(self, shape: Shape, path: FieldPath) -> tuple[Field, Kind]:
        """The field that a path arrives at, and the kind of its value."""
        self.named(shape.along(path), path.field)
        return shape.value_of(path)

    def condition(self, condition: Condition | None, shape: Shape) -> None:
        """Check a condition."""
        match condition:
            case None:
                return
            case Compare():
                field, kind = self.path(shape, condition.path)
                operator = condition.operator
                self.operator(field, kind, operator, condition.path.part)
                read(kind, operator, bound(condition.value, self.parameters))
            case Related() | Climb():
                reached = self.reached(condition, shape)
                self.holds(condition.holds)
                self.condition(condition.condition, reached)
            case OnRecord():
                self.condition(condition.condition, shape.across(condition.across))
            case IsType():
                for name in condition.types:
                    self.catalogue.record_type(name)
            case All() | AnyOf():
                for each in condition.of:
                    self.condition(each, shape)
            case Not():
                self.condition(condition.condition, shape)

    def reached(self, condition: Related | Climb, shape: Shape) -> Shape:
        """The rows that a condition leads to over ends."""
        if isinstance(condition, Climb):
            return shape.above(condition.ends)
        return shape.at_end(shape.end(condition.end))

    def operator(self, field: Field, kind: Kind, operator: Operator, part: str | None) -> None:
        """Whether the field has the operator."""
        if operator is Operator.MATCHES and (field.searchable or field.label) and part is None:
            if self.past:
                raise BadSelection("Only the present is searched.")
            return
        if operator not in kind.operators:
            raise UnknownOperator(f"{field.name!r} has no operator {operator}.")

    def holds(self, holds: Holds | None) -> None:
        """Check the times that are asked for."""
        if isinstance(holds, At):
            read_moment(bound(holds.at, self.parameters))
        if isinstance(holds, Overlaps):
            start, end = (
                read_moment(bound(each, self.parameters)) for each in (holds.start, holds.end)
            )
            if start is None or end is None:
                return
            zone = self.catalogue.zone
            if as_instant(end, zone) <= as_instant(start, zone):
                raise BadPeriod("The period asked for ends before it starts.")

    def orders(self, orders: Iterable[Order], shape: Shape) -> None:
        """Whether the fields sort."""
        for order in orders:
            field, kind = self.path(shape, order.path)
            if not kind.sortable:
                raise UnknownOperator(f"{field.name!r} does not sort.")

    def page(self, page: Page | None, form: Form) -> None:
        """Check the window."""
        if page is None:
            return
        for number in (bound(page.first, self.parameters), bound(page.last, self.parameters)):
            if number is None:
                continue
            if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                raise BadValue("A page has a number of rows.")
            if isinstance(form, Connection) and number > LARGEST_PAGE:
                raise TooLarge(f"A page has at most {LARGEST_PAGE} rows.")

    def form(self, form: Form, shape: Shape) -> None:
        """Check what the rows show."""
        match form:
            case One() | Many():
                self.outputs(form.outputs, shape)
            case Connection():
                for item in form.items:
                    if isinstance(item, EdgesItem):
                        self.outputs(item.outputs, shape, edge=True)
                    elif isinstance(item, NodesItem):
                        far = shape if shape.reached is None else shape.across("node")
                        self.outputs(item.outputs, far)
            case Aggregate():
                self.aggregate(form, shape)

    def outputs(self, outputs: Iterable[Any], shape: Shape, *, edge: bool = False) -> None:
        """Check every output."""
        for output in outputs:
            match output:
                case FieldOutput():
                    for each in shape.narrowed(output.types):
                        _parts(each.field(output.field).kind, output.parts)
                case CursorOutput() if not edge:
                    raise BadSelection("Only the edges of a connection have cursors.")
                case SelfOutput():
                    self.outputs(output.outputs, shape)
                case AcrossOutput(across="node" | "source" | "target" as across):
                    for each in shape.narrowed(output.types):
                        self.outputs(output.outputs, each.across(across))
                case EndOutput():
                    for each in shape.narrowed(output.types):
                        self.end(output, each)

    def end(self, output: EndOutput, shape: Shape) -> None:
        """Check an end that is followed."""
        ties = shape.at_end(shape.end(output.end))
        outer, self.right = (
            self.right,
            Right.AGGREGATE if isinstance(output.form, Aggregate) else self.right,
        )
        self.holds(output.holds)
        self.condition(output.filter, ties)
        self.orders(output.order, ties)
        self.page(output.page, output.form)
        if output.node:
            if not isinstance(output.form, One | Many):
                raise BadSelection("A connection has nodes of its own.")
            self.outputs(output.form.outputs, ties.across("node"))
        else:
            self.form(output.form, ties)
        self.right = outer

    def aggregate(self, form: Aggregate, shape: Shape) -> None:
        """Check groups and measures."""
        for key in form.group_by:
            field, kind = self.path(shape, key.path)
            if not kind.sortable:
                raise BadSelection(f"{field.name!r} does not group.")
            if key.bucket is not Bucket.VALUE and kind.name not in ("date", "datetime"):
                raise BadSelection(f"{field.name!r} has no {key.bucket}.")
        for having in form.having:
            kind = self.measure(having.measure, shape)
            if having.operator not in kind.operators:
                raise UnknownOperator(f"A measure has no operator {having.operator}.")
            read(kind, having.operator, bound(having.value, self.parameters))
        self.group_outputs(form.outputs, form, shape)

    def group_outputs(self, outputs: Iterable[GroupOutput], form: Aggregate, shape: Shape) -> None:
        """Check what a group shows."""
        for output in outputs:
            if isinstance(output, ObjectOutput):
                self.group_outputs(output.outputs, form, shape)
            elif isinstance(output, MeasureOutput):
                _parts(self.measure(output.measure, shape), output.parts)

    def measure(self, measure: Measure, shape: Shape) -> Kind:
        """The kind of a measure's value."""
        if measure.path is None:
            if measure.function is not Function.COUNT:
                raise BadSelection(f"{measure.function} needs a field.")
            return measure_kind(measure.function, None)
        field, kind = self.path(shape, measure.path)
        if measure.function not in kind.functions:
            raise UnknownOperator(f"{field.name!r} has no {measure.function}.")
        return measure_kind(measure.function, kind)


def _parts(kind: Kind, parts: Members | None) -> None:
    for each in parts or ():
        if isinstance(each, tuple) and each[1] not in kind.parts:
            raise UnknownField(f"There is no part {each[1]!r}.")
