"""The example plugin keeps what every plugin keeps."""

from typing import ClassVar

from relatum_testing import ConformanceSuite
from tests.plugins.commerce.given import VALUES


class TestNorthwind(ConformanceSuite):
    plugin = "northwind"
    values: ClassVar = VALUES
