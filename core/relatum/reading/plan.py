"""Plans: a request compiled for a catalogue, a database and the rights of some roles.

A plan is pure: it holds no connection and nobody's data, and serves every principal of its roles at any time. Its
statement is compiled once; where parameters decide the statement's form (a cursor given or not), once per form.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from sqlalchemy import select

from relatum.access import AccessView, Principal
from relatum.catalogue.model import Catalogue
from relatum.connections.expressions import document
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.context import Context, Private, Sought
from relatum.reading.cursors import Outline, outline
from relatum.reading.direct import Direct, direct_of
from relatum.reading.roots import answered
from relatum.reading.sql import Sql
from relatum.sealing import Keyring
from relatum.tables import Tables
from relatum_schemas.errors import BadSelection, UnknownField, UnknownType
from relatum_schemas.selection import Request, Value

_Outlines = tuple[tuple[str, Outline], ...]

_FORMS_KEPT: Final = 32
_SIZES_KEPT: Final = 32


class Beside(Protocol):
    """What a statement tells beside its answer, of the same instant: a value, which plans keep statements by."""

    def columns(self, context: Context) -> Sequence[Sql]:
        """Return the columns after the answer."""


class Bound(NamedTuple):
    """A statement with its values: what ``connection.value(bound.prepared, bound.values)`` runs.

    Attributes:
        private: what it does with private values, if anything; the answer goes through `private.opened` then.
        excerpts: that it asks for, if any; the answer goes through `excerpts.put_in` last.
    """

    prepared: Prepared
    values: Mapping[str, object]
    private: Private | None = None
    excerpts: tuple[Sought, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One form of a plan's statement, and what supplies its binds."""

    prepared: Prepared
    binds: Binds
    private: Private | None
    excerpts: tuple[Sought, ...]
    direct: Direct | None


@dataclass(frozen=True, eq=False)
class ReadPlan:
    """How a request is answered: in one statement, whose single value is the JSON text of the whole answer.

    Attributes:
        request: what is asked.
        catalogue: the types in force.
        tables: where they are stored.
        access: the rights it was compiled for.
        dialect: the database it is for.
        weighed: the types of which it makes a difference to the statement how much the principal sees.
        cursors: cursors of changes, by the parameter that each is given by; `bind` is given their positions, too
            (`relatum.reading.changelog.position_name`).
    """

    request: Request
    catalogue: Catalogue
    tables: Tables
    access: AccessView
    dialect: DialectName
    weighed: set[str] = field(default_factory=set)
    cursors: dict[str, Value] = field(default_factory=dict)
    _sized: OrderedDict[frozenset[str], "ReadPlan"] = field(default_factory=OrderedDict, repr=False)
    _forms: OrderedDict[tuple[_Outlines, Beside | None], Statement] = field(
        default_factory=OrderedDict, repr=False
    )

    def bind(
        self,
        parameters: Mapping[str, object],
        *,
        now: datetime,
        principal: Principal,
        keys: Keyring | None = None,
        beside: Beside | None = None,
    ) -> Bound:
        """Return the statement for these parameters, with all its values.

        Args:
            parameters: of the request, in wire form; one that is left out is missing.
            now: the present instant.
            principal: who asks; of the roles that the plan was compiled for.
            keys: by which encrypted values are looked up.
            beside: what the statement tells beside its answer; what that takes is not among the values.

        Raises:
            BadValue, BadCursor, TooLarge, BadSelection: a parameter cannot be used.
            KeyMissing: an encrypted value is looked up, and there is no key.
        """
        statement = self._statement(parameters, beside)
        moment = Moment(parameters, now, principal, keys)
        return Bound(
            statement.prepared,
            statement.binds.arguments(moment),
            statement.private,
            statement.excerpts,
        )

    def direct(
        self, parameters: Mapping[str, object], beside: Beside | None = None
    ) -> Direct | None:
        """Return the statement for these parameters, if it is the same for all and its answer goes out as it comes.

        Args:
            parameters: of the request, in wire form.
            beside: what the statement tells beside its answer.
        """
        return None if self.weighed or self.cursors else self._statement(parameters, beside).direct

    @property
    def is_direct(self) -> bool:
        """Whether `direct` gives the statement, whatever it tells beside its answer."""
        plain = all(each.direct is not None for each in self._forms.values())
        return plain and not (self.weighed or self.cursors)

    def sized(self, large: Set[str]) -> "ReadPlan":
        """Return the plan for those who see much of some types; it answers the same.

        Args:
            large: the types; those that are not weighed make no difference.
        """
        wanted = frozenset(large & self.weighed)
        if wanted == self.access.large:
            return self
        known = self._sized.get(wanted)
        if known is not None:
            return known
        access = replace(self.access, large=wanted)
        made = replace(self, access=access, _sized=OrderedDict(), _forms=OrderedDict())
        while len(self._sized) >= _SIZES_KEPT:
            self._sized.popitem(last=False)
        self._sized[wanted] = made
        return made

    @property
    def sql(self) -> str:
        """The statement as text for people, in the form without cursors."""
        return self._form(()).prepared.text

    def _statement(self, parameters: Mapping[str, object], beside: Beside | None) -> Statement:
        plain = self._form((), beside)
        if not plain.binds.deciding:
            return plain
        outlines = ((name, outline(parameters.get(name))) for name in sorted(plain.binds.deciding))
        given = tuple((name, each) for name, each in outlines if each is not None)
        return self._form(given, beside) if given else plain

    def _form(self, outlines: _Outlines, beside: Beside | None = None) -> Statement:
        key = (outlines, beside)
        known = self._forms.get(key)
        if known is not None:
            return known
        statement = _compiled(self, dict(outlines), beside)
        while len(self._forms) >= _FORMS_KEPT:
            self._forms.popitem(last=False)
        self._forms[key] = statement
        return statement


def plan(
    request: Request,
    *,
    catalogue: Catalogue,
    tables: Tables,
    access: AccessView,
    dialect: DialectName,
    beside: Beside | None = None,
) -> ReadPlan:
    """Return the plan of a request.

    Args:
        request: what is asked.
        catalogue: the types in force.
        tables: of the catalogue.
        access: the rights of the principal (`relatum.access.view_of`).
        dialect: ``"sqlite"`` or ``"postgresql"``.
        beside: what its statement will tell beside the answer; the plan serves any, this one is compiled at once.

    Raises:
        RelatumError: the request names what is not there, or has no meaning; the path leads to the place.
    """
    made = ReadPlan(request, catalogue, tables, access, dialect)
    try:
        made._form((), beside)
    except (UnknownField, UnknownType) as error:
        if not access.unrestricted:
            error.hint = None  # the name that was meant may be one that must not be known of
        raise
    return made


def _compiled(made: ReadPlan, outlines: Mapping[str, Outline], beside: Beside | None) -> Statement:
    context = beginning(
        catalogue=made.catalogue,
        tables=made.tables,
        access=made.access,
        dialect=made.dialect,
        outlines=outlines,
    )
    keys = [root.key for root in made.request.fields]
    if len(set(keys)) < len(keys):
        raise BadSelection("Two answers of one request have the same key.")
    answer = context.dialect.object_of(
        [(root.key, answered(root, context=context)) for root in made.request.fields]
    )
    made.weighed.update(context.reach.weighed)
    made.cursors.update(context.binds.cursors)
    private = context.private if context.private.met else None
    told = beside.columns(context) if beside else ()
    prepared = prepare(select(document(answer), *told), made.dialect)
    excerpts = tuple(context.excerpts)
    plain = private is None and not excerpts
    direct = direct_of(prepared, context.binds) if plain else None
    return Statement(prepared, context.binds, private, excerpts, direct)
