"""Declarations changed by an administrator, in a process that goes on serving meanwhile.

The work is done in a thread of its own, since it computes for a while. What follows it, such as words to search by, is
made after the commit, in batches.
"""

import asyncio
from dataclasses import dataclass

from relatum.changes.accesses import note
from relatum.declaring import ChangeOfDeclarations, changes_on, in_force
from relatum.identity.force import kept_on
from relatum.identity.room import for_administrators
from relatum.migration import rebuild_text
from relatum.redeclaring.applying import Installation, Judge, Outcome, apply, plan
from relatum.redeclaring.wishes import Wish
from relatum.session import Session
from relatum.session.assembling import active
from relatum_schemas.declared import Declarations
from relatum_schemas.errors import RelatumError


@dataclass(frozen=True)
class DeclaredNow:
    """What is declared at run time.

    Attributes:
        declarations: all of it.
        resting: what is wrong with those that are out of force.
        changes: how it came about, the last change first.
    """

    declarations: Declarations
    resting: tuple[RelatumError, ...]
    changes: tuple[ChangeOfDeclarations, ...]


async def declared_now(session: Session) -> DeclaredNow:
    """What is declared at run time, for administrators.

    Raises:
        Forbidden: the principal is none.
    """
    storage = session.storage
    for_administrators(session.principal, "see how types came to be declared")
    async with storage.connections.snapshot() as connection:
        changes = await changes_on(connection)
        kept = await kept_on(connection)
    modules = [each.module for each in active(storage.surroundings.loading.plugins, kept)]
    found = await asyncio.to_thread(in_force, modules, kept.declared)
    return DeclaredNow(kept.declared, found.resting, changes)


async def redeclare(
    session: Session, wish: Wish, *, judge: Judge | None = None, only_plan: bool = False
) -> Outcome:
    """Do what a wish takes, if all of it may be done, and put it in force in this process.

    Args:
        session: of an administrator.
        wish: what is to be declared.
        judge: what else a catalogue has to go with.
        only_plan: whether it is only told what it takes.

    Raises:
        Forbidden: the principal is no administrator.
        Problems: with all that is wrong with the declarations that are wanted.
        UnknownType, UnknownField: the wish names what is not declared.
        DatabaseLocked, BadMigration: it cannot be done now; nothing was changed.
    """
    by, storage = session.principal, session.storage
    for_administrators(by, "declare types")
    installation = Installation(
        plugins=storage.surroundings.loading.plugins, zone=storage.catalogue.zone, judge=judge
    )
    url, now = storage.connections.url, storage.clock()
    work = (
        plan(url, installation, wish)
        if only_plan
        else apply(url, installation, wish, by=by.id, now=now)
    )
    outcome = await asyncio.to_thread(asyncio.run, work)
    if outcome.applied:
        await rebuild_text(storage.connections, outcome.catalogue)
        acts = [each.words for each in outcome.plan.acts]
        told = {"acts": acts, "warnings": list(outcome.plan.warnings)}
        async with storage.connections.writing() as connection:
            await note(connection, by, "catalogue_changed", at=now, details=told)
        if storage.renewed is not None:
            await storage.renewed()
    return outcome
