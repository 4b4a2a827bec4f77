"""From the catalogue to tables: one derivation for both databases.

In the order in which a declaration passes through:

1. `names`: names of constraints and indexes, within what both databases admit.
2. `columns`: which columns a field has and what type they are.
3. `indexes`: which questions the indexes of a table answer.
4. `fixed`: the tables of the engine itself (registry, versions' ledger, search, settings).
5. `identity`: who may sign in and holds which role, rules kept as data, the access log.
6. `typed`: the two tables of each entity and relationship type: what is, and every version.
7. `build`: [`build_tables`][relatum.tables.build.build_tables] puts them into one `Tables`.
8. `sqlite`, `postgresql`: all that only one of the two databases has.
9. `ddl`: the statements that create them.
"""

from relatum.tables.build import Tables, build_tables
from relatum.tables.columns import FieldColumn, field_columns, key_name
from relatum.tables.ddl import create_all, definitions

__all__ = [
    "FieldColumn",
    "Tables",
    "build_tables",
    "create_all",
    "definitions",
    "field_columns",
    "key_name",
]
