"""Who may see and do what: colleagues share what they note, and each keeps the own duties.

The role `colleague` is given by whoever gives roles. What is `shared` may be read by people of the firms that it is about;
which these are, the plugins say that know of such people.
"""

from typing import Final

from relatum import (
    BOTH_ENDS,
    CREATE,
    DELETE,
    IS_ME,
    READ,
    RELATE,
    UPDATE,
    Policy,
    Role,
)
from relatum_activities.timeline import (
    About,
    AssignedTo,
    Interaction,
    Resubmission,
    TakesPartIn,
    Task,
)
from relatum_base import Person

COLLEAGUE: Final = "colleague"

roles = [Role(COLLEAGUE, title="Colleague")]

policies = [
    Policy(COLLEAGUE, [Interaction, Task, Resubmission], READ | CREATE | UPDATE | RELATE),
    Policy(COLLEAGUE, [Task, Resubmission], DELETE, through="assignee"),
    Policy(COLLEAGUE, Person, READ | RELATE, where=IS_ME),
    Policy(COLLEAGUE, [About, TakesPartIn], READ | RELATE, through=BOTH_ENDS),
    Policy(COLLEAGUE, AssignedTo, READ, through=BOTH_ENDS),
    Policy(COLLEAGUE, AssignedTo, RELATE),
]
