"""Ends rules of administrators that name what a plugin's upgrade has renamed.

Such a rule has no meaning any more. Left alone it would come to mean whatever takes the former name later.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from relatum.catalogue import Catalogue
from relatum.clock import utc_now
from relatum.declaring import in_force, last_change
from relatum.identity.losing import orphaned
from relatum.identity.stored_rules import end_rule_of, rules_of
from relatum.plugins import LoadedPlugin
from relatum_schemas.declared import Declarations


def forget_former_names(
    connection: Connection, plugins: Sequence[LoadedPlugin], upgraded: Collection[str]
) -> None:
    """End the rules that name something of these plugins as it was called before.

    Args:
        connection: in the transaction of the upgrade.
        plugins: whose data is in the database.
        upgraded: names of those of which migrations were applied.
    """
    theirs = {each.name for each in plugins} & {*upgraded}  # the engine itself renames nothing
    rules = rules_of(connection) if theirs else []
    if not rules:
        return
    catalogue = all_of(connection, plugins)
    for each in orphaned(rules, catalogue, frozenset(_former(catalogue, theirs))):
        end_rule_of(connection, each, now=utc_now(), by=None)


def all_of(connection: Connection, plugins: Sequence[LoadedPlugin]) -> Catalogue:
    """All that a database has, in force or not: of plugins, and declared at run time."""
    last = last_change(connection)
    declared = last.declarations if last else Declarations()
    return in_force([each.module for each in plugins], declared).catalogue


def _former(catalogue: Catalogue, plugins: Collection[str]) -> Iterator[str]:
    for record_type in catalogue:
        if record_type.plugin in plugins:
            yield from record_type.renamed_from
        for field in record_type.stored_fields:
            if field.plugin in plugins:
                yield from (f"{record_type.name}.{each}" for each in field.renamed_from)
