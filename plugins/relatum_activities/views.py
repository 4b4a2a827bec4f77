"""What is shown of activities: to each colleague the own duties."""

from relatum import ME, PORTAL, Field, Path, View
from relatum_activities.access import COLLEAGUE
from relatum_activities.acts import close_task, delegate, postpone, settle
from relatum_activities.timeline import Resubmission, Task

_MINE = Path("assignee").to(ME)

views = [
    View(
        "tasks",
        Task,
        place=PORTAL,
        title="Your tasks",
        help="What you are to do, the most urgent first.",
        empty="Nothing is left for you to do.",
        columns="subject priority at",
        order="at",
        where=(Field("state") == "open") & _MINE,
        actions=[close_task, delegate],
        audience={COLLEAGUE},
        waiting=True,
    ),
    View(
        "resubmissions",
        Resubmission,
        place=PORTAL,
        title="Laid before you",
        help="What you wanted to see again, or somebody wanted you to.",
        empty="Nothing is laid before you.",
        columns="subject state at",
        order="at",
        where=(Field("state") != "settled") & _MINE,
        actions=[settle, postpone, delegate],
        audience={COLLEAGUE},
        waiting=True,
    ),
]
