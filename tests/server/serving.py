"""A shop with a few records, served by a real server on a free port."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections.opening import open_connections
from relatum.session import Database, open_database
from relatum.tables import build_tables, create_all
from relatum_schemas.kinds import Money, PostalAddress
from relatum_server.app import Application, AppSettings, create_app
from relatum_testing.serving import running, served
from tests.server.shop import (
    About,
    Order,
    OrderLine,
    Organization,
    PartnerOf,
    Person,
    Product,
    Remark,
    WorksAt,
)

__all__ = ["administrators_token", "application", "fill", "running", "served"]


async def fill(url: str, catalogue: Catalogue) -> None:
    """Make the tables, and put the shop's records into them."""
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    async with open_database(url, catalogue) as database:
        db = database.as_(SYSTEM)
        acme = await db.create(
            Organization(
                name="Acme", country="DE", founded=date(1990, 5, 1),
                address=PostalAddress(street="Hauptstr. 1", locality="Köln", country="DE"),
            )
        )  # fmt: skip
        beta = await db.create(Organization(name="Beta", country="AT", standing="late"))
        ann = await db.create(Person(name="Ann Berg", email="ann@example.org", language="de"))
        bob = await db.create(Person(name="Bob", born=date(2000, 2, 29)))
        await db.relate(WorksAt, ann, acme, role="buyer", valid_from=date(2020, 1, 1))
        old = await db.relate(WorksAt, bob, acme, role="clerk", valid_from=date(2019, 1, 1))
        await db.end(old, at=date(2021, 1, 1))
        await db.relate(PartnerOf, acme, beta, since=date(2015, 1, 1))
        tea = await db.create(
            Product(
                title="Green tea", price=Money(amount=Decimal("4.50"), currency="EUR"), tags=["new"]
            )
        )
        rum = await db.create(
            Product(title="Rum", stock=10**12, weight=Decimal("0.7"), grade="1st")
        )
        for number, customer in enumerate((acme, ann, acme), start=1):
            order = await db.create(
                Order(number=number, ordered_on=date(2023 + number % 2, number, 1)),
                customer=customer,
            )
            await db.relate(OrderLine, order, tea, quantity=number, unit_price=Decimal("4.50"))
            await db.relate(
                OrderLine, order, rum, quantity=1, unit_price=Decimal(20), discount=Decimal("0.05")
            )
            await db.relate(About, await db.create(Remark(text=f"Urgent {number}")), order)


def application(database: Database, settings: AppSettings | None = None) -> Application:
    """The application over an open database."""
    return create_app(nullcontext(database), settings=settings)


async def administrators_token(database: Database) -> str:
    """A token that opens everything."""
    client = await database.identity.add_client(SYSTEM, "tests", roles=[ADMINISTRATOR])
    token = await database.identity.add_token(SYSTEM, "tests", client=client.id)
    return token.secret
