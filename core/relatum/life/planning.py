"""What an act in the life of a plugin would do, told before it is done; nothing is done."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from relatum.access import widenings
from relatum.catalogue import Catalogue
from relatum.catalogue.resolved import PolicyRule
from relatum.identity.force import Kept
from relatum.life.concerning import there, tied_at_run_time
from relatum.life.installing import require_new, require_old, scripts_with
from relatum.life.parts import Parts, parts_in, rows_in, values_in
from relatum.life.purging import purge_in, purged_with
from relatum.life.removing import going_with
from relatum.life.restoring import coming, parked
from relatum.migration.applying import write_out
from relatum.migration.heads import heads_on
from relatum.migration.present import present
from relatum.migration.reaching import look
from relatum.migration.scripts import scripts_of
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session.assembling import active

Act = Literal["install", "upgrade", "remove", "restore", "purge"]


@dataclass(frozen=True, kw_only=True)
class LifePlan:
    """What an act would do.

    Attributes:
        act: which one.
        plugins: that it concerns, in the order in which it is done.
        dependants: those of them that only go along.
        steps: what is done to tables, a line each.
        rows: what it is done to, a line for each table with rows, or column with values.
        comes: what there is afterwards that was not before: types, fields, ends, actions, roles, rights.
        goes: what there was before and is not afterwards.
        hindrances: why it cannot be done as things are.
    """

    act: Act
    plugins: tuple[str, ...]
    dependants: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    comes: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()
    hindrances: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan, with what plugins declare before and after it: a transport tells what that changes of its surface."""

    plan: LifePlan
    before: Catalogue
    after: Catalogue


async def plan_of(url: str, plugins: Sequence[LoadedPlugin], act: Act, name: str) -> Planned:
    """Return what an act on a plugin would do.

    Args:
        url: of the database.
        plugins: that are loaded, required ones first.
        act: what would be done.
        name: of the plugin.

    Raises:
        RelatumError: as the act itself does, where there is nothing to be done.
    """
    return await look(url, lambda connection: _PLANNING[act](connection, plugins, name))


def _migrating(act: Act) -> Callable[[Connection, Sequence[LoadedPlugin], str], Planned]:
    require = require_new if act == "install" else require_old

    def planned(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> Planned:
        require(connection, plugins, name)
        found, scripts = scripts_with(connection, plugins, name)
        migrations = write_out(connection, scripts, of=(name,))
        concerned = tuple(
            each.name for each in found if each.name in {one.plugin for one in migrations}
        )
        plan = LifePlan(
            act=act,
            plugins=concerned or (name,),
            dependants=tuple(each for each in concerned if each != name),
            steps=tuple(act for each in migrations for act in each.acts),
        )
        known = [each for each in found if there(connection, each.name)]
        return _compared(
            plan, known, [each for each in found if each in known or each.name in plan.plugins]
        )

    return planned


def _removing(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> Planned:
    going = going_with(connection, plugins, name)
    found = present(connection, plugins)
    scripts = scripts_of(found)
    schema = scripts.replayed(scripts.up_to(heads_on(connection)))
    parts = [parts_in(connection, each, schema) for each in going]
    tied = [on for each in parts for on in tied_at_run_time(connection, each)]
    plan = LifePlan(
        act="remove",
        plugins=going,
        dependants=going[:-1],
        steps=tuple(step for each in parts for step in _steps(each, "park")),
        rows=tuple(line for each in parts for line in _rows(connection, each)),
        hindrances=tuple(f"Ties declared at run time end at its records: {on}." for on in tied),
    )
    return _compared(plan, found, active(found, Kept(frozenset(going))))


def _restoring(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> Planned:
    _, parts = parked(connection, name)
    before = present(connection, plugins)
    if name not in {each.name for each in plugins}:
        plan = LifePlan(act="restore", plugins=(name,), hindrances=("Its code is not installed.",))
        return _compared(plan, before, before)
    plan = LifePlan(
        act="restore",
        plugins=(name,),
        steps=tuple(_steps(parts, "bring back")),
        rows=tuple(_rows(connection, parts)),
    )
    return _compared(plan, before, coming(connection, plugins, name))


def _purging(connection: Connection, plugins: Sequence[LoadedPlugin], name: str) -> Planned:
    going = purged_with(connection, plugins, name)
    purges = [purge_in(connection, each) for each in going]
    plan = LifePlan(
        act="purge",
        plugins=going,
        dependants=going[:-1],
        steps=tuple(step for each in purges for step in _steps(each.parts, "drop")),
        rows=tuple(line for each in purges for line in _rows(connection, each.parts)),
    )
    found = present(connection, plugins)
    return _compared(plan, found, found)


_PLANNING = {
    "install": _migrating("install"),
    "upgrade": _migrating("upgrade"),
    "remove": _removing,
    "restore": _restoring,
    "purge": _purging,
}


def _steps(parts: Parts, verb: str) -> Iterator[str]:
    yield from (f"{verb} the table {name}" for name in parts.tables)
    yield from (f"{verb} the column {on}.{name}" for on, name, _ in parts.columns)


def _rows(connection: Connection, parts: Parts) -> Iterator[str]:
    for name in parts.tables:
        count = rows_in(connection, name)
        if count:
            yield f"{name}: {count} row{'s' * (count != 1)}"
    for on, name, _ in parts.columns:
        count = values_in(connection, on, name)
        if count:
            yield f"{on}.{name}: {count} value{'s' * (count != 1)}"


def _compared(
    plan: LifePlan, before: Iterable[LoadedPlugin], after: Iterable[LoadedPlugin]
) -> Planned:
    former, later = catalogue_of(before), catalogue_of(after)
    both = former.types.keys() & later.types.keys()
    then, now = list(_surface(former, both)), list(_surface(later, both))
    return Planned(
        plan=LifePlan(
            **{
                **vars(plan),
                "comes": tuple(each for each in now if each not in set(then)),
                "goes": tuple(each for each in then if each not in set(now)),
            }
        ),
        before=former,
        after=later,
    )


def _surface(catalogue: Catalogue, apart: Collection[str]) -> Iterator[str]:
    """What there is in a catalogue that people may ask for or hold, a line each; of these types by field."""
    for each in catalogue:
        yield f"type {each.name}"
        if each.name in apart:
            yield from (f"field {each.name}.{name}" for name in each.fields)
    yield from (f"action {name}" for name in sorted(catalogue.actions))
    yield from (f"role {name}" for name in sorted(catalogue.roles))
    for rule in catalogue.policies:
        yield f"right of {rule.role}: {_rights(rule)}"
    yield from (f"reach: {each}" for each in widenings(catalogue))


def _rights(rule: PolicyRule) -> str:
    rights = [str(each.name).lower() for each in rule.rights]
    limited = " where a condition holds" if rule.where is not None or rule.both_ends else ""
    what = " and ".join([*rights, *rule.actions])
    return f"{what} {', '.join(sorted(rule.types))}{limited}".replace("  ", " ")
