"""Writing a migration: the operations found, as a script that a person reads and then keeps."""

import re
from collections.abc import Sequence
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, Final, Literal

from alembic.autogenerate import render_python_code, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.script import Script
from sqlalchemy import BindParameter, DefaultClause
from sqlalchemy.types import TypeEngine

from relatum.connections import types
from relatum.migration.differences import differences
from relatum.migration.found import CreateIndex, Found
from relatum.migration.marking import MESSAGE, NAME, begun, signed
from relatum.migration.operations import Define, Fill, Fold
from relatum.migration.schema import declared_schema
from relatum.migration.scripts import Scripts, revision_name, scripts_of
from relatum.migration.shapes import index_shape
from relatum.migration.words import in_words
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.tables import build_tables
from relatum.tables.fixed import ENGINE
from relatum_schemas.errors import BadMigration, Problems

_STORED: Final = sorted(
    name
    for name, value in vars(types).items()
    if isinstance(value, type) and issubclass(value, types.StoredType)
)
"""The names of our column types."""

_BY_SIGN: Final = {
    "datetime.": "import datetime",
    "Decimal(": "from decimal import Decimal",
}
"""What the values of defaults need."""

_TEMPLATE: Final = '''"""{message}"""

{imports}

revision = "{revision}"
down_revision = {down_revision}
branch_labels = {branch_labels}
depends_on = {depends_on}


def upgrade(op: Steps) -> None:
    {body}
'''


def undone(plugins: Sequence[LoadedPlugin], plugin: str) -> list[str]:
    """Return what a plugin declares beyond its migrations, a line each; nothing if all is done.

    Args:
        plugins: in force, required ones first.
        plugin: the name of one of them, or `relatum` for the engine's own tables.
    """
    found = _found(plugins, scripts_of(plugins), plugin, allow_drop=True)
    return [in_words(each) for each in found.operations] + [str(each) for each in found.problems]


def make_migration(
    plugins: Sequence[LoadedPlugin], plugin: str, message: str, *, allow_drop: bool = False
) -> Path | None:
    """Write the migration that a plugin's declarations ask for, and return its file.

    Nothing is written when nothing is missing. The script is to be read by a person before it is
    kept: it may be changed, and data moved in it with `op.execute`. It takes the place of those in development.

    Args:
        plugins: in force, required ones first.
        plugin: the name of one of them, or `relatum` for the engine's own tables.
        message: what the migration is for, a sentence.
        allow_drop: whether what is no longer declared is dropped with its values.

    Raises:
        BadMigration: there is no such plugin.
        Problems: with all that no migration can be written for, each with the way out.
    """
    open_ = begun(scripts_of(plugins), plugin)
    return write_anew(plugins, plugin, open_, message, allow_drop=allow_drop)


def write_anew(
    plugins: Sequence[LoadedPlugin],
    plugin: str,
    replaced: Sequence[Script] = (),
    message: str | None = None,
    *,
    allow_drop: bool = False,
) -> Path | None:
    """Write one migration in place of the last ones of a plugin, or after them all; none where nothing is missing.

    Args:
        plugins: in force, required ones first.
        plugin: the name of one of them.
        replaced: its last migrations, whose files go; none for one more.
        message: what the migration is for; None for one that is in development.
        allow_drop: whether what is no longer declared is dropped with its values.

    Raises:
        BadMigration: there is no such plugin.
        Problems: with all that no migration can be written for, each with the way out.
    """
    scripts = scripts_of(plugins).without(replaced)
    found = _found(plugins, scripts, plugin, allow_drop=allow_drop)
    _judge(found)
    path = None
    if found.operations:
        revision = revision_name(plugin, len(scripts.of_plugin(plugin)) + 1)
        text = _script(scripts, plugin, revision, message or MESSAGE, found.operations)
        path = scripts.folders[plugin] / f"{revision}_{_slug(message) if message else NAME}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if message else signed(text))
        # Two writings within a second look alike to what Python keeps of the first.
        Path(cache_from_source(str(path))).unlink(missing_ok=True)
    for each in {Path(script.path) for script in replaced} - {path}:
        each.unlink()
    return path


def _judge(found: Found) -> None:
    if found.problems:
        raise Problems(f"No migration of {found.plugin} can be written.", found.problems)


def _found(
    plugins: Sequence[LoadedPlugin], scripts: Scripts, plugin: str, *, allow_drop: bool
) -> Found:
    if plugin not in scripts.folders:
        raise BadMigration(
            f"There is no plugin {plugin!r}.", hint=f"Loaded: {', '.join(scripts.folders)}."
        )
    catalogue = catalogue_of(plugins)
    declared = declared_schema(build_tables(catalogue))
    return differences(plugin, scripts.replayed(), declared, catalogue, allow_drop=allow_drop)


def _script(
    scripts: Scripts,
    plugin: str,
    revision: str,
    message: str,
    operations: list[ops.MigrateOperation],
) -> str:
    rendered = render_python_code(ops.UpgradeOps(ops=operations), render_item=_rendered_item)
    body = "\n".join(line for line in rendered.splitlines() if not line.strip().startswith("# ###"))
    head = scripts.head_of(plugin)
    return _TEMPLATE.format(
        message=message.strip().rstrip(".").replace('"', "'") + ".",
        imports=_imports(body),
        revision=revision,
        down_revision=_quoted(head),
        branch_labels="None" if head else f'("{plugin}",)',
        depends_on=_tuple(_required_heads(scripts, plugin)),
        body=body.strip(),
    )


def _required_heads(scripts: Scripts, plugin: str) -> list[str]:
    """The last migrations of all that the plugin builds on."""
    if plugin == ENGINE:
        return []
    wanted = [ENGINE]
    for name in wanted:
        wanted += [each for each in scripts.requires.get(name, ()) if each not in wanted]
        if name == ENGINE:
            wanted += [each for each in scripts.requires[plugin] if each not in wanted]
    heads = (scripts.head_of(each) for each in wanted)
    return [head for head in heads if head is not None]


def _imports(body: str) -> str:
    """The imports that a script needs, in house order."""
    stored = [name for name in _STORED if re.search(rf"\b{name}\(", body)]
    own = ["Steps", *(["smallest"] if "smallest(" in body else [])]
    lines = [words for sign, words in _BY_SIGN.items() if sign in body]
    lines += ["", "import sqlalchemy as sa", ""] if "sa." in body else [""]
    if stored:
        lines.append(f"from relatum.connections.types import {', '.join(stored)}")
    lines.append(f"from relatum.migration import {', '.join(own)}")
    return "\n".join(lines).strip()


def _rendered_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Our own types write themselves, and so do defaults as values of them; Alembic writes the others."""
    if kind == "type" and type(item).__module__ == types.__name__:
        return repr(item)
    value = item.arg if isinstance(item, DefaultClause) else item
    if kind == "server_default" and isinstance(value, BindParameter):
        return f"sa.literal({value.value!r}, {_spelt_type(value.type)})"
    return False


def _spelt_type(type_: TypeEngine[Any]) -> str:
    prefix = "" if type(type_).__module__ == types.__name__ else "sa."
    return f"{prefix}{type_!r}"


@renderers.dispatch_for(CreateIndex)
def _rendered_index(context: AutogenContext, operation: CreateIndex) -> str:
    index = index_shape(operation.to_index(), plugin="")
    columns = ", ".join(
        f'smallest("{name}")' if first else f'"{name}"' for name, first in index.columns
    )
    more = ", unique=True" if index.unique else ""
    if index.where is not None:
        words = f'sa.text("{index.where}")'
        more += f", sqlite_where={words}, postgresql_where={words}"
    return f'op.create_index("{index.name}", "{operation.table_name}", [{columns}]{more})'


@renderers.dispatch_for(ops.RenameTableOp)
def _rendered_renaming(context: AutogenContext, operation: ops.RenameTableOp) -> str:
    return f'op.rename_table("{operation.table_name}", "{operation.new_table_name}")'


@renderers.dispatch_for(Fill)
def _rendered_fill(context: AutogenContext, operation: Fill) -> str:
    return (
        f'op.fill("{operation.table_name}", "{operation.column_name}", '
        f"{_spelt_type(operation.type)}, {operation.value!r})"
    )


@renderers.dispatch_for(Fold)
def _rendered_fold(context: AutogenContext, operation: Fold) -> str:
    return f'op.fold("{operation.table_name}", "{operation.column_name}", "{operation.key_name}")'


@renderers.dispatch_for(Define)
def _rendered_definition(context: AutogenContext, operation: Define) -> str:
    return f'op.define("{operation.dialect}", "{operation.name}", {operation.statement!r})'


def _slug(message: str) -> str:
    words = re.findall(r"[a-z0-9]+", message.lower())
    return "_".join(words)[:40].rstrip("_") or "migration"


def _quoted(name: str | None) -> str:
    return "None" if name is None else f'"{name}"'


def _tuple(names: Sequence[str]) -> str:
    return "None" if not names else f"({''.join(f'{_quoted(name)}, ' for name in names).strip()})"
