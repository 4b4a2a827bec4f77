"""What plugins add to types of others is open to no partner before somebody opens it."""

import pytest

from relatum.plugins import catalogue_of
from relatum_schemas.policy import READ
from tests.plugins.portal.northwind import PLUGINS

CATALOGUE = catalogue_of(PLUGINS)
OWN = {"portal_user": {"SavedList", "Bookmark"}}
"""What somebody keeps there for oneself, whatever it is."""


@pytest.mark.parametrize(
    "role", ["customer", "portal_user", "quote_recipient", "reseller", "supplier"]
)
def test_what_partners_see_of_things_is_named_field_by_field(role: str) -> None:
    rules = [
        rule
        for rule in CATALOGUE.policies
        if rule.role == role and READ in rule.rights and rule.types[0] in CATALOGUE.entities
    ]
    assert rules
    unnamed = {rule.types[0] for rule in rules if rule.fields.complement}
    assert unnamed == OWN.get(role, set())


@pytest.mark.parametrize(
    "role", ["customer", "portal_user", "quote_recipient", "reseller", "supplier"]
)
def test_what_we_note_of_partners_is_not_theirs(role: str) -> None:
    """A remark on a person, a firm or a number is ours, and what is still missing of it."""
    rules = [rule for rule in CATALOGUE.policies if rule.role == role and READ in rule.rights]
    told = {
        f"{rule.types[0]}.{name}"
        for rule in rules
        for name in ("note", "missing")
        if rule.types[0] in ("Person", "Organization", "ContactPoint") and name in rule.fields
    }
    assert told == set()
