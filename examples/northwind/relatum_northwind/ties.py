"""What Northwind adds to the ties that every business has."""

from relatum import Ends, Relationship
from relatum_base import Organization, Person, Region


class Covers(Relationship[Person, Region], plural="coverages", valid="day"):
    """An employee is in charge of a territory."""

    ends = Ends("territories", "covered_by")


class ShipsFor(Relationship[Organization, Organization], plural="shipping_ties", valid="day"):
    """A carrier ships the goods of a firm."""

    ends = Ends("ships_for", "shippers")
