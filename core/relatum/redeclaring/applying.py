"""Plans and applies a change of declarations on a database: in one transaction, all or nothing.

Tables, the stored declarations, the line that records the change and the edition go together. Others are let pass while
they hold what is needed, and it is tried again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from uuid import UUID

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, select, table, text

from relatum import editions
from relatum.catalogue import Catalogue
from relatum.connections import DialectName
from relatum.declaring import (
    CUSTOM,
    ChangeOfDeclarations,
    InForce,
    in_force,
    keep,
    last_change,
    settled,
)
from relatum.declaring.classes import ends, missing
from relatum.identity.force import Kept, resolved
from relatum.identity.losing import Lost, end, losing
from relatum.identity.stored import PLUGIN
from relatum.identity.stored_rules import rules_of
from relatum.migration.applying import Applying
from relatum.migration.reaching import reach_patiently
from relatum.migration.running import lock_migrations
from relatum.migration.words import in_words
from relatum.plugins import LoadedPlugin
from relatum.redeclaring.acts import Act, CataloguePlan
from relatum.redeclaring.comparing import Change, TypeChange, changes
from relatum.redeclaring.judging import Judging
from relatum.redeclaring.judging_fields import field_acts
from relatum.redeclaring.judging_types import type_acts
from relatum.redeclaring.looking import Looking
from relatum.redeclaring.opening import openings
from relatum.redeclaring.operations import Steps, steps
from relatum.redeclaring.standing import standing
from relatum.redeclaring.wishes import Wish, declares
from relatum.session.assembling import active
from relatum.tables import build_tables
from relatum_schemas.declared import (
    Declarations,
    last_parked,
    parked,
    with_renamed_field,
    with_renamed_type,
)
from relatum_schemas.errors import BadMigration, Problems

Judge = Callable[[Catalogue], object]
"""Raises `Problems` for a catalogue that a transport cannot offer, as for names that clash there."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What declarations are brought into force beside.

    Attributes:
        plugins: that are loaded, required ones first.
        zone: of the installation.
        judge: what else a catalogue has to go with.
    """

    plugins: Sequence[LoadedPlugin]
    zone: str = "UTC"
    judge: Judge | None = None

    def modules(self, connection: Connection) -> list[ModuleType]:
        """The modules of the plugins that are in force in a database."""
        inactive = connection.scalars(select(PLUGIN.c.name).where(PLUGIN.c.state != "active"))
        kept = Kept(frozenset(inactive))
        return [each.module for each in active(self.plugins, kept)]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a wish.

    Attributes:
        plan: what it takes.
        catalogue: that would be, or is, in force.
        applied: whether it is.
    """

    plan: CataloguePlan
    catalogue: Catalogue
    applied: bool = False


async def plan(url: str, installation: Installation, wish: Wish) -> Outcome:
    """Return what a wish takes; nothing is done.

    Args:
        url: of the database.
        installation: the plugins in force.
        wish: what is to be declared.

    Raises:
        Problems: with all that is wrong with the declarations that are wanted.
        UnknownType, UnknownField: the wish names what is not declared.
    """

    def look(connection: Connection) -> Outcome:
        with connection.begin() as looking:
            planned = _planned(connection, installation, wish)
            looking.rollback()
        return planned.outcome

    return await reach_patiently(url, look)


async def apply(
    url: str, installation: Installation, wish: Wish, *, by: UUID | None, now: datetime
) -> Outcome:
    """Do what a wish takes, if all of it may be done.

    Args:
        url: of the database.
        installation: the plugins in force.
        wish: what is to be declared.
        by: who wants it; None for the system.
        now: the present.

    Raises:
        Problems: with all that is wrong with the declarations that are wanted.
        UnknownType, UnknownField: the wish names what is not declared.
        DatabaseLocked: others use the tables for too long; nothing was changed.
        BadMigration: the database refuses; nothing was changed.
    """

    def work(connection: Connection) -> Outcome:
        with connection.begin():
            _lock(connection)
            planned = _planned(connection, installation, wish)
            if not planned.steps or not planned.outcome.plan.applicable:
                return planned.outcome
            _carry_out(connection, planned.steps)
            change = replace(planned.change, recorded_at=now, made_by=by)
            keep(connection, change)
            end(connection, planned.lost, now=now, by=by)
            connection.execute(editions.counting(_dialect(connection)))
        return replace(planned.outcome, applied=True)

    return await reach_patiently(url, work)


@dataclass(frozen=True)
class _Planned:
    outcome: Outcome
    change: ChangeOfDeclarations
    steps: Steps | None
    lost: Sequence[Lost]


def _planned(connection: Connection, installation: Installation, wish: Wish) -> _Planned:
    last = last_change(connection)
    modules = installation.modules(connection)
    present = settled(modules, last.declarations) if last else Declarations()
    number = last.number + 1 if last else 1
    wanted = wish.edit(present)
    before = in_force(modules, present, zone=installation.zone)
    after = in_force(modules, wanted, zone=installation.zone)
    _judge(installation, wish, before, after, wanted)
    there = standing(modules, (present, before), (wanted, after))
    looking = Looking(connection, there, build_tables(there.catalogue))
    restored = None if wish.restore is None else last_parked(present, wish.restore)
    judging = Judging(looking, after.catalogue, wish.remove, restored)
    acts = [act for change in changes(present, wanted) for act in _acts(judging, change)]
    found = None
    if acts and all(act.verdict == "safe" for act in acts):
        found = steps(judging, number)
        acts += [_refused(problem) for problem in found.problems]
    rules = rules_of(connection)
    anew = _under_other_names(present, wanted, wish.remove) if rules else None
    staying = in_force(modules, anew, zone=installation.zone) if anew else after
    lost = losing(rules, before.catalogue, after.catalogue, staying.catalogue)
    ended = {each.rule.id for each in lost}
    then = [each for each in rules if each.id not in ended]
    opened = openings(
        acts, resolved(before.catalogue, rules)[0], resolved(after.catalogue, then)[0]
    )
    plan = CataloguePlan(
        acts=tuple(acts),
        steps=tuple(in_words(each) for each in found.told) if found else (),
        warnings=(*(each.warning for each in lost), *opened),
    )
    gone = tuple(parked(present, name, number) for name in judging.parked)
    kept = wanted.model_copy(update={"parked": (*wanted.parked, *gone)})
    words = tuple(act.words for act in acts)
    change = ChangeOfDeclarations(number, datetime.min, None, words, kept)
    return _Planned(Outcome(plan=plan, catalogue=after.catalogue), change, found, lost)


def _under_other_names(
    present: Declarations, wanted: Declarations, removed: Collection[str]
) -> Declarations:
    """What is wanted, in which all that is new, or declared anew, has names of which no rule can speak."""
    new = [
        each.wanted.name if isinstance(each, TypeChange) else f"{each.type_name}.{each.wanted.name}"
        for each in changes(present, wanted)
        if each.present is None and each.wanted is not None
    ]
    renamed = wanted
    for name in sorted({*new, *(each for each in removed if declares(wanted, each))}, reverse=True):
        type_name, _, field = name.partition(".")
        if field:
            renamed = with_renamed_field(renamed, type_name, field, f"{field[:30]}_as_new")
        else:
            renamed = with_renamed_type(renamed, type_name, f"{type_name[:50]}AsNew")
    return renamed


def _acts(judging: Judging, change: Change) -> Iterator[Act]:
    if isinstance(change, TypeChange):
        return type_acts(judging, change)
    return field_acts(judging, change)


def _judge(
    installation: Installation,
    wish: Wish,
    before: InForce,
    after: InForce,
    wanted: Declarations,
) -> None:
    """Refuse declarations with which something is wrong that was not before."""
    known = {problem.message for problem in before.resting}
    # What is tied to something wrong is wrong only in consequence.
    known |= {
        f"{each.name}: {missing(name)}"
        for each in wanted.relationships
        for name in ends(each)
        if name in wanted.names()
    }
    new = [problem for problem in after.resting if problem.message not in known]
    if new:
        count = "a mistake" if len(new) == 1 else f"{len(new)} mistakes"
        raise Problems(f"The declarations have {count}.", [wish.placed(each) for each in new])
    if installation.judge is not None:
        installation.judge(after.catalogue)


def _refused(problem: BadMigration) -> Act:
    return Act(
        kind="change_type",
        of="",
        words="change the tables",
        verdict="refused",
        reason=problem.message,
        way_out=problem.hint,
    )


def _lock(connection: Connection) -> None:
    """Wait for units of work under way, and for others who change tables; let nobody begin meanwhile."""
    lock_migrations(connection)
    if _dialect(connection) == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({editions.LOCK})"))


def _carry_out(connection: Connection, todo: Steps) -> None:
    applying = Applying(MigrationContext.configure(connection), todo.schema, connection)
    applying.plugin = CUSTOM
    before = _counted(connection, (former for former, _ in todo.rows))
    for operation in todo.operations:
        applying.invoke(operation)
    after = _counted(connection, (now for _, now in todo.rows))
    for former, now in todo.rows:
        if before[former] != after[now]:
            raise BadMigration(
                f"The change would alter the rows of {former}: {before[former]} before, "
                f"{after[now]} after. Nothing was changed.",
            )
    rebuilt = any(
        isinstance(each, ops.DropConstraintOp | ops.DropTableOp) for each in todo.operations
    )
    if rebuilt and _dialect(connection) == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise BadMigration(f"The change would leave {len(broken)} references to nothing.")


def _counted(connection: Connection, names: Iterable[str]) -> Mapping[str, int]:
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in names
    }


def _dialect(connection: Connection) -> DialectName:
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
