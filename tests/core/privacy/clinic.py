"""A small world with sensitive and encrypted fields."""

from relatum.catalogue import build_catalogue
from relatum.sealing import new_keyring
from tests.core.catalogue.declaring import declare

CLINIC = declare(
    """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]
    diagnosis: Annotated[str | None, Sensitive("health")] = None
    salary: Annotated[Money | None, Sensitive("finance")] = None
    bonus: Annotated[Money | None, Sensitive("finance")] = None
    pay = Computed("salary + bonus")
    iban: Annotated[str | None, Encrypted(lookup=True)] = None
    born: Annotated[date | None, Encrypted()] = None
    creed: Annotated[str | None, Sensitive("belief"), Encrypted()] = None

class Ward(Entity):
    name: Annotated[str, Label]

class Insured(Trait, plural="insured_parties"):
    number: Annotated[str | None, Encrypted(lookup=True)] = None
    risk: Annotated[str | None, Sensitive("health")] = None

class Company(Insured, Entity, plural="companies"):
    name: Annotated[str, Label]

class Household(Insured, Entity):
    name: Annotated[str, Label]

class TreatedIn(Relationship[Person, Ward], valid="day"):
    ends = Ends("wards", "patients")
    reason: Annotated[str | None, Sensitive("health")] = None
    code: Annotated[str | None, Encrypted()] = None

class Nurses(Relationship[Person, Ward]):
    ends = Ends("nurse_of", "nurses")

policies = [
    Policy("doctor", EVERY_TYPE, EVERYTHING),
    Policy("clerk", Person, EVERYTHING, fields=ALL - {"diagnosis"}),
    Policy("porter", [Person, Ward], READ, fields=only("name")),
]
""",
    name="clinic",
)
CATALOGUE = build_catalogue([CLINIC])
KEYS = new_keyring()
