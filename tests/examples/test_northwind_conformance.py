"""The example plugin keeps what every plugin keeps."""

from relatum_testing import ConformanceSuite


class TestNorthwind(ConformanceSuite):
    plugin = "northwind"
