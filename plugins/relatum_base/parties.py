"""Who a business deals with: persons, organizations and households, which share the trait Party.

Fields whose names begin with ``match_`` are keys to look a party up by (see `relatum_base.matching`). The names
of others follow schema.org where it has one (``given_name``, ``legal_name``, ``honorific_prefix``), so that exchange with
other systems needs no dictionary.
"""

from relatum import (
    Annotated,
    Big,
    Country,
    Email,
    Entity,
    Help,
    Indexed,
    Internal,
    Label,
    Language,
    LongText,
    Phone,
    PostalAddress,
    Searchable,
    Sensitive,
    Trait,
    Url,
    date,
)


class Party(Trait, plural="parties"):
    """Someone one can write to, agree with and owe something: a person, an organization or a household.

    The fields hold the *principal* way to reach the party; further numbers and addresses are contact points.
    """

    email: Annotated[Email | None, Searchable, Indexed] = None
    phone: Annotated[
        Phone | None, Indexed, Help("With the country code, such as +49 30 123456.")
    ] = None
    address: PostalAddress | None = None
    language: Annotated[Language | None, Help("The language to write in.")] = None
    note: LongText | None = None


class Person(Party, Entity, plural="people"):
    """A human being, in whatever capacity: employee, contact, private customer.

    What a person does for an organization is said by the tie `WorksAt`, so one person may have several employers and
    keeps the same record when they change.
    """

    honorific_prefix: Annotated[str | None, Help("Such as Dr. or Ms.")] = None
    given_name: Annotated[str | None, Label, Searchable, Indexed] = None
    family_name: Annotated[str, Label, Searchable, Indexed, Help("A single name stands here.")]
    preferred_name: Annotated[
        str | None, Searchable, Help("What the person wants to be called.")
    ] = None
    birth_date: Annotated[date | None, Sensitive("birth")] = None
    nationality: Annotated[Country | None, Sensitive("origin")] = None
    match_names: Annotated[int | None, Big, Internal, Indexed] = None
    match_family: Annotated[int | None, Big, Internal, Indexed] = None
    match_given: Annotated[int | None, Big, Internal, Indexed] = None
    match_street: Annotated[int | None, Big, Internal, Indexed] = None
    match_house: Annotated[int | None, Big, Internal, Indexed] = None


class Organization(Party, Entity, plural="organizations"):
    """A firm, authority, association, or a part of one that is dealt with by itself (see `PartOf`)."""

    name: Annotated[str, Label, Searchable, Indexed]
    legal_name: Annotated[
        str | None, Searchable, Help("As registered, when it differs from the name.")
    ] = None
    registration_number: Annotated[str | None, Searchable, Indexed] = None
    tax_number: Annotated[
        str | None, Searchable, Indexed, Help("For value added tax, with the country's prefix.")
    ] = None
    website: Url | None = None
    industry: Annotated[str | None, Indexed] = None
    employee_count: Annotated[int | None, Indexed, Help("Roughly; not the people known here.")] = (
        None
    )
    founded: date | None = None
    match_names: Annotated[int | None, Big, Internal, Indexed] = None
    match_place: Annotated[int | None, Big, Internal, Indexed] = None
    match_street: Annotated[int | None, Big, Internal, Indexed] = None
    match_domain: Annotated[int | None, Big, Internal, Indexed] = None
    match_number: Annotated[int | None, Big, Internal, Indexed] = None


class Household(Party, Entity, plural="households"):
    """Persons who live, decide and are written to together."""

    name: Annotated[str, Label, Searchable, Indexed]
