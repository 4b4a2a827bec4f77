"""What administrators declare at run time, brought into force beside what plugins declare in code.

1. `stored`: the declarations that a database keeps, a line per change.
2. `classes`: data to the classes that a plugin would have written, in a module like any plugin's, named `custom`.
3. `force`: that module with those of the plugins as one catalogue; what does not go with them now rests.

Everything downstream sees a plugin, and knows nothing of the data. How declarations come to be others is planned and
applied in `relatum.redeclaring`.
"""

from relatum.declaring.classes import CUSTOM, declared_module
from relatum.declaring.force import InForce, in_force, settled
from relatum.declaring.stored import (
    ChangeOfDeclarations,
    changes_on,
    declarations_on,
    keep,
    last_change,
)

__all__ = [
    "CUSTOM",
    "ChangeOfDeclarations",
    "InForce",
    "changes_on",
    "declarations_on",
    "declared_module",
    "in_force",
    "keep",
    "last_change",
    "settled",
]
