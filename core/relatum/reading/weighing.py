"""How many rows the parts of a query find, no further than to a bound: whether a page begins at one of them.

Only parts that an index answers are weighed: a word, a field that is indexed, a way from few records. What they find is
counted whoever asks; nothing of it is shown, and each row is judged afterwards.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from sqlalchemy import func, select

from relatum.access import UNGUARDED, Principal
from relatum.catalogue.model import Catalogue
from relatum.catalogue.places import Place
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.reading.among import ids_among, words_found
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.context import Context
from relatum.reading.selective import narrows
from relatum.reading.sql import Sql
from relatum.tables import Tables
from relatum_schemas.selection import All, Among, Compare, Condition, FieldPath, Operator
from relatum_schemas.selection.conditions import each_of

FEW: Final = 1_500
"""Rows that are looked through for a page at most."""

_KEPT: Final = 200
_FOUND: Final = {
    Operator.EQ,
    Operator.IN,
    Operator.LT,
    Operator.LTE,
    Operator.GT,
    Operator.GTE,
    Operator.STARTS_WITH,
}


@dataclass(frozen=True)
class _Weighing:
    """A statement that counts what parts of a query find: one row, a column per part."""

    prepared: Prepared
    binds: Binds


@dataclass
class Weights:
    """What weighs parts of queries on one catalogue.

    Attributes:
        few: rows that are looked through for a page at most.
    """

    catalogue: Catalogue
    tables: Tables
    dialect: DialectName
    few: int = FEW
    _kept: OrderedDict[str, _Weighing] = field(default_factory=OrderedDict)

    def parts(self, type_name: str, conditions: Sequence[Condition]) -> list[Among]:
        """Return by what rows of a concrete type may be found that fulfil all of some conditions."""
        context = self._context()
        by_field: dict[str, list[Condition]] = {}
        found: list[Among] = []
        for each in each_of(conditions):
            if isinstance(each, Compare) and not each.path.steps:
                if _finds(each, type_name, self.catalogue):
                    by_field.setdefault(each.path.field, []).append(each)
            elif narrows(each, Place((type_name,)), context=context):
                found.append(Among(most=self.few + 1, condition=each))
        for several in by_field.values():
            one = several[0] if len(several) == 1 else All(of=tuple(several))
            found.append(Among(most=self.few + 1, condition=one))
        return found

    async def fewest(
        self,
        type_name: str,
        parts: Sequence[Among],
        parameters: Mapping[str, object],
        principal: Principal,
        *,
        now: datetime,
        connection: Connection,
    ) -> Among | None:
        """Return the part that finds the fewest rows; None where none finds few.

        Args:
            type_name: of the rows, a concrete type.
            parts: by which they may be found.
            parameters: of these.
            principal: of whom conditions may speak.
            now: at which ties have to hold.
            connection: on which they are counted.
        """
        if not parts:
            return None
        weighing = self._weighing(type_name, parts)
        values = weighing.binds.arguments(Moment(parameters, now, principal))
        (numbers,) = await connection.rows(weighing.prepared, values)
        number, at = min((cast(int, number), at) for at, number in enumerate(numbers))
        return parts[at] if number <= self.few else None

    def _weighing(self, type_name: str, parts: Sequence[Among]) -> _Weighing:
        key = "\n".join((type_name, *(each.model_dump_json() for each in parts)))
        weighing = self._kept.pop(key, None) or self._compiled(type_name, parts)
        while len(self._kept) >= _KEPT:
            self._kept.popitem(last=False)
        self._kept[key] = weighing
        return weighing

    def _compiled(self, type_name: str, parts: Sequence[Among]) -> _Weighing:
        context = self._context()
        numbers = [_number(each, type_name, context) for each in parts]
        return _Weighing(prepare(select(*numbers), self.dialect), context.binds)

    def _context(self) -> Context:
        return beginning(
            catalogue=self.catalogue, tables=self.tables, access=UNGUARDED, dialect=self.dialect
        )


def _number(part: Among, type_name: str, context: Context) -> Sql:
    """How many rows a part finds; of a word, how many rows of words, of whatever type."""
    if part.word is None:
        rows = ids_among(part, type_name, context=context)
    else:
        rows = words_found(part.word, part.most, context=context)
    found = rows.subquery(context.aliases.name("found"))
    return select(func.count()).select_from(found).scalar_subquery()


def _finds(condition: Compare, type_name: str, catalogue: Catalogue) -> bool:
    """Whether the index of a field finds the rows that have such a value."""
    asked = catalogue.types[type_name].all_fields.get(condition.path.field)
    if asked is None or condition.path != FieldPath(field=condition.path.field):
        return False
    several = condition.operator is Operator.IN and not isinstance(condition.value, list | tuple)
    return asked.found_by_index and condition.operator in _FOUND and not several
