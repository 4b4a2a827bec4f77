"""Resolves views, and fills in what they leave out, so that two lines make a list and a detail."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from relatum.catalogue.columns import column_rule
from relatum.catalogue.comparing import judge_condition
from relatum.catalogue.contributions import Contribution
from relatum.catalogue.model import RECORD, Catalogue
from relatum.catalogue.paths import resolve_condition
from relatum.catalogue.places import Place, placed
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.catalogue.problems import ProblemList
from relatum.catalogue.record_types import End, Field
from relatum.catalogue.resolved import (
    ColumnRule,
    GroupRule,
    ResolvedView,
    SectionRule,
    SublistRule,
)
from relatum_schemas.errors import BadSelection, DeclarationError
from relatum_schemas.kinds import (
    Boolean,
    Calculated,
    Code,
    Day,
    Duration,
    Encrypted,
    Instant,
    Integer,
    Json,
    Kind,
    Listing,
    LongText,
    MoneyKind,
    Number,
    Text,
)
from relatum_schemas.kinds.composites import CompositeKind
from relatum_schemas.selection import Condition
from relatum_schemas.view import TIMELINE, Group, Section, Sublist, Timeline, View

_COLUMNS: Final = 6
"""Columns of a list that names none."""

_SIFTED: Final = (Boolean, Code, Day, Duration, Instant, Integer, MoneyKind, Number)
"""Kinds by which lists are filtered where nothing else is said."""


def resolved_views(
    catalogue: Catalogue, given: Contribution, problems: ProblemList
) -> dict[str, ResolvedView]:
    """The views of a plugin, by their names in it."""
    plugin = given.plugin.name
    found: dict[str, ResolvedView] = {}
    for view in given.views:
        at = (plugin, f"View({view.name!r})")
        if view.name in found:
            problems.add("The plugin has two views of this name.", at=at)
        with problems.noting(*at):
            _judge(catalogue, view)
            found[view.name] = resolved_view(catalogue, plugin, view, problems=problems)
    return found


def judge_audiences(catalogue: Catalogue, problems: ProblemList) -> None:
    """Note views that are for roles which nobody can have."""
    for view in catalogue.views.values():
        for role in sorted(view.audience - {*catalogue.roles, ADMINISTRATOR}):
            problems.add(
                f"There is no role {role!r}.",
                "Declare it, or name one that a policy gives something.",
                at=(view.plugin, f"View({view.name!r})"),
            )


def _judge(catalogue: Catalogue, view: View) -> None:
    if not view.name.isidentifier():
        raise DeclarationError(
            f"{view.name!r} is no name.", hint="Use letters, digits and underscores."
        )
    for action in view.actions:
        if action.name not in catalogue.actions:
            raise DeclarationError(
                f"No plugin in force has the action {action.name!r}.",
                hint="Name it in the plugin's module.",
            )


def resolved_view(
    catalogue: Catalogue, plugin: str, view: View, *, problems: ProblemList | None = None
) -> ResolvedView:
    """A view with its paths resolved and its defaults filled in.

    Args:
        catalogue: what it is resolved against.
        plugin: whose it is.
        view: as it was declared.
        problems: where mistakes in columns are noted, all of them; without it the first is raised.

    Raises:
        UnknownType, UnknownField, BadSelection: something in it has no meaning.
    """
    name = view.record_type.__name__
    if name == RECORD:
        raise BadSelection(
            "A view shows one type or trait.", hint="Name what the records have in common."
        )
    catalogue.fields(name)
    reading = _Resolving(catalogue, name, (plugin, f"View({view.name!r})"), problems)
    here = Place((name,))
    columns = reading.columns(here, view.columns or default_columns(catalogue, name))
    search = _searchable(catalogue, name) if view.search is None else view.search
    return ResolvedView(
        plugin=plugin,
        name=view.name,
        type=name,
        place=view.place,
        columns=columns,
        where=reading.condition(here, view.where),
        order=reading.order(here, view.order)
        or reading.order(here, _default_order(catalogue, name)),
        filters=tuple(each for each in columns if _sifts(each, words=not search))
        if view.filters is None
        else reading.filters(here, view.filters),
        search=search,
        actions=tuple(each.name for each in view.actions),
        audience=view.audience,
        detail=reading.detail(view.detail),
        title=view.title,
        help=view.help,
        empty=view.empty,
        waiting=view.waiting,
    )


class _Resolving:
    """Resolves the parts of one view; mistakes are noted where there is a list for them."""

    def __init__(
        self,
        catalogue: Catalogue,
        type_name: str,
        at: tuple[str, ...],
        problems: ProblemList | None,
    ) -> None:
        self.catalogue = catalogue
        self.type_name = type_name
        self.at = at
        self.problems = problems

    def columns(self, place: Place, keys: Iterable[str]) -> tuple[ColumnRule, ...]:
        """Columns; without those that are noted to be wrong."""
        found: list[ColumnRule] = []
        for key in dict.fromkeys(keys):
            if self.problems is None:
                found.append(column_rule(self.catalogue, place, key))
                continue
            with self.problems.noting(*self.at, key):
                found.append(column_rule(self.catalogue, place, key))
        return tuple(found)

    def order(self, place: Place, keys: Iterable[str]) -> tuple[tuple[ColumnRule, bool], ...]:
        """Columns by which rows are sorted, each with whether it descends."""
        descends = {each.removeprefix("-"): each.startswith("-") for each in keys}
        found = self.columns(place, descends)
        for each in found:
            if not sorts(each):
                self._refuse(each.key, "It has no order.")
        return tuple((each, descends[each.key]) for each in found)

    def filters(self, place: Place, keys: Sequence[str]) -> tuple[ColumnRule, ...]:
        """Columns that rows may be filtered by."""
        found = self.columns(place, keys)
        for each in found:
            if not filters(each):
                self._refuse(each.key, "One cannot filter by it.")
        return found

    def condition(self, place: Place, condition: Condition | None) -> Condition | None:
        """A condition on rows of a type."""
        if condition is None:
            return None
        resolved = resolve_condition(self.catalogue, place.types[0], condition)
        for at, part in placed(self.catalogue, place, resolved):
            judge_condition(self.catalogue, at, part)
        return resolved

    def detail(self, sections: Sequence[Section] | None) -> tuple[SectionRule, ...]:
        """The parts of a detail."""
        if sections is None:
            return default_detail(self.catalogue, self.type_name)
        found: list[SectionRule] = []
        here = Place((self.type_name,))
        for each in sections:
            match each:
                case Group(columns=columns, title=title):
                    found.append(GroupRule(columns=self.columns(here, columns), title=title))
                case Sublist():
                    found.extend(self.sublist(each))
                case Timeline():
                    found.append(each)
        return tuple(found)

    def sublist(self, part: Sublist) -> Iterator[SublistRule]:
        """The ties at an end; nothing where there is no such end."""
        end = self.catalogue.ends(self.type_name).get(part.end)
        if end is None:
            self._refuse(part.end, f"{self.type_name} has no such end.")
            return
        ties = Place((end.relationship,), far=end.others)
        columns = self.columns(ties, part.columns or _tie_columns(self.catalogue, end))
        yield SublistRule(
            end=end,
            owner=self.type_name,
            columns=columns,
            where=self.condition(ties, part.where),
            order=self.order(ties, part.order) or self.order(ties, _tie_order(self.catalogue, end)),
            title=part.title,
            empty=part.empty,
            edits=part.edits,
        )

    def _refuse(self, key: str, message: str) -> None:
        if self.problems is None:
            raise BadSelection(f"{key!r}: {message}")
        self.problems.add(message, at=(*self.at, key))


def default_columns(catalogue: Catalogue, type_name: str) -> tuple[str, ...]:
    """The columns of a list that names none: what a record is called, then its first plain facts."""
    fields = [each for each in catalogue.fields(type_name).values() if not each.built_in]
    label = [each.name for each in fields if each.label] or ["label"]
    plain = [each.name for each in fields if not each.label and _is_plain(each)]
    ends = [each.name for each in catalogue.ends(type_name).values() if each.to_one]
    return tuple([*label, *plain, *ends][:_COLUMNS])


def _is_plain(field: Field) -> bool:
    closed = field.sensitive is not None or isinstance(field.kind, Encrypted)
    wide = isinstance(field.kind, LongText | Json | Listing | CompositeKind)
    return not closed and (not wide or isinstance(field.kind, MoneyKind))


def _default_order(catalogue: Catalogue, type_name: str) -> tuple[str, ...]:
    """The label, which is indexed; of what has none the newest first."""
    fields = catalogue.fields(type_name).values()
    return tuple(each.name for each in fields if each.label) or ("-id",)


def default_detail(catalogue: Catalogue, type_name: str) -> tuple[SectionRule, ...]:
    """The detail of a view that names none: all fields, all ties, the timeline."""
    here = Place((type_name,))
    ends = catalogue.ends(type_name)
    names = [
        *(name for name, each in catalogue.fields(type_name).items() if _is_shown(each)),
        *(name for name, each in ends.items() if each.to_one),
    ]
    group = GroupRule(columns=tuple(column_rule(catalogue, here, each) for each in names))
    lists = (_default_sublist(catalogue, type_name, end) for end in ends.values() if not end.to_one)
    return (group, *lists, TIMELINE)


def _is_shown(field: Field) -> bool:
    return not (field.built_in or field.internal or isinstance(field.kind, Listing))


def _default_sublist(catalogue: Catalogue, type_name: str, end: End) -> SublistRule:
    ties = Place((end.relationship,), far=end.others)
    return SublistRule(
        end=end,
        owner=type_name,
        columns=tuple(column_rule(catalogue, ties, each) for each in _tie_columns(catalogue, end)),
        order=tuple(
            (column_rule(catalogue, ties, each.removeprefix("-")), each[:1] == "-")
            for each in _tie_order(catalogue, end)
        ),
        declared=False,
    )


def _tie_columns(catalogue: Catalogue, end: End) -> tuple[str, ...]:
    relationship = catalogue.relationships[end.relationship]
    period = ("valid_from", "valid_to") if relationship.validity else ()
    properties = [name for name, each in relationship.fields.items() if _is_plain(each)]
    return ("node", *properties, *period)


def _tie_order(catalogue: Catalogue, end: End) -> tuple[str, ...]:
    """The last begun first, as the index of ties has them; of others those made last."""
    valid = catalogue.relationships[end.relationship].validity
    return ("-valid_from",) if valid else ("-id",)


def _searchable(catalogue: Catalogue, type_name: str) -> bool:
    return any(
        field.label or field.searchable
        for name in catalogue.concrete(type_name)
        for field in catalogue.types[name].stored_fields
    )


def sorts(column: ColumnRule) -> bool:
    """Whether rows may be sorted by a column."""
    return column.is_record or (column.kind is not None and column.kind.sortable)


def filters(column: ColumnRule) -> bool:
    """Whether rows may be filtered by a column."""
    if column.is_record:
        return True
    kind = column.kind
    whole = isinstance(kind, CompositeKind) and not isinstance(kind, MoneyKind)
    return kind is not None and not whole and not isinstance(kind, Json) and bool(kind.operators)


def _sifts(column: ColumnRule, *, words: bool) -> bool:
    if column.is_record:
        return True
    kinds: tuple[type[Kind], ...] = (*_SIFTED, Text) if words else _SIFTED
    return (
        filters(column)
        and isinstance(column.kind, kinds)
        and not isinstance(column.kind, Calculated | LongText)
    )
