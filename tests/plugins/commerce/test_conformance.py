"""Commerce keeps what every plugin keeps."""

from typing import ClassVar

from relatum_testing import ConformanceSuite
from tests.plugins.commerce.given import VALUES


class TestCommerce(ConformanceSuite):
    plugin = "commerce"
    values: ClassVar = VALUES
