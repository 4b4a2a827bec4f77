"""What was said, written and is to be done about anything: interactions, tasks, resubmissions on any record's timeline.

`timeline` declares the activities, which share a trait, and the ties by which they are about something and somebody's;
`access` says who may see and do what, `acts` what is done with activities, `reminding` what happens when their time comes,
`views` what colleagues are shown of it.

Any record has a timeline: its end ``activities``, sorted by ``at``. A firm has one, and so has a deal or a tie such as an
employment; an activity that is about several records stands on the timeline of each.
"""

from relatum import Plugin
from relatum_activities.access import policies, roles
from relatum_activities.acts import (
    close_task,
    delegate,
    log_interaction,
    postpone,
    resubmit,
    settle,
)
from relatum_activities.reminding import (
    count_from_its_time,
    delegated,
    due,
    overdue,
    remind,
    tell_anew,
)
from relatum_activities.timeline import (
    About,
    Activity,
    AssignedTo,
    Interaction,
    Resubmission,
    TakesPartIn,
    Task,
)
from relatum_activities.views import views

__all__ = [
    "About",
    "Activity",
    "AssignedTo",
    "Interaction",
    "Resubmission",
    "TakesPartIn",
    "Task",
    "close_task",
    "count_from_its_time",
    "delegate",
    "delegated",
    "due",
    "log_interaction",
    "overdue",
    "plugin",
    "policies",
    "postpone",
    "remind",
    "resubmit",
    "roles",
    "settle",
    "tell_anew",
    "views",
]

plugin = Plugin("activities", version="1.0", engine=">=0.1,<1", requires=["base"])
