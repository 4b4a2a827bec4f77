"""The portal keeps what every plugin keeps."""

from relatum_testing import ConformanceSuite


class TestPortal(ConformanceSuite):
    plugin = "portal"
