"""A process that registers a deal several times at once, and prints what it is told."""

import asyncio
import sys
from uuid import UUID

from relatum.access import Principal
from relatum.plugins import load_plugins
from relatum.session import run_action
from relatum_testing.installation import opened

_TIMES = 4


async def submit(url: str, person: str, firm: str, product: str) -> None:
    """Register the deal."""
    who = Principal(UUID(person), UUID(firm), frozenset({"reseller"}))
    deal = {
        "products": [product],
        "customer_name": "Acme Anvils",
        "website": "https://acme.example",
    }
    async with opened(url, load_plugins(only=["sales"])) as installation:
        told = await asyncio.gather(
            *(
                run_action(installation.session_as(who), "register_deal", deal)
                for _ in range(_TIMES)
            )
        )
    sys.stdout.write(" ".join(each.code for each in told))


asyncio.run(submit(*sys.argv[1:]))
