"""Who asks, and what the policies grant: the values from which every statement takes its predicate.

In the order in which a question passes through:

1. `principal`: who asks, with which roles, for which firm and purpose.
2. `view`: what of a principal a plan depends on. Principals of the same roles share their plans; who they are reaches
   the statement as parameters.
3. `grants`: policies turned into conditions of the selection language, and into the fields that each opens.
4. `horizon`: which types and fields some policy opens at all, for what is said of the schema.
5. `widening`: who can give rights by relating records, for who installs the rules.

The reading compiler (`relatum.reading.guards`) puts them into statements, the writing layer asks by
`relatum.reading.granted_ids`.
"""

from relatum.access.grants import (
    ALWAYS_SHOWN,
    EVERYTHING_OPEN,
    OPERATE,
    Grant,
    action_grants,
    classes_of,
    counts,
    grant_of,
    grants,
    holds_field,
    rules_for_action,
    rules_on,
)
from relatum.access.horizon import Horizon, horizon
from relatum.access.principal import SYSTEM, Principal
from relatum.access.view import UNGUARDED, AccessView, view_of
from relatum.access.widening import Widening, widenings
from relatum_schemas.principal import PRINCIPAL_FIRM, PRINCIPAL_ID

__all__ = [
    "ALWAYS_SHOWN",
    "EVERYTHING_OPEN",
    "OPERATE",
    "PRINCIPAL_FIRM",
    "PRINCIPAL_ID",
    "SYSTEM",
    "UNGUARDED",
    "AccessView",
    "Grant",
    "Horizon",
    "Principal",
    "Widening",
    "action_grants",
    "classes_of",
    "counts",
    "grant_of",
    "grants",
    "holds_field",
    "horizon",
    "rules_for_action",
    "rules_on",
    "view_of",
    "widenings",
]
