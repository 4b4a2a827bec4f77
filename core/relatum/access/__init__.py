"""Who asks, and what the policies grant: the values from which every statement takes its predicate.

In the order in which a question passes through:

1. `principal`: who asks, with which roles, for which firm and purpose.
2. `view`: what of a principal a plan depends on. Principals of the same roles share their plans; who they are reaches
   the statement as parameters.
3. `grants`: policies turned into conditions of the selection language, and into the fields that each opens.

The reading compiler (`relatum.reading.guards`) puts them into statements, the writing layer asks by
`relatum.reading.granted_ids`.
"""

from relatum.access.grants import (
    ALWAYS_SHOWN,
    PRINCIPAL_FIRM,
    PRINCIPAL_ID,
    Grant,
    conditions_for,
    grants,
    holds_field,
)
from relatum.access.principal import SYSTEM, Principal
from relatum.access.view import UNGUARDED, AccessView, view_of

__all__ = [
    "ALWAYS_SHOWN",
    "PRINCIPAL_FIRM",
    "PRINCIPAL_ID",
    "SYSTEM",
    "UNGUARDED",
    "AccessView",
    "Grant",
    "Principal",
    "conditions_for",
    "grants",
    "holds_field",
    "view_of",
]
