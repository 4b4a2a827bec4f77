"""Policies and roles after their names were resolved."""

from uuid import uuid4

import pytest

from relatum.access import action_grants, grants
from relatum.catalogue import Catalogue, build_catalogue, with_administrators
from relatum_schemas.errors import Problems
from relatum_schemas.policy import READ, UPDATE, Policy, Role
from relatum_schemas.principal import IS_ME, IS_MY_FIRM
from relatum_schemas.selection import Climb, OnRecord, Related
from tests.core.catalogue.declaring import declare

DRIVE = """
class Person(Entity):
    name: Annotated[str, Label]
class Firm(Entity):
    name: Annotated[str, Label]
class Shared(Trait):
    pass
class Folder(Shared, Entity):
    name: Annotated[str, Label]
class Doc(Shared, Entity):
    name: Annotated[str, Label]
    draft: bool = False
class In(Relationship[Doc | Folder, Folder]):
    ends = Ends("parent", "content", limit=Limit(target=1))
class Views(Relationship[Person, Shared]):
    ends = Ends("views", "viewers")
    role: str | None = None
class WorksAt(Relationship[Person, Firm], represents=True):
    ends = Ends("employers", "employees")
class Tagged(Relationship[Doc, Folder]):
    ends = Ends("tags", "tagged")
class Listed(Relationship[Doc, Folder]):
    ends = Ends("listed", "lists")

@action(Doc, rights={"owner"})
async def publish(ctx: Context, doc: Doc) -> Doc:
    return doc
@action()
async def recount(ctx: Context) -> int:
    return 1

roles = [
    Role("staff", title="Staff", of=Person, where=Ties("employers").some(IS_MY_FIRM)),
    Role("lead", invites=("staff", "viewer")),
]
policies = [
    Policy("viewer", Shared, READ, through="parent*.viewers"),
    Policy("viewer", In, READ, through=BOTH_ENDS),
    Policy("editor", Doc, READ | UPDATE, where=Ties("viewers").some(IS_ME, tie=Field("role") == "editor")
           - (Field("draft") == True), actions=("publish",), purposes=("edit",)),
    Policy("tagger", Doc, READ, where=Ties("tags").some(Field("name") == "public")),
    Policy("counter", (), actions=("recount",)),
]
"""


@pytest.fixture(scope="module")
def drive() -> Catalogue:
    return build_catalogue([declare(DRIVE, name="drive")])


def test_a_path_becomes_a_condition_on_each_type(drive: Catalogue) -> None:
    viewers = Related(end="viewers", condition=OnRecord(condition=IS_ME))
    (rule,) = [each for each in drive.policies if each.role == "viewer" and each.types == ("Doc",)]
    assert rule.where == Climb(ends=("parent",), condition=viewers)
    assert rule.plugin == "drive"
    assert rule.authority == ("In", "Views")


def test_ties_that_give_rights_bear_authority(drive: Catalogue) -> None:
    assert drive.authority == {"In", "Views", "WorksAt", "Tagged"}


def test_a_tie_gives_rights_also_where_it_leads_to_nobody(drive: Catalogue) -> None:
    (rule,) = [each for each in drive.policies if each.role == "tagger"]
    assert rule.authority == ("Tagged",)


def test_roles_are_those_declared_and_those_named(drive: Catalogue) -> None:
    assert set(drive.roles) == {
        *("staff", "lead", "viewer", "editor", "tagger", "counter", "owner", "administrator")
    }
    staff = drive.roles["staff"]
    assert (staff.type, staff.title, staff.authority) == ("Person", "Staff", ("WorksAt",))
    assert staff.condition == Related(end="employers", condition=OnRecord(condition=IS_MY_FIRM))
    assert drive.roles["lead"].invites == ("staff", "viewer")
    assert drive.roles["viewer"].type is None


def test_a_policy_with_purposes_counts_for_calls_with_one_of_them(drive: Catalogue) -> None:
    assert grants(drive, {"editor"}, "Doc", READ) == ()
    assert len(grants(drive, {"editor"}, "Doc", READ, purpose="edit")) == 1
    assert len(grants(drive, {"viewer"}, "Doc", READ, purpose="edit")) == 1


def test_an_action_is_called_by_its_roles_and_by_policies_that_name_it(drive: Catalogue) -> None:
    (own,) = action_grants(drive, {"owner"}, "publish", "Doc")
    assert own.unconditional
    assert action_grants(drive, {"editor"}, "publish", "Doc") == ()
    (given,) = action_grants(drive, {"editor"}, "publish", "Doc", purpose="edit")
    assert not given.unconditional
    assert action_grants(drive, {"viewer"}, "publish", "Doc") == ()
    assert len(action_grants(drive, {"counter"}, "recount", None)) == 1


@pytest.mark.parametrize(
    ("rules", "place", "message"),
    [
        ("roles = [Role('a', invites=('b',))]", "Role('a')", "invites with 'b'"),
        ("roles = [Role('a', where=IS_ME)]", "Role('a')", "whose records"),
        ("roles = [Role('a', of='Z')]", "Role('a')", "no type 'Z'"),
        ("roles = [Role('administrator')]", "Role('administrator')", "the role of this name"),
        ("roles = [Role('a'), Role('a')]", "Role('a')", "declares a role of this name"),
        ("policies = [Policy('a', X)]", "Policy('a', X)", "gives no right"),
        ("policies = [Policy('a', (), READ)]", "Policy('a', )", "names no type"),
        ("policies = [Policy('a', X, READ, purposes=())]", "Policy", "no purpose"),
        ("policies = [Policy('a', X, actions=('b',))]", "Policy", "no action 'b'"),
        ("policies = [Policy('a', X, READ, through='up.z')]", "Policy", "no end 'z'"),
        ("policies = [Policy('a', X, READ, through='down*')]", "Policy", "leads back"),
        (
            "policies = [Policy('a', X, READ, where=Field('n').compare('eq', Parameter(parameter='p')))]",
            "Policy",
            "parameter 'p'",
        ),
        ("policies = [Policy('a', X, READ, where=Field('n') == 'many')]", "Policy", "'many' is not"),
        ("policies = [Policy('a', X, READ, where=Field('n').contains('1'))]", "Policy", "'contains'"),
        ("policies = [Policy('a', X, READ, where=Ties('up').ever().some(Field('z') == 1))]", "Policy", "'z'"),
        (
            "policies = [Policy('a', X, READ, where=Field('n').compare('eq', Parameter(parameter='principal_id')))]",
            "Policy",
            "nobody's id",
        ),
        (
            "@action(Y)\nasync def f(ctx: Context, y: Y) -> int: return 1\n"
            "policies = [Policy('a', X, actions=('f',))]",
            "Policy",
            "acts on Y",
        ),
        (
            "@action()\nasync def f(ctx: Context) -> int: return 1\n"
            "policies = [Policy('a', X, actions=('f',), where=IS_ME)]",
            "Policy",
            "takes no record",
        ),
        (
            "@action(X)\nasync def f(ctx: Context) -> int: return 1\n"
            "policies = [Policy('a', X, actions=('f',), where=IS_ME)]",
            "Policy",
            "takes no record",
        ),
        (
            "@action(X, when=Field('n') == 1)\nasync def f(ctx: Context) -> int: return 1\n",
            "f.when",
            "takes no record",
        ),
        (
            "@action(X, when=Field('z') == 1)\nasync def f(ctx: Context, x: X) -> int: return 1\n",
            "f.when",
            "'z'",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_names_place_and_remedy(rules: str, place: str, message: str) -> None:
    source = (
        "from relatum_schemas.selection import Parameter\n"
        "class X(Entity):\n    n: int | None = None\n"
        "class Y(Entity): pass\n"
        "class Up(Relationship[X, X | Y]):\n    ends = Ends('up', 'xs')\n"
        "class Down(Relationship[X, Y]):\n    ends = Ends('down', 'over')\n"
    )
    with pytest.raises(Problems) as refusal:
        build_catalogue([declare(source + rules, name="wrong")])
    found = [str(problem) for problem in refusal.value.problems]
    assert any(place in each and message in each for each in found), found


def test_administrators_rules_join_those_of_the_plugins(drive: Catalogue) -> None:
    source = uuid4()
    ours = with_administrators(
        drive,
        {source: Policy("guest", "Doc", READ, through="listed.viewers")},
        [Role("guest"), Role("staff", of="Person", invites=("guest",))],
    )
    (rule,) = [each for each in ours.policies if each.plugin is None]
    assert (rule.source, rule.role, rule.authority) == (source, "guest", ("Listed", "Views"))
    assert ours.roles["staff"].condition is None
    assert ours.authority == {*drive.authority, "Listed"}
    assert ours.fingerprint != drive.fingerprint
    with pytest.raises(Problems, match="no end 'z'"):
        with_administrators(drive, {source: Policy("x", "Doc", UPDATE, through="z")}, [])
