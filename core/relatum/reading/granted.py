"""Which of some records grants open: the question that writing puts to the policies that guard reading."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, literal, select

from relatum.access import AccessView, Grant, Principal
from relatum.catalogue.model import Catalogue
from relatum.connections.expressions import any_of
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.guards import any_grant, type_row_unguarded
from relatum.reading.plan import Bound
from relatum.tables import Tables


@dataclass(frozen=True)
class GrantedIds:
    """A statement that gives which of some ids of one type its grants open, one per row."""

    prepared: Prepared
    binds: Binds

    def bind(self, ids: Collection[UUID], *, now: datetime, principal: Principal) -> Bound:
        """Return the statement with its values.

        Args:
            ids: of the records asked about.
            now: at which ties that give rights have to hold.
            principal: of the roles that the statement was compiled for.
        """
        values = self.binds.arguments(Moment({}, now, principal))
        return Bound(self.prepared, {**values, "ids": list(ids)})


def granted_ids(
    type_name: str,
    grants: Sequence[Grant],
    *,
    catalogue: Catalogue,
    tables: Tables,
    access: AccessView,
    dialect: DialectName,
) -> GrantedIds:
    """Compile which records of a type one of these grants opens, judged on the records as they are.

    Args:
        type_name: a concrete type.
        grants: as `AccessView.grants` gives them; none opens nothing.
        catalogue: the types in force.
        tables: of the catalogue.
        access: by which both records of a tie are judged, where a grant asks for that.
        dialect: the database that it is for.
    """
    context = beginning(catalogue=catalogue, tables=tables, access=access, dialect=dialect)
    row = replace(type_row_unguarded(type_name, context=context), entry="alone")
    opened = any_grant(grants, row, context=context)
    rows = select(row.id).select_from(row.columns).where(any_of(row.columns.c.id, "ids"))
    if opened is not None:
        rows = rows.where(opened)
    return GrantedIds(prepare(rows, dialect), context.binds)


def granted_of_each(
    type_name: str,
    several: Sequence[Sequence[Grant]],
    *,
    catalogue: Catalogue,
    tables: Tables,
    access: AccessView,
    dialect: DialectName,
) -> GrantedIds:
    """Compile of each of several groups of grants which records of a type it opens, as of `granted_ids`, in one statement.

    Its rows have an id, and 1 or 0 for each group in turn.
    """
    context = beginning(catalogue=catalogue, tables=tables, access=access, dialect=dialect)
    row = replace(type_row_unguarded(type_name, context=context), entry="alone")
    judged = [any_grant(grants, row, context=context) for grants in several]
    each = [literal(1) if opened is None else case((opened, 1), else_=0) for opened in judged]
    rows = select(row.id, *each).select_from(row.columns).where(any_of(row.columns.c.id, "ids"))
    return GrantedIds(prepare(rows, dialect), context.binds)
