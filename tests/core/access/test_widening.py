"""Who may give rights by relating records is told in readable words."""

from relatum.access import widenings
from relatum.catalogue import build_catalogue
from tests.core.catalogue.declaring import declare
from tests.core.session import workplace

CLINIC = declare(
    """
class Person(Entity, plural="people"):
    name: str

class Ward(Entity):
    name: str

class Treats(Relationship[Person, Ward]):
    ends = Ends("wards", "doctors")

class Heads(Relationship[Person, Ward]):
    ends = Ends("headed", "heads")

class Likes(Relationship[Person, Ward]):
    ends = Ends("liked", "fans")

class Leads(Relationship[Ward, Ward]):
    ends = Ends("leads_to", "led_to")

roles = [Role("doctor", of=Person, where=Ties("wards").some())]
policies = [
    Policy("doctor", Ward, READ, through="doctors"),
    Policy("head", Ward, READ | UPDATE, through="heads"),
    Policy("clerk", EVERY_TYPE, RELATE),
    Policy("clerk", [Likes, Leads], RELATE),
    Policy("guest", Ward, READ, where=Ties("led_to").some(Field("name") == "Lobby")),
    Policy("doctor", [Treats, Heads], RELATE, through=BOTH_ENDS),
    Policy("office", Treats, RELATE),
    Policy("head", Treats, RELATE, where=Field("target.name") == "A"),
]

@action(elevated={Heads: RELATE, Likes: RELATE})
async def promote(ctx: Context) -> None:
    "Make a head."

@action(elevated={"Record": RELATE})
async def tidy(ctx: Context) -> None:
    "Ties that give rights are not meant by all types."
""",
    name="clinic",
)


def test_who_may_relate_what_gives_rights() -> None:
    assert [str(each) for each in widenings(build_catalogue([CLINIC]))] == [
        "The action 'promote' may relate Heads, by which 'head' has rights on Ward.",
        "The role 'clerk' may relate Leads, by which 'guest' has rights on Ward.",
        "The role 'head' may relate Treats where a condition holds, "
        "by which 'doctor' has rights on Ward and the role 'doctor' is held.",
        "The role 'office' may relate Treats, "
        "by which 'doctor' has rights on Ward and the role 'doctor' is held.",
    ]


def test_acting_for_a_firm_is_a_right() -> None:
    (hirer,) = widenings(build_catalogue([workplace]))
    assert str(hirer) == (
        "The role 'hirer' may relate WorksAt, "
        "by which 'partner' has rights on Firm, Machine and one acts for a firm."
    )
