"""A firm that sells by partners: two of them, a channel manager, a customer's group, goods in a tree of categories."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import pytest

from relatum import Tie
from relatum.access import Principal
from relatum.session import context_for, run_action
from relatum_base import Organization, PartOf, Person, ReportsTo, WorksAt
from relatum_commerce import Category, Product
from relatum_sales import PartnerManagedBy, Pipeline, Stage
from relatum_testing import Installation


@pytest.fixture
def plugin_name() -> str:
    return "sales"


@dataclass(frozen=True)
class Channel:
    """What there is, and who asks.

    ``firms`` are the customer's group: ``top`` has the parts ``acme`` and ``sister``, ``acme`` has ``sub``, and ``sub`` has
    ``grandchild``; ``former`` was a part of ``top`` until yesterday; ``stranger`` is none of them.
    ``goods`` are ``kitchen`` with ``teapots`` with ``pot``, and ``kitchen`` with ``cups`` with ``cup``, and ``tools`` with
    ``saw``; ``other_pot`` is one of ``teapots``, too.
    """

    installation: Installation
    us: Organization
    firms: dict[str, Organization]
    goods: dict[str, Product | Category]
    people: dict[str, Person]
    partners: dict[str, Organization]

    @property
    def db(self) -> Any:
        return self.installation.system

    @property
    def clock(self) -> Any:
        return self.installation.clock

    @property
    def context(self) -> Any:
        """As a function of the plugin has it that may do everything."""
        return context_for(self.db, plugin="sales", function="tests")

    async def another(self, seed: str) -> "Channel":
        """The same people and firm of ours, in a market of its own: other firms, goods and partners."""
        partners = await partner_firms(self.db, self.us, seed)
        for name, firm in (("ann", "one"), ("bob", "one"), ("eve", "two")):
            await self.db.relate(WorksAt, self.people[name], partners[firm])
        return replace(
            self,
            firms=await group(self.db, seed),
            goods=await range_of_goods(self.db, seed),
            partners=partners,
        )

    def who(self, name: str) -> Principal:
        """A person: of a partner firm with the role of a reseller, or one of ours."""
        person = self.people[name].id
        if name in ("ann", "bob"):
            return Principal(person, self.partners["one"].id, frozenset({"reseller"}))
        if name == "eve":
            return Principal(person, self.partners["two"].id, frozenset({"reseller"}))
        role = "channel_lead" if name == "head" else "channel_manager"
        return Principal(person, self.us.id, frozenset({role}))

    def as_(self, name: str) -> Any:
        return self.installation.session_as(self.who(name))

    async def act(self, who: str, action: str, **inputs: Any) -> Any:
        """Have one of the people do something; records are given as they are."""
        given = {
            name: [getattr(one, "id", one) for one in each]
            if isinstance(each, list)
            else getattr(each, "id", each)
            for name, each in inputs.items()
        }
        return await run_action(self.as_(who), action, given)

    async def register(
        self, who: str = "ann", firm: str = "acme", goods: str = "pot", **more: Any
    ) -> Any:
        """Register a deal with a firm, described as it is known."""
        return await self.act(
            who,
            "register_deal",
            **{
                "products": [self.goods[goods]],
                "customer_name": self.firms[firm].name,
                "website": self.firms[firm].website,
                **more,
            },
        )

    async def approved(
        self, who: str = "ann", firm: str = "acme", goods: str = "pot", **more: Any
    ) -> Any:
        """Register a deal that is approved."""
        told = await self.register(who, firm, goods)
        assert told.code == "clear", told
        return await self.act(
            "manager", "approve_registration", registration=told.registration, **more
        )


@pytest.fixture
async def channel(empty: Installation) -> Channel:
    db = empty.system
    us = await db.update(await db.create(Organization(name="Teapots & Sons")), sells=True)
    partners = await partner_firms(db, us)
    firms = await group(db)
    people = {
        name: await db.create(
            Person(given_name=name.title(), family_name="Doe"), employers=Tie(firm)
        )
        for name, firm in (
            ("ann", partners["one"]), ("bob", partners["one"]), ("eve", partners["two"]),
            ("manager", us), ("head", us),
        )
    }  # fmt: skip
    await db.relate(ReportsTo, people["manager"], people["head"])
    for each in partners.values():
        await db.relate(PartnerManagedBy, each, people["manager"])
    pipeline = await db.create(Pipeline(name="By partners"))
    await db.create(Stage(name="Registered", rank=1, probability=20), pipeline=pipeline)
    return Channel(empty, us, firms, await range_of_goods(db), people, partners)


NAMES = {
    "top": "Quarry Holding",
    "acme": "Acme Anvils",
    "sister": "Zenith Springs",
    "sub": "Lowland Rockets",
    "grandchild": "Tiny Fuses",
    "former": "Gone Magnets",
    "stranger": "Wholly Elsewhere",
}


async def partner_firms(db: Any, us: Organization, seed: str = "") -> dict[str, Organization]:
    return {
        name: await db.create(
            Organization(name=named(f"Partner {name.title()}", seed)), partner_of=us
        )
        for name in ("one", "two")
    }


def named(title: str, seed: str) -> str:
    """A name that is like no other; with a seed, one of letters drawn by it."""
    if not seed:
        return title
    drawn = blake2b(f"{title} {seed}".encode(), digest_size=9).digest()
    return "".join("bcdfghjklmnpqrstvwxz"[each % 20] + "aeiou"[each % 5] for each in drawn).title()


async def group(db: Any, seed: str = "") -> dict[str, Organization]:
    """The customer's group, and firms that do not belong to it."""
    sites = {name: named(name, seed).lower() for name in NAMES}
    firms = {
        name: await db.create(
            Organization(name=named(title, seed), website=f"https://{sites[name]}.example")
        )
        for name, title in NAMES.items()
    }
    for part, whole in (
        ("acme", "top"), ("sister", "top"), ("sub", "acme"), ("grandchild", "sub"),
    ):  # fmt: skip
        await db.relate(PartOf, firms[part], firms[whole])
    today = context_for(db, plugin="sales", function="tests").today
    await db.relate(PartOf, firms["former"], firms["top"], valid_to=today)
    return firms


async def range_of_goods(db: Any, seed: str = "") -> dict[str, Product | Category]:
    kitchen = await db.create(Category(name="Kitchen"))
    tools = await db.create(Category(name="Tools"))
    teapots = await db.create(Category(name="Teapots"), parent=kitchen)
    cups = await db.create(Category(name="Cups"), parent=kitchen)
    products = {
        name: await db.create(Product(name=name.title(), number=f"{name}{seed}"), category=category)
        for name, category in (
            ("pot", teapots), ("other_pot", teapots), ("cup", cups), ("saw", tools),
        )
    }  # fmt: skip
    return {"kitchen": kitchen, "tools": tools, "teapots": teapots, "cups": cups, **products}
