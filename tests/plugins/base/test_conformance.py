"""What every business has keeps what every plugin keeps."""

from relatum_testing import ConformanceSuite


class TestBase(ConformanceSuite):
    plugin = "base"
