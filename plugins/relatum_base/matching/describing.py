"""Descriptions of parties as plain texts, in a form in which they can be compared; whether they are records or given."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize

from relatum import Email, Phone, PostalAddress, Url, date
from relatum_base.parties import Organization, Person

Description = Mapping[str, str]
"""Texts by the names of facts; a fact that is not known is not there."""

LEGAL_FORMS: Final = frozenset(
    """ab ag as asa bv co company corp corporation doo ev eg eu gbr gesmbh gmbh inc incorporated kg kgaa kft limited llc llp
    lp ltd mbh nv ohg oy oyj plc pte pty sa sarl sas sasu sc se sl spa sro srl ug und and""".split()  # noqa: SIM905
)
"""Words that say how a firm is constituted, not which it is; dots are gone."""

FREE_MAIL: Final = frozenset(
    """163.com aol.com freenet.de gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com
    mail.com mail.ru me.com msn.com outlook.com outlook.de proton.me protonmail.com qq.com t-online.de web.de yahoo.com
    yahoo.de yandex.ru""".split()  # noqa: SIM905
)
"""Domains of addresses that say nothing of whose firm somebody is."""

_SPELT: Final = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})
_WORD: Final = re.compile(r"[a-z0-9]+")
_NUMBER: Final = re.compile(r"\d+[a-z]?\b")
_HOST: Final = re.compile(r"^(?:[a-z]+://)?(?:www\d?\.)?([^/:?#]+)")


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """A text in small Latin letters and digits, words parted by one blank."""
    spelt = normalize("NFKD", text.casefold().translate(_SPELT).replace(".", "").replace("'", ""))
    return " ".join(_WORD.findall("".join(each for each in spelt if not combining(each))))


def person(
    *,
    given_name: str | None = None,
    family_name: str | None = None,
    birth_date: date | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    address: PostalAddress | None = None,
) -> Description:
    """A description of a person."""
    return _known(
        given_name=plain(given_name or ""),
        family_name=plain(family_name or ""),
        birth_date=birth_date.isoformat() if birth_date else "",
        email=(email or "").casefold(),
        phone=phone or "",
        **_address(address),
    )


def organization(
    *,
    name: str | None = None,
    legal_name: str | None = None,
    website: Url | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    tax_number: str | None = None,
    registration_number: str | None = None,
    address: PostalAddress | None = None,
) -> Description:
    """A description of an organization; how it is constituted does not count as a part of its name."""
    return _known(
        name=distinctive(name or legal_name or ""),
        domain=domain(website or "", email or ""),
        phone=phone or "",
        tax_number=plain(tax_number or "").replace(" ", ""),
        registration_number=plain(registration_number or "").replace(" ", ""),
        **_address(address),
    )


def of_person(record: Person) -> Description:
    """The description of a person who is there, as far as whoever read the record may know it."""
    return person(
        given_name=record.given_name,
        family_name=record.family_name,
        birth_date=record.birth_date,
        email=record.email,
        phone=record.phone,
        address=record.address,
    )


def of_organization(record: Organization) -> Description:
    """The description of an organization that is there, as far as whoever read the record may know it."""
    return organization(
        name=record.name,
        legal_name=record.legal_name,
        website=record.website,
        email=record.email,
        phone=record.phone,
        tax_number=record.tax_number,
        registration_number=record.registration_number,
        address=record.address,
    )


def distinctive(name: str) -> str:
    """The words of a firm's name that are its own, or all where there are none."""
    words = plain(name).split()
    return " ".join([each for each in words if each not in LEGAL_FORMS] or words)


def domain(website: str, email: str) -> str:
    """The domain under which a firm is found: its website's, or that of its mail address unless everybody's."""
    if website:
        found = _HOST.match(website.casefold())
        return found[1] if found else ""
    host = email.casefold().rpartition("@")[2]
    return "" if host in FREE_MAIL else host


def _address(address: PostalAddress | None) -> dict[str, str]:
    if address is None:
        return {}
    street = plain(address.street or "")
    number = _NUMBER.search(street)
    return {
        "street": _NUMBER.sub("", street).strip(),
        "number": number[0] if number else "",
        "postal_code": plain(address.postal_code or "").replace(" ", ""),
        "locality": plain(address.locality or ""),
        "region": plain(address.region or ""),
        "country": (address.country or "").casefold(),
    }


def _known(**facts: str) -> Description:
    return {name: text for name, text in facts.items() if text}
