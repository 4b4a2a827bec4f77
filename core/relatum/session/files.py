"""Which files records name: what lets a store of files know which of them nobody will ask for again."""

from collections.abc import Iterable, Set

from sqlalchemy import Select, select, union

from relatum.connections import any_of, prepare
from relatum.session.database import Database
from relatum.tables.columns import part_name
from relatum_schemas.kinds import FileKind


async def named_files(database: Database, digests: Iterable[str]) -> Set[str]:
    """Return those of the digests that a version of some record names, be it the current one or an old one.

    What nobody may see is named all the same, and what was erased is named no more.

    Args:
        database: whose records name files.
        digests: of files, as `FileReference.digest` has them.
    """
    naming = _naming(database)
    if not naming:
        return frozenset()
    statement = naming[0] if len(naming) == 1 else union(*naming)
    prepared = prepare(statement, database.connections.dialect)
    async with database.connections.reading() as connection:
        rows = await connection.rows(prepared, {"digests": list(digests)})
    return frozenset(str(digest) for (digest,) in rows)


def _naming(database: Database) -> list[Select[tuple[str]]]:
    """One selection of digests per field that holds files."""
    columns = (
        database.tables.version[record_type.name].c[part_name(field, "digest")]
        for record_type in database.catalogue.types.values()
        for field in record_type.stored_fields
        if isinstance(field.kind, FileKind)
    )
    return [select(each).where(any_of(each, "digests")).distinct() for each in columns]
