"""`relatum import`: files become records as a mapping says, and the person learns what came of every row."""

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.identity.force import Assembling
from relatum.importing import FileReport, ImportReport, Incomplete, run_import
from relatum.importing import Progress as ImportProgress
from relatum.plugins import Loading, Surroundings
from relatum.sealing import Keyring
from relatum.session import open_database
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.graphql.names import camel
from relatum_server.installation import plugins_in_force, surroundings_of, types_in_force
from relatum_server.settings import Settings


@click.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@with_settings("database", "key_file", "rejects", *PLUGINS, "zone")
def import_(*, mapping: Path, settings: Settings) -> None:
    """Import the files that MAPPING names.

    Running it again updates what has changed and doubles nothing. Rows that cannot be imported are set aside in
    files of their own, each with the reason; all others are kept.
    """
    plugins = plugins_in_force(settings)
    report, catalogue = asyncio.run(
        import_into(
            settings.database_url,
            mapping,
            types_in_force(settings, plugins),
            rejects=settings.rejects,
            keys=settings.keys,
            surroundings=surroundings_of(settings, Loading(plugins)),
        )
    )
    for line in told(report, catalogue):
        click.echo(line)


async def import_into(
    url: str,
    mapping: Path,
    types: Catalogue | Assembling,
    *,
    rejects: Path | None = None,
    keys: Keyring | None = None,
    surroundings: Surroundings | None = None,
) -> tuple[ImportReport, Catalogue]:
    """Import into a database, showing how far it is, and return what came of it, and the types in force there.

    Args:
        url: of a migrated database.
        mapping: the file that says what becomes what.
        types: the types, or what puts them together.
        rejects: folder for the rows set aside, when not beside the imported files.
        keys: by which encrypted fields are written.
        surroundings: with what plugins read beside our own forms of files.

    Raises:
        UnreadableFile, Problems: the mapping or its files cannot be used; nothing was written.
    """
    async with open_database(url, types, keys=keys, surroundings=surroundings) as database:
        with _bar() as bar:
            task = bar.add_task("", total=None, file=mapping.name, rows=0)

            def show(progress: ImportProgress) -> None:
                bar.update(
                    task,
                    completed=progress.done,
                    total=progress.total,
                    file=progress.file,
                    rows=progress.rows,
                )

            session = database.as_(SYSTEM, reason="relatum import")
            report = await run_import(session, mapping, progress=show, rejects_dir=rejects)
            return report, database.catalogue


def _bar() -> Progress:
    """A progress bar that stays off the output, and out of logs."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.fields[file]}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def told(report: ImportReport, catalogue: Catalogue) -> list[str]:
    """What came of an import, in lines for a person."""
    lines = [summary(report)]
    for name, counts in sorted(report.outcomes.items()):
        done = ", ".join(f"{count} {operation}" for operation, count in counts.items() if count)
        lines.append(f"  {name}: {done}")
    for file in report.files:
        lines += _rejected(file)
    for each in report.incomplete:
        lines += _incomplete(each, catalogue)
    return lines


def summary(report: ImportReport) -> str:
    """What came of an import, in one line."""
    rows = sum(each.rows for each in report.files)
    return (
        f"{rows} rows of {len(report.files)} files: {report.count('created')} records created, "
        f"{report.count('updated')} updated, {report.count('unchanged')} unchanged; "
        f"{report.rejected} rows set aside."
    )


def _rejected(file: FileReport) -> list[str]:
    if not file.rejected:
        return []
    shown = [f"  line {each.line}: {each.reason}" for each in file.first]
    more = file.rejected - len(shown)
    return [
        f"{file.path.name}: {file.rejected} rows set aside, kept in {file.rejects}",
        *shown,
        *([f"  and {more} more"] if more else []),
    ]


def _incomplete(each: Incomplete, catalogue: Catalogue) -> list[str]:
    """The records that lack something, and the query that finds them."""
    records = camel(catalogue.record_type(each.type).plural)
    return [
        f"Incomplete: {each.count} of type {each.type} lack {each.missing}:",
        f'  {{ {records}(filter: {{missing: {{has: "{each.missing}"}}}}) {{ nodes {{ id label }} }} }}',
    ]
