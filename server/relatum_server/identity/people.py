"""The people of the firm acted for, as those with an inviting role see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relatum.catalogue import Catalogue
from relatum.identity import Account, Ticket
from relatum.identity.newcomers import person_type
from relatum_server.identity.visits import Visit
from relatum_server.pages.speaking import SPOKEN

PERSON: Final = "person."
"""What the names of form fields begin with that are about the person invited."""


@dataclass(frozen=True)
class Asked:
    """What a form asks about somebody new.

    Attributes:
        name: of the form field.
        title: that it is shown with.
        required: whether it must be filled in.
    """

    name: str
    title: str
    required: bool


@dataclass(frozen=True)
class PeopleShown:
    """What the account's page shows of people.

    Attributes:
        users: who may act for the firm.
        invitations: that are open.
        fields: what is asked about somebody new.
    """

    users: Sequence[Account] = ()
    invitations: Sequence[Ticket] = ()
    fields: Sequence[Asked] = ()


def may_invite(visit: Visit) -> frozenset[str]:
    """The roles that somebody may give to others by inviting them to the firm acted for."""
    principal, roles = visit.person.principal, visit.state.database.catalogue.roles
    if principal.firm is None:
        return frozenset()
    if principal.unrestricted:
        return frozenset(roles)
    return frozenset(
        given for name in principal.roles if name in roles for given in roles[name].invites
    )


def titles(roles: Iterable[str]) -> Mapping[str, str]:
    """The titles of roles, by name."""
    return {name: SPOKEN.get().titles.role(name) for name in sorted(roles)}


async def people_shown(visit: Visit) -> PeopleShown:
    """Who may act for the firm, who is invited to, and what is asked about somebody new."""
    principal = visit.person.principal
    return PeopleShown(
        users=await visit.identity.users(principal, firm=principal.firm),
        invitations=await visit.identity.invitations(principal, firm=principal.firm),
        fields=_asked(visit.state.database.catalogue),
    )


def _asked(catalogue: Catalogue) -> Sequence[Asked]:
    """The fields that make up the name of a person, and those that a person cannot do without."""
    known = catalogue.types[person_type(catalogue)]
    words = SPOKEN.get().titles
    return [
        Asked(PERSON + each.name, words.of(known.name, each.name).title, each.required)
        for each in known.fields.values()
        if each.label or each.required
    ]
