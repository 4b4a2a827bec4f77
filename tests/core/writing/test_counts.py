"""How many statements writing takes: a number of its shape, never of how much is written."""

from uuid import UUID

from relatum.access import SYSTEM, Principal
from relatum.identifiers import new_id
from relatum.writing import Create, Relate, Saving, Tied, run_unit
from tests.core.writing.stored import Stored


async def statements(shop: Stored, *savings: Saving, principal: Principal = SYSTEM) -> list[str]:
    """The statements of saving, the second time."""
    await run_unit(lambda unit: unit.save(savings), shop, principal)
    with shop.connections.count_statements() as seen:
        await run_unit(lambda unit: unit.save(savings), shop, principal)
    return seen


def owner(firm: UUID) -> Saving:
    return Saving("Person", {"first_name": "A", "last_name": "B"}, {"owned": (Tied(firm),)})


async def test_a_record_with_a_tie_is_locked_then_written_at_once(shop: Stored) -> None:
    firm = new_id()
    await shop.apply(Create("Firm", {"name": "A"}, firm))
    seen = await statements(shop, owner(firm))
    if shop.connections.dialect == "postgresql":
        lock, write = seen
        assert lock.endswith("FOR KEY SHARE")
        assert write.count("INSERT INTO") == 8
    else:
        lookups = [each for each in seen if not each.startswith("INSERT")]
        assert len(lookups) == 2  # the firm, and the end of the log
        assert len(seen) - len(lookups) == 8
    assert len(await shop.current("Owns")) == 2
    await shop.assert_sound()


async def test_their_number_does_not_grow_with_what_is_written(shop: Stored) -> None:
    firm = new_id()
    await shop.apply(Create("Firm", {"name": "A"}, firm))
    several = await statements(shop, *(owner(firm) for _ in range(5)))
    assert len(await statements(shop, *(owner(firm) for _ in range(50)))) == len(several)


async def test_what_the_same_policies_give_is_asked_once(shop: Stored) -> None:
    me, firm = new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Me"}, me),
        Create("Firm", {"name": "Mine"}, firm),
        Relate("WorksAt", me, firm),
    )
    partner = Principal(id=me, roles=frozenset({"partner"}))
    job = {"title": "J", "done_on": "2024-01-01", "rate": 3, "flags": ["paid"]}
    savings = [Saving("Job", job, {"firm": (Tied(firm),)}) for _ in range(2)]
    seen = await statements(shop, *savings, principal=partner)
    asked = [each for each in seen if "works_at" in each]
    # The firm when it is tied to, then the firm and the jobs as they are when all is written.
    assert len(asked) == 3
