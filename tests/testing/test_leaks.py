"""What the search for leaks finds where there is one."""

from typing import ClassVar

import pytest

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum_testing import Installations, leaks
from tests.plugins.commerce.given import VALUES


class TestLeaks:
    plugin: ClassVar[str] = "northwind"
    values: ClassVar = VALUES

    async def test_whatever_is_shown_beyond_policies_is_named(
        self, installations: Installations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kind: DialectName = "sqlite"
        filled = await installations.open(kind, size=2)
        (supplier, *_) = filled.people("supplier")
        assert await leaks.leaks(filled, supplier) == []
        seen = leaks._seen
        monkeypatch.setattr(leaks, "_seen", lambda installation, _: seen(installation, SYSTEM))
        found = await leaks.leaks(filled, supplier)
        order = filled.graph.ids("Order")[0]
        assert f"The list of Order shows the Order {order}" in found
        assert [line for line in found if line.startswith("The search shows")], found
        assert f"The log of changes shows the Order {order}" in found
        assert "The total of Order counts 2 records, of which 0 are open" in found
