"""What a manifest comes to in a catalogue: the policies of the app's own role, and whether its events can be told.

The app may do what its scopes say and nothing else, so an event is told only of what a scope lets it read.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from relatum.access.grants import grants
from relatum.catalogue import Catalogue, resolve_condition
from relatum.catalogue.policies import with_administrators
from relatum.identifiers import new_id
from relatum_schemas.app import AppManifest, Event
from relatum_schemas.errors import BadValue, UnknownField
from relatum_schemas.policy import Policy, Right, Role
from relatum_schemas.policy_data import policy_of_scope


def role_of(name: str) -> str:
    """The role that an app of this name has, and nobody else."""
    return f"app:{name}"


def policies_of(manifest: AppManifest) -> Mapping[UUID, Policy]:
    """What the scopes give to the app's role, each by the id of the rule that keeps it."""
    role = role_of(manifest.name)
    return {new_id(): policy_of_scope(each, role) for each in manifest.scopes}


def judged(
    catalogue: Catalogue, manifest: AppManifest, policies: Mapping[UUID, Policy]
) -> Catalogue:
    """The catalogue in which the app has its scopes.

    Args:
        catalogue: in force.
        manifest: of the app.
        policies: what the scopes give.

    Raises:
        Problems: a scope has no meaning.
        UnknownType, UnknownField, BadSelection: an event has none.
        BadValue: an event is of records that no scope lets the app read.
    """
    role = role_of(manifest.name)
    known = with_administrators(catalogue, policies, [Role(role, title=manifest.title)])
    for number, event in enumerate(manifest.events):
        _judge_event(known, role, event, ("events", number))
    return known


def _judge_event(
    catalogue: Catalogue, role: str, event: Event, path: tuple[str | int, ...]
) -> None:
    concrete = catalogue.concrete(event.type)
    if not any(grants(catalogue, {role}, each, Right.READ) for each in concrete):
        raise BadValue(
            f"No scope lets the app read {event.type}, of which it wants to be told.",
            path=(*path, "type"),
            hint=f'Add a scope: {{"types": ["{event.type}"], "rights": ["read"]}}.',
        )
    known = catalogue.fields(event.type)
    for name in event.fields:
        if name not in known:
            raise UnknownField(f"{event.type} has no field {name!r}.", path=(*path, "fields"))
    if event.where is not None:
        resolve_condition(catalogue, event.type, event.where)


def judge_address(address: str, allowed: frozenset[str]) -> None:
    """Refuse an address that is not encrypted, unless its host is one that may be.

    Args:
        address: of a webhook.
        allowed: hosts that the installation trusts.

    Raises:
        BadValue: it is such a one.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in allowed:
        raise BadValue(
            f"The webhook {address} is not encrypted.",
            path="webhook",
            hint="It begins with https://. Hosts that may do without are named by webhook_hosts.",
        )
