"""Which types are in force where a database keeps something: those of loaded plugins that are active, and declared ones."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from relatum.catalogue import Catalogue
from relatum.declaring import in_force
from relatum.identity.force import Assembling, Kept
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum_schemas.declared import Declarations


def assembling(
    plugins: Sequence[LoadedPlugin], *, zone: str = "UTC", complete: bool = True
) -> Assembling:
    """What puts the catalogue together, for `relatum.session.open_database`.

    Args:
        plugins: that are loaded, required ones first.
        zone: of the installation.
        complete: whether these are all plugins that the database may hold records of.
    """
    return partial(_assembled, tuple(plugins), zone, complete)


def active(plugins: Sequence[LoadedPlugin], kept: Kept) -> tuple[LoadedPlugin, ...]:
    """The plugins that are in force: those that are not kept as inactive, and require none that is."""
    found: dict[str, LoadedPlugin] = {}
    for each in plugins:
        if each.name not in kept.inactive and found.keys() >= set(each.manifest.requires):
            found[each.name] = each
    return tuple(found.values())


def _assembled(plugins: Sequence[LoadedPlugin], zone: str, complete: bool, kept: Kept) -> Catalogue:
    chosen = active(plugins, kept)
    complete = complete and not kept.inactive
    if kept.declared == Declarations():
        return replace(catalogue_of(chosen, zone=zone), complete=complete)
    found = in_force([each.module for each in chosen], kept.declared, zone=zone)
    return replace(
        found.catalogue, complete=complete and not found.resting and not kept.declared.parked
    )
