"""Keys by which parties are looked up: what is likely to be the same in two descriptions of one party, as numbers.

They are kept with each record, in fields that nobody is shown. A key is a digest of phonetic forms, so that a record is
found that is spelt otherwise, and of two or three facts together, so that few others have it.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Final

from jellyfish import metaphone

from relatum import Context, Draft, before
from relatum_base.matching.describing import Description, of_organization, of_person
from relatum_base.parties import Organization, Person

_DIGITS: Final = 18
_SOUND: Final = 4
"""Signs of a phonetic form that count; what follows is too often cut off."""

Keys = Mapping[str, int | None]
"""By the name of the field that keeps it; None where a description does not say enough."""


def keys_of_person(of: Description) -> Keys:
    """The keys of a person: both names in either order, each name and the place, the street or the place and the number."""
    given, family = sound(of.get("given_name", "")), sound(of.get("family_name", ""))
    place = sound(of.get("locality", "")) or of.get("postal_code", "")
    number = of.get("number", "")
    return {
        "match_names": digest(*sorted((given, family))),
        "match_family": digest(family, place),
        "match_given": digest(given, place),
        "match_street": digest(sound(of.get("street", "")), number),
        "match_house": digest(number, of.get("postal_code", "")),
    }


def keys_of_organization(of: Description) -> Keys:
    """The keys of an organization: its name, the first word of it with the place, its address, its domain, its numbers."""
    words = [sound(each) for each in of.get("name", "").split()]
    place = of.get("postal_code") or sound(of.get("locality", ""))
    return {
        "match_names": digest(*sorted(words[:3])) if words else None,
        "match_place": digest(words[0] if words else "", place),
        "match_street": digest(sound(of.get("street", "")), of.get("number", ""), place),
        "match_domain": digest(of.get("domain", "")),
        "match_number": digest(of.get("tax_number") or of.get("registration_number", "")),
    }


def sound(text: str) -> str:
    """What a text sounds like, roughly, by Metaphone; digits and foreign letters as they are."""
    return (metaphone(text).replace(" ", "") or text.replace(" ", ""))[:_SOUND]


def digest(*parts: str) -> int | None:
    """A number for several texts, at most 18 digits long; None where one of them is empty."""
    if not all(parts):
        return None
    found = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(found) % 10**_DIGITS


@before(Person, "created", "updated", "restored")
async def keep_keys_of_people(ctx: Context, draft: Draft) -> None:
    """Keep the keys with the facts that they are made of."""
    _keep(draft, keys_of_person(of_person(draft.record)))


@before(Organization, "created", "updated", "restored")
async def keep_keys_of_organizations(ctx: Context, draft: Draft) -> None:
    """Keep the keys with the facts that they are made of."""
    _keep(draft, keys_of_organization(of_organization(draft.record)))


def _keep(draft: Draft, keys: Keys) -> None:
    for name, key in _changed(draft, keys):
        draft.values[name] = key


def _changed(draft: Draft, keys: Keys) -> Iterator[tuple[str, int | None]]:
    return ((name, key) for name, key in keys.items() if draft.values.get(name) != key)
