"""Activities keep what every plugin keeps."""

from typing import ClassVar

from relatum_testing import ConformanceSuite


class TestActivities(ConformanceSuite):
    plugin = "activities"
    values: ClassVar = {
        "Task": {"state": "open", "priority": "normal"},
        "Resubmission": {"state": "waiting", "patience": 3},
    }
    inputs: ClassVar = {
        "postpone": {"at": "2099-05-04T09:00:00Z"},
        "resubmit": {"at": "2099-05-04T09:00:00Z", "reason": "Ask again"},
    }
