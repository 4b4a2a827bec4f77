"""What of views a principal may know of: columns and types that no policy of its roles opens are not there for it.

Rows and values are judged by the statements that read them. This is what may be offered at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from relatum.access import AccessView, Principal, view_of
from relatum.catalogue import Catalogue, Field
from relatum.catalogue.places import Place, led_to, stepped
from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum_schemas.policy import READ, Right
from relatum_schemas.selection import All, AnyOf, Compare, Condition, Not, Related


@dataclass(frozen=True)
class Sight:
    """What the principals of the same rights may know of a catalogue."""

    catalogue: Catalogue
    access: AccessView

    def of(self, types: Iterable[str], right: Right = READ) -> tuple[str, ...]:
        """Those of some types, as concrete types, of which records may be open to a right."""
        concrete = dict.fromkeys(name for each in types for name in self.catalogue.concrete(each))
        return tuple(name for name in concrete if self.access.grants(self.catalogue, name, right))

    def all_of(self, type_name: str) -> bool:
        """Whether every record of a concrete type may be read."""
        grants = self.access.grants(self.catalogue, type_name, READ)
        return any(each.unconditional for each in grants)

    def field(self, types: Iterable[str], field: Field, right: Right = READ) -> bool:
        """Whether a field of records of some types may be open to a right."""
        return any(
            self.access.holds(self.catalogue, grant, own, record_type)
            for name in self.of(types, right)
            if (own := (record_type := self.catalogue.types[name]).all_fields.get(field.name))
            for grant in self.access.grants(self.catalogue, name, right)
        )

    def column(self, column: ColumnRule) -> bool:
        """Whether anything may be seen in a column."""
        if not all(self.of(types) for types in (*column.passed, column.owners)):
            return False
        if column.field is not None:
            return self.field(column.owners, column.field)
        if column.end is not None:
            ties = [self.catalogue.end(each, column.end).relationship for each in column.owners]
            return bool(self.of(ties)) and (column.measured is None or self.column(column.measured))
        return True

    def view(self, view: ResolvedView, roles: frozenset[str]) -> bool:
        """Whether a view is for somebody of these roles, and something may be seen in it.

        Whom a view is for binds administrators as well: what is made for suppliers is no view of theirs.
        """
        meant = self.access.engine or not view.audience or not roles.isdisjoint(view.audience)
        return (
            meant
            and bool(self.of((view.type,)))
            and any(self.column(each) for each in view.columns)
            and (view.where is None or self.condition(Place((view.type,)), view.where))
        )

    def condition(self, place: Place, condition: Condition) -> bool:
        """Whether all that a condition asks of rows at a place may be known of."""
        match condition:
            case All(of=of) | AnyOf(of=of):
                return all(self.condition(place, each) for each in of)
            case Not(condition=inner):
                return self.condition(place, inner)
            case Compare(path=path):
                for step in path.steps:
                    tie, place = stepped(self.catalogue, place, step)
                    if not all(self.of(each.types) for each in (tie, place) if each.types):
                        return False
                field = self.catalogue.field(place.types[0], path.field)
                return self.field(place.types, field)
        led = led_to(self.catalogue, place, condition)
        if isinstance(condition, Related):
            ends = (self.catalogue.ends(each).get(condition.end) for each in place.types)
            if not self.of(end.relationship for end in ends if end is not None):
                return False
        return led is None or (bool(self.of(led[0].types)) and self.condition(*led))


def sight_of(catalogue: Catalogue, principal: Principal) -> Sight:
    """What a principal may know of."""
    return Sight(catalogue, view_of(principal))
