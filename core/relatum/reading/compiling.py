"""Where compiling begins: the context in which nothing has been entered yet."""

from collections.abc import Mapping

from relatum.access import AccessView
from relatum.catalogue.model import Catalogue
from relatum.connections.types import DialectName
from relatum.reading.binds import Binds
from relatum.reading.changelog import told
from relatum.reading.conditions import predicate
from relatum.reading.context import Context
from relatum.reading.cursors import Outline
from relatum.reading.dialects import DIALECTS
from relatum.reading.forms import ties_formed
from relatum.reading.reach import reached
from relatum.tables import Tables


def beginning(
    *,
    catalogue: Catalogue,
    tables: Tables,
    access: AccessView,
    dialect: DialectName,
    outlines: Mapping[str, Outline] | None = None,
) -> Context:
    """Return the context in which a statement begins.

    Args:
        catalogue: the types in force.
        tables: of the catalogue.
        access: the rights it is compiled for.
        dialect: the database it is for.
        outlines: of the parameters that decide its form; others are absent.
    """
    return Context(
        catalogue=catalogue,
        tables=tables,
        dialect=DIALECTS[dialect],
        access=access,
        binds=Binds(outlines=outlines or {}),
        judge=predicate,
        reached=reached,
        form=ties_formed,
        tell=told,
    )
