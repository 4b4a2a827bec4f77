"""The ties that every business has. All are valid by day: they begin, end, and can be asked for as of any day."""

from typing import Literal

from relatum import Annotated, Ends, Help, Indexed, Limit, Relationship, Searchable
from relatum_base.parties import Household, Organization, Party, Person


class WorksAt(
    Relationship[Person, Organization], plural="employments", valid="day", represents=True
):
    """A person works at an organization, whether employed there or not, and may act for it."""

    ends = Ends("employers", "employees")
    role: Annotated[str | None, Searchable, Indexed, Help("The job title.")] = None
    department: Annotated[str | None, Searchable, Indexed] = None


class ReportsTo(Relationship[Person, Person], plural="reporting_lines", valid="day", acyclic=True):
    """A person reports to their line manager. A dotted line is a tie of another type."""

    ends = Ends("manager", "reports", limit=Limit(target=1))


class PartOf(
    Relationship[Organization, Organization], plural="organization_parts", valid="day", acyclic=True
):
    """An organization is part of another: a subsidiary, a branch or a department that is dealt with by itself."""

    ends = Ends("part_of", "parts", limit=Limit(target=1), on_delete="restrict")
    kind: Annotated[Literal["subsidiary", "branch", "department"] | None, Indexed] = None


class Supplies(Relationship[Organization, Party], plural="supply_ties", valid="day"):
    """An organization supplies a party: the one fact behind both "supplier" and "customer"."""

    ends = Ends("customers", "suppliers")
    customer_number: Annotated[
        str | None, Searchable, Indexed, Help("What the supplier calls the customer.")
    ] = None
    supplier_number: Annotated[
        str | None, Searchable, Indexed, Help("What the customer calls the supplier.")
    ] = None


class PartnerOf(Relationship[Organization, Organization], plural="partnerships", valid="day"):
    """An organization is a partner of another one, whose products it sells, recommends or builds on."""

    ends = Ends("partner_of", "partners")
    kind: Annotated[
        Literal["reseller", "distributor", "integrator", "referral", "technology"] | None, Indexed
    ] = None
    level: Annotated[str | None, Indexed, Help("In the partner programme, such as gold.")] = None


class CompetesWith(
    Relationship[Organization, Organization], plural="rivalries", valid="day", symmetric=True
):
    """Two organizations compete."""

    ends = Ends("competitors", "competitors")
    market: Annotated[str | None, Searchable, Help("Where they meet.")] = None


class MemberOf(Relationship[Person, Household], plural="household_memberships", valid="day"):
    """A person belongs to a household."""

    ends = Ends("households", "members")
    role: Annotated[Literal["head", "partner", "child", "other"] | None, Indexed] = None


class RelatedTo(
    Relationship[Person, Person],
    plural="personal_ties",
    valid="day",
    symmetric=True,
    overlap="allow",
):
    """Two persons are related or close, in a way that reads the same from both sides."""

    ends = Ends("related_people", "related_people")
    kind: Annotated[
        Literal["spouse", "partner", "sibling", "relative", "friend", "colleague", "other"], Indexed
    ] = "other"
