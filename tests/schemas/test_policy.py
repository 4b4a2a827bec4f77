"""The language of policies: paths as conditions, and the same rules as JSON."""

import pytest

from relatum_schemas.condition import Field, Ties
from relatum_schemas.errors import DeclarationError, Problems
from relatum_schemas.policy import (
    ALL,
    BOTH_ENDS,
    CREATE,
    EVERY_TYPE,
    READ,
    Policy,
    Role,
    only,
)
from relatum_schemas.policy_data import (
    policy_as_data,
    policy_of_data,
    role_as_data,
    role_of_data,
)
from relatum_schemas.principal import IS_ME, IS_MY_FIRM, ME, MY_FIRM, Path
from relatum_schemas.selection import All, AnyTime, Climb, Not, OnRecord, Related


def test_a_path_is_a_short_way_to_write_a_condition() -> None:
    viewers = Ties("viewers").some(IS_ME)
    assert Path("viewers").to(ME) == viewers
    assert Path("folder.parent*.viewers").to(ME) == Ties("folder").some(
        Climb(ends=("parent",), condition=viewers)
    )
    assert Path("parent*").to(MY_FIRM) == Ties("parent").climb(IS_MY_FIRM)
    assert Path("a.b").to(Field("n") == 1) == Ties("a").some(Ties("b").some(Field("n") == 1))


@pytest.mark.parametrize("path", ["", "a.", "*", "a**", "A", "a b", "a.*"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(DeclarationError, match="no path of ends"):
        Policy("r", "T", READ, through=path)


def test_conditions_test_ties_and_exclude() -> None:
    owner = Ties("viewers").some(IS_ME, tie=Field("role") == "owner")
    assert owner == Related(
        end="viewers",
        condition=All(of=(Field("role") == "owner", OnRecord(condition=IS_ME))),
    )
    assert owner - IS_ME == All(of=(owner, Not(condition=IS_ME)))
    assert Ties("up").ever().climb(owner).holds == AnyTime()


def test_a_policy_joins_its_path_and_its_condition() -> None:
    policy = Policy("r", "T", READ, where=Field("n") == 1, through="up*.viewers", to=MY_FIRM)
    assert policy.condition == (Field("n") == 1) & Path("up*.viewers").to(MY_FIRM)
    assert Policy("r", EVERY_TYPE, READ).types == ("Record",)


POLICIES = [
    Policy("r", "T", READ),
    Policy("r", ["T", "U"], READ | CREATE, fields=ALL - {"price"}, through="a.b*.c", to=MY_FIRM),
    Policy("r", "T", READ, fields=only("name"), through=BOTH_ENDS),
    Policy("r", EVERY_TYPE, READ, where=(Field("n") > 1) & ~Path("a*").to(ME), purposes=("p",)),
    Policy("r", (), actions=("b", "a")),
]
ROLES = [
    Role("r"),
    Role("r", title="R", of="T", where=Ties("up").ever().some(IS_MY_FIRM), invites=("s", "t")),
]


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
def test_policies_are_data(policy: Policy) -> None:
    assert policy_of_data(policy_as_data(policy)) == policy


@pytest.mark.parametrize("role", ROLES, ids=repr)
def test_roles_are_data(role: Role) -> None:
    assert role_of_data(role_as_data(role)) == role


def test_what_is_as_usual_is_not_written() -> None:
    assert policy_as_data(POLICIES[0]) == {"role": "r", "types": ["T"], "rights": ["read"]}
    assert policy_as_data(POLICIES[2]) == {
        "role": "r",
        "types": ["T"],
        "rights": ["read"],
        "fields": {"only": ["name"]},
        "both_ends": True,
    }


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"types": ["T"]}, ("role",)),
        ({"role": "r", "right": ["read"]}, ("right",)),
        ({"role": "r", "rights": ["see"]}, ("rights", 0)),
        ({"role": "r", "purposes": []}, ("purposes",)),
        ({"role": "r", "where": {"kind": "climb", "ends": []}}, ("where", "climb", "ends")),
    ],
)
def test_mistakes_in_data_name_the_place(data: dict[str, object], path: tuple[object, ...]) -> None:
    with pytest.raises(Problems) as refusal:
        policy_of_data(data)
    assert path in [problem.path for problem in refusal.value.problems]


def test_a_path_and_both_ends_exclude_each_other() -> None:
    with pytest.raises(DeclarationError, match="not the two"):
        policy_of_data({"role": "r", "types": ["T"], "through": "a", "both_ends": True})
