"""What is kept of plugins is counted with the rules, so that other processes learn of it, and stands in the access log."""

from dataclasses import replace

from relatum.access import SYSTEM
from relatum.connections import Connection
from relatum.editions import edition_on
from relatum.identity import PluginState
from relatum.identity.plugin_states import keep_state, states_on
from tests.core.identity.office import Office


async def test_a_state_is_kept_in_place_of_the_one_before(office: Office) -> None:
    room = office.identity.room
    began = PluginState("office", "1.0", "active", room.now(), None, {"installed": True})

    async def keep(connection: Connection) -> None:
        await keep_state(connection, SYSTEM, began)
        await keep_state(connection, SYSTEM, replace(began, state="parked", detail=None))

    async with room.reading() as connection:
        before = await edition_on(connection)
        assert await states_on(connection) == {}
    await room.write(keep)
    async with room.reading() as connection:
        assert await states_on(connection) == {
            "office": PluginState("office", "1.0", "parked", room.now(), None)
        }
        assert await edition_on(connection) == before + 2
