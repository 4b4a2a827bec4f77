"""From files to records: ``relatum import mapping.toml``.

In the order in which a row passes through:

1. `mapping`: what a person writes; `binding` judges it against the catalogue and makes `plans` of it, with
   `templates` and `conversion` for the values.
2. `encoding`, `dialect`, `rows`: a file's bytes become rows, exactly or not at all.
3. `wishes`: a row becomes the entities and ties that it asks for, by external key.
4. `notebook`: what the run has to remember of rows gone by.
5. `lookup`, `batches`: what is there already is found; the rest is created, what differs updated.
6. `run`: the whole; `report`: what it tells.

`run_import` is the way in.
"""

from relatum.importing.report import FileReport, ImportReport, Incomplete, Progress, Rejected
from relatum.importing.run import run_import

__all__ = [
    "FileReport",
    "ImportReport",
    "Incomplete",
    "Progress",
    "Rejected",
    "run_import",
]
