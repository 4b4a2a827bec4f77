"""Migrations as they reach a database: looked at, written out, or applied, in one transaction.

Around each script the rows of all tables are counted. A table may gain or lose rows only when it
is made or dropped, or when the script names it: `changes_rows = ("table",)`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from sqlalchemy import (
    ColumnClause,
    Connection,
    bindparam,
    column,
    func,
    inspect,
    select,
    table,
    text,
    update,
)
from typing_extensions import override

from relatum.connections.types import Identifier, PlainText
from relatum.declaring import CUSTOM
from relatum.migration import sqlite
from relatum.migration.heads import heads_on, keep_heads
from relatum.migration.operations import Convert, Define, Fill, Fold
from relatum.migration.schema import Schema
from relatum.migration.scripts import Scripts, run_script
from relatum.migration.steps import Steps
from relatum.migration.words import in_words
from relatum.tables.names import index_name
from relatum.text import fold
from relatum_schemas.errors import BadMigration

_BATCH = 2_000


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A migration that was applied, or would be.

    Attributes:
        revision: its name, such as `base_0002`.
        plugin: whose it is; `relatum` for the engine's own.
        message: what it is for, in the words of who wrote it.
        acts: what it does, a line each.
        sql: the statements, where it was only written out.
    """

    revision: str
    plugin: str
    message: str
    acts: tuple[str, ...]
    sql: str = ""


class Applying(Steps):
    """Carries operations out on a database, or writes their SQL down in `offline` mode."""

    def __init__(self, context: MigrationContext, schema: Schema, reading: Connection) -> None:
        """Begin at the schema that the database has; `reading` looks up what SQLite's tables are."""
        super().__init__(context, schema)
        self.reading = reading
        self.database = context.impl
        self.acts: list[str] = []
        self.renamed: dict[str, str] = {}

    @override
    def carry_out(self, operation: ops.MigrateOperation, before: Schema) -> Any:
        """Do what the operation says, and note it in words."""
        self.acts.append(in_words(operation))
        match operation:
            case Fill():
                return self._fill(operation)
            case Fold():
                return self._fold(operation)
            case Convert():
                return self._convert(operation)
            case Define():
                return self._define(operation)
            case ops.RenameTableOp():
                self.renamed[operation.new_table_name] = operation.table_name
                self._by_alembic(operation)
                return self._rename_indexes_of_others(operation.new_table_name)
        if self._on_sqlite:
            statements = sqlite.altering(operation, before, self.schema, self._standing)
            if statements is not None:
                return self._run(statements)
        return self._by_alembic(operation)

    def _by_alembic(self, operation: ops.MigrateOperation) -> Any:
        carry_out = self._to_impl.dispatch(operation, self.database.__dialect__)
        return carry_out(self, operation)

    def _run(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self.database.execute(text(statement.replace(":", "\\:")))

    def _define(self, operation: Define) -> None:
        if operation.dialect == self.database.dialect.name:
            self._run([operation.statement])

    def _fill(self, operation: Fill) -> None:
        filled = column(operation.column_name, operation.type)
        statement = update(table(operation.table_name, filled)).where(filled.is_(None))
        self.database.execute(statement.values({filled: operation.value}))

    def _fold(self, operation: Fold) -> None:
        if self.migration_context.as_sql:
            self.database.static_output(f"-- {in_words(operation)}")
            return
        words = column(operation.column_name, PlainText())
        self._rewrite(operation.table_name, words, column(operation.key_name, PlainText()), fold)

    def _convert(self, operation: Convert) -> None:
        old = column(operation.column_name, operation.type)
        new = column(operation.into_name, operation.into_type)
        self._rewrite(operation.table_name, old, new, operation.converted)

    def _rewrite(
        self,
        name: str,
        old: ColumnClause[Any],
        new: ColumnClause[Any],
        rewritten: Callable[[Any], Any],
    ) -> None:
        """Write what a function makes of one column into another one where that is missing."""
        identity = column("id", Identifier())
        rows = table(name, identity, old, new)
        missing = select(identity, old).select_from(rows).where(old.is_not(None), new.is_(None))
        writing = update(rows).where(identity == bindparam("of"), old == bindparam("was"))
        writing = writing.where(new.is_(None)).values({new: bindparam("becomes")})
        while found := self.reading.execute(missing.order_by(identity).limit(_BATCH)).all():
            self.reading.execute(
                writing,
                [{"of": of, "was": each, "becomes": rewritten(each)} for of, each in found],
            )

    def _rename_indexes_of_others(self, table_name: str) -> None:
        """Call indexes that no migration makes by the name that their table has now."""
        if self.migration_context.as_sql:
            return
        words = self._standing(table_name).indexes if self._on_sqlite else {}
        for index in inspect(self.reading).get_indexes(table_name):
            name, columns = str(index["name"]), [str(each) for each in index["column_names"]]
            if any(each.startswith(f"{CUSTOM}__") for each in columns):
                new = index_name(table_name, columns, unique=bool(index["unique"]))
                self._run(
                    [f'DROP INDEX "{name}"', words[name].replace(name, new, 1)]
                    if self._on_sqlite
                    else [f'ALTER INDEX "{name}" RENAME TO "{new}"']
                )

    @property
    def _on_sqlite(self) -> bool:
        return self.database.dialect.name == "sqlite"

    def _standing(self, table_name: str) -> sqlite.Standing:
        """What a table is in SQLite, as the database itself knows it."""
        query = text('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(:of)')
        columns = self.reading.execute(query, {"of": table_name})
        query = text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :of AND sql != ''")
        words = self.reading.execute(query, {"of": table_name}).all()
        return sqlite.Standing(
            columns={
                name: (type_, not demanded, given) for name, type_, demanded, given in columns
            },
            indexes={name: sql for kind, name, sql in words if kind == "index"},
            triggers=[sql for kind, _, sql in words if kind == "trigger"],
        )


@dataclass
class Counting:
    """Counts rows around each script."""

    connection: Connection
    counts: Mapping[str, int] = field(default_factory=dict)

    def begin(self, schema: Schema) -> None:
        """Count the rows of all tables there are."""
        self.counts = self._counted(schema)

    def compare(self, script: Script, before: Schema, steps: Applying) -> None:
        """Count again, and refuse rows that came or went without a word.

        Raises:
            BadMigration: a table has more or fewer rows than before.
        """
        counts = self._counted(steps.schema)
        declared = set(getattr(script.module, "changes_rows", ()))
        for name, count in counts.items():
            former = steps.renamed.get(name, name)
            known = former in before.tables and name not in declared
            if known and count != self.counts[former]:
                raise BadMigration(
                    f"{script.revision} changes the rows of {name}: "
                    f"{self.counts[former]} before, {count} after.",
                    path=script.revision,
                    hint="Correct the script; if it is meant to, "
                    f'let it say changes_rows = ("{name}",). Nothing was changed.',
                )
        self.counts = counts

    def _counted(self, schema: Schema) -> dict[str, int]:
        return {
            name: self.connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in sorted(schema.tables)
        }


def write_out(
    connection: Connection, scripts: Scripts, of: Collection[str] | None = None
) -> list[Migration]:
    """Return what would be done to a database, without doing any of it.

    Args:
        connection: to the database.
        scripts: of the plugins in force.
        of: the plugins it is about, with what their migrations build on; None for all.
    """
    heads = heads_on(connection)
    written = StringIO()
    context = MigrationContext.configure(
        dialect=connection.dialect,
        opts={
            "as_sql": True,
            "output_buffer": written,
            "literal_binds": True,
        },
    )
    steps = Applying(context, scripts.replayed(scripts.up_to(heads)), connection)
    migrations = []
    for script in pending(scripts, heads, of):
        _begin(script, scripts, steps)
        run_script(script, steps)
        migrations.append(_migration(script, scripts, steps, written.getvalue().strip()))
        written.seek(0)
        written.truncate()
    return migrations


def apply(
    connection: Connection, scripts: Scripts, of: Collection[str] | None = None
) -> list[Migration]:
    """Apply what is missing and return it. The caller has begun a transaction, and ends it.

    Args:
        connection: to the database.
        scripts: of the plugins in force.
        of: the plugins it is about, with what their migrations build on; None for all.

    Raises:
        BadMigration: a script has a mistake, or changes rows that it should not.
    """
    applied: list[Migration] = []

    def missing(heads: tuple[str, ...], _context: MigrationContext) -> Iterator[MigrationStep]:
        steps.schema = scripts.replayed(scripts.up_to(heads))
        counting.begin(steps.schema)
        for script in pending(scripts, heads, of):
            before = steps.schema
            _begin(script, scripts, steps)
            run_script(script, steps)
            counting.compare(script, before, steps)
            applied.append(_migration(script, scripts, steps, ""))
        there = {each.revision for each in scripts.up_to(heads)}
        there |= {each.revision for each in applied}
        keep_heads(connection, scripts, there)
        return iter(())

    context = MigrationContext.configure(connection, opts={"fn": missing})
    steps = Applying(context, Schema(), connection)
    counting = Counting(connection)
    context.run_migrations()
    return applied


def pending(
    scripts: Scripts, heads: Sequence[str], of: Collection[str] | None = None
) -> list[Script]:
    """Return the scripts that are missing in a database at these heads, in order.

    Args:
        scripts: of the plugins in force.
        heads: of the database.
        of: the plugins it is about, with what their migrations build on; None for all.
    """
    there = {script.revision for script in scripts.up_to(heads)}
    wanted = scripts.all
    if of is not None:
        last = (scripts.head_of(each) for each in of)
        wanted = scripts.up_to([each for each in last if each is not None])
    return [script for script in wanted if script.revision not in there]


def _begin(script: Script, scripts: Scripts, steps: Applying) -> None:
    steps.plugin = scripts.plugin_of(script)
    steps.acts = []
    steps.renamed = {}


def _migration(script: Script, scripts: Scripts, steps: Applying, sql: str) -> Migration:
    return Migration(
        revision=script.revision,
        plugin=scripts.plugin_of(script),
        message=script.doc,
        acts=tuple(steps.acts),
        sql=sql,
    )
