"""Writing: from commands to rows, versions and change lines, in one transaction.

In the order in which a command passes through:

1. `commands`: what may be asked, and what is told of it. `saving`: whole records with their ties; `trees` and `keys`
   make commands of them.
2. `opening`, `unit`: one unit of work: a transaction, its runs of commands (`runs`), its end.
3. `plan`, `forms`, `statements`: what is worked out once per catalogue.
4. `loading`: locks, then rows, into `drafts`: the records that a run works on.
5. `rights`: what the principal may do to them, by what `claims` says that a run needs: before it is done, and after.
   `openings` asks the policies.
6. `acts` (`entities`, `ties`), `deletion`, `restoring`, `merging`: what each kind of run does, in memory; `values`,
   `expectations` and `periods` are what they compute with. `reacting` shows what they did to the plugins.
7. `references`, `choices`, `uniqueness`, `overlaps`, `limits`, `hierarchy`, `overflows`: what a run leaves behind is
   judged.
8. `recording`, `ledger`: rows, versions, search; the recorded instant and the change lines.

Two things are done to what is written already: `erasing` takes it away, `resealing` brings it under another key.

::

    async with open_unit(database, principal) as unit:
        await unit.apply([Create("Person", {"last_name": "Ito"}, id=person), Relate("WorksAt", person, firm)])
"""

from relatum.writing.commands import (
    UNCHANGED,
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    ExternalKey,
    Merge,
    Operation,
    Outcome,
    Relate,
    Remove,
    Restore,
    Unchanged,
    Update,
)
from relatum.writing.erasing import Erased
from relatum.writing.limits import Missing
from relatum.writing.opening import open_snapshot, open_unit, run_unit
from relatum.writing.overflows import uncomputable
from relatum.writing.reacting import Draft
from relatum.writing.saving import Key, Saving, Tied
from relatum.writing.storage import Storage
from relatum.writing.unit import Unit

__all__ = [
    "UNCHANGED",
    "Change",
    "Command",
    "Correct",
    "Create",
    "Delete",
    "Draft",
    "End",
    "Erased",
    "ExternalKey",
    "Key",
    "Merge",
    "Missing",
    "Operation",
    "Outcome",
    "Relate",
    "Remove",
    "Restore",
    "Saving",
    "Storage",
    "Tied",
    "Unchanged",
    "Unit",
    "Update",
    "open_snapshot",
    "open_unit",
    "run_unit",
    "uncomputable",
]
