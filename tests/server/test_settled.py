"""What a started application consists of is looked through for garbage no more, until it ends."""

import gc

from relatum.session import Database
from tests.server.serving import application, served


async def test_garbage_is_looked_for_only_in_what_came_since_the_start(
    shop_database: Database,
) -> None:
    async with served(application(shop_database)) as client:
        assert (await client.get("/healthz")).status_code == 200
        started = gc.get_freeze_count()
    assert started > gc.get_freeze_count()
