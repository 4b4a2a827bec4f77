"""The fingerprint of a catalogue: equal declarations, rules included, give an equal one in every process."""

import hashlib
from dataclasses import replace

from relatum.catalogue.model import Catalogue
from relatum_schemas.policy import ALL


def fingerprint(catalogue: Catalogue) -> str:
    """What tells catalogues apart whose plugins, tables or policies differ."""
    policies = [(each, sorted(each.fields.names)) for each in catalogue.policies]
    bare = [(replace(rule, fields=ALL), rule.fields.complement, names) for rule, names in policies]
    content = repr(
        (
            sorted(catalogue.types.items()),
            sorted(catalogue.traits.items()),
            bare,
            sorted(catalogue.roles.items()),
            sorted(catalogue.purposes.items()),
            tuple(catalogue.plugins),
            catalogue.zone,
        )
    )
    return hashlib.sha256(content.encode()).hexdigest()[:32]
