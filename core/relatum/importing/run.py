"""One import from beginning to end: every file judged before anything is written, then read and written in batches.

Rows flow from `rows` (cut) through `wishes` (read) to `batches` (written). What a batch refuses is set aside with its
reason; ties whose ends have not come yet wait in the `notebook` and are made when all files are read. Memory does not
grow with the number of rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson

from relatum.importing.batches import Asked, Writer, Written
from relatum.importing.binding import bind_mapping
from relatum.importing.mapping import FORMATS, load_mapping
from relatum.importing.notebook import Entry, Notebook, digest, open_notebook
from relatum.importing.plans import FilePlan
from relatum.importing.report import (
    FileReport,
    ImportReport,
    Incomplete,
    OnProgress,
    Progress,
    Rejects,
    rejects_path,
)
from relatum.importing.rows import Row, Table, Unreadable, open_table
from relatum.importing.wishes import RowReader, Wish
from relatum.plugins import Importer
from relatum.session import Session
from relatum_schemas.condition import Field
from relatum_schemas.errors import (
    Conflict,
    Forbidden,
    PluginError,
    Problems,
    RelatumError,
    UnreadableFile,
)
from relatum_schemas.selection import (
    Aggregate,
    Function,
    Measure,
    MeasureOutput,
    Request,
    RootField,
    Rows,
)

BATCH = 2000
"""Rows written in one unit of work."""


async def run_import(
    session: Session,
    mapping_path: Path,
    *,
    progress: OnProgress | None = None,
    rejects_dir: Path | None = None,
) -> ImportReport:
    """Import the files of a mapping. Running it again updates what has changed and leaves the rest alone.

    Args:
        session: who imports, into which database.
        mapping_path: the mapping; the paths in it are seen from its folder.
        progress: told after every batch how far the import is.
        rejects_dir: where rows go that are set aside; beside the mapping's files when not said.

    Raises:
        Forbidden: the principal is neither the system nor an administrator: keys are looked up among all records.
        UnreadableFile: the mapping is missing or is no TOML.
        Problems: the mapping does not fit the catalogue, or files cannot be read. Nothing was written.
    """
    if not session.principal.unrestricted:
        raise Forbidden("Only the system and administrators import files.")
    mapping = load_mapping(mapping_path)
    plans = bind_mapping(mapping, session.catalogue, mapping_path.parent)
    importers = _importers(session)
    _judge_files(plans, rejects_dir, importers)
    with open_notebook() as notebook, ExitStack() as files:
        run = _Run(
            notebook,
            Writer(session.storage, session.principal, f"import {mapping_path.name}"),
            progress,
            importers,
        )
        parts = [run.part(plan, rejects_path(plan.path, rejects_dir), files) for plan in plans]
        for number, part in enumerate(parts):
            await run.file(number, part)
        await run.waiting(parts)
        run.report.incomplete = await _incomplete(session, run.report)
    return run.report


def _importers(session: Session) -> tuple[Importer, ...]:
    """What plugins in force read beside our own forms.

    Raises:
        PluginError: two read one form.
    """
    found: dict[str, tuple[str, Importer]] = {}
    hooks = session.storage.surroundings.hooks
    for plugin, given in hooks.given("importers", among=session.catalogue.plugins):
        for each in given:
            other, _ = found.setdefault(each.format, (plugin, each))
            if other != plugin or each.format in FORMATS.values():
                taken = repr(other) if other != plugin else "The engine"
                raise PluginError(
                    f"The plugin {plugin!r} reads files of the form {each.format!r}; {taken} does, too."
                )
    return tuple(each for _, each in found.values())


def _judge_files(
    plans: Sequence[FilePlan], rejects_dir: Path | None, importers: Sequence[Importer]
) -> None:
    """Open every file once.

    Raises:
        Problems: with every file that cannot be read, before anything is written.
    """
    problems: list[RelatumError] = []
    rejects = {rejects_path(plan.path, rejects_dir).resolve() for plan in plans}
    for number, plan in enumerate(plans):
        if plan.path.resolve() in rejects:
            problems.append(_overwritten(plan.path).at("files", number))
            continue
        try:
            with open_table(plan.path, plan.file, plan.columns, importers):
                pass
        except RelatumError as error:
            problems.append(error.at("files", number))
    if problems:
        raise Problems("Files cannot be read; nothing was imported.", problems)


def _overwritten(path: Path) -> RelatumError:
    return UnreadableFile(
        f"{path} is where this import sets rows aside; it would be overwritten.",
        hint="Give the file of mended rows another name.",
    )


@dataclass
class _Part:
    """One file of the run."""

    plan: FilePlan
    report: FileReport
    table: Table
    reader: RowReader
    rejects: Rejects

    def reject(self, asked: Asked, reason: str) -> None:
        """Set a row aside."""
        cells = () if asked.row.text else asked.row.cells
        self.rejects.add(asked.row.line, reason, cells, asked.row.text)


class _Run:
    def __init__(
        self,
        notebook: Notebook,
        writer: Writer,
        progress: OnProgress | None,
        importers: Sequence[Importer],
    ) -> None:
        self.report = ImportReport()
        self._importers = importers
        self._notebook = notebook
        self._writer = writer
        self._progress = progress
        self._total = 0
        self._done = 0

    def part(self, plan: FilePlan, aside: Path, files: ExitStack) -> _Part:
        """Open a file and what keeps its rejected rows; both are closed with ``files``."""
        table = files.enter_context(open_table(plan.path, plan.file, plan.columns, self._importers))
        report = FileReport(plan.path)
        self.report.files.append(report)
        self._total += plan.path.stat().st_size
        rejects = Rejects(report, aside, table.columns)
        files.callback(rejects.close)
        return _Part(plan, report, table, RowReader(plan, table.columns), rejects)

    async def file(self, number: int, part: _Part) -> None:
        """Read a file and write its rows."""
        for rows in _batched(part.table):
            asked = list(self._fresh(number, part, _read(part, rows)))
            await self._write(number, part, asked, last=False)
            part.report.rows += len(rows)
            self._tell(part)
        self._done += part.plan.path.stat().st_size
        self._tell(part, finished=True)

    async def waiting(self, parts: Sequence[_Part]) -> None:
        """Make the ties whose ends had not come when their rows were read."""
        for rows in self._notebook.waiting(BATCH):
            for number, part in enumerate(parts):
                asked = [
                    Asked(row, part.reader.read_tie(row, tie))
                    for file, tie, row in rows
                    if file == number
                ]
                await self._write(number, part, asked, last=True)

    async def _write(self, number: int, part: _Part, asked: Sequence[Asked], *, last: bool) -> None:
        written: Written = await self._writer.write(asked, last=last)
        self.report.add(written.outcomes)
        told: set[int] = set()
        for failure in written.failures:
            if id(failure.asked) not in told:
                told.add(id(failure.asked))
                reason = part.reader.explain(failure.wish, failure.error)
                part.reject(
                    failure.asked, f"{reason} The rest of the row was imported." if last else reason
                )
        for waiting, wish in written.waiting:
            self._notebook.wait(number, wish.target, waiting.row)

    def _fresh(self, number: int, part: _Part, rows: Iterable[Asked]) -> Iterator[Asked]:
        """The rows with what they say for the first time; those that contradict an earlier row are set aside."""
        listed = [
            (asked, [_entry(number, wish, asked.row.line) for wish in asked.wishes])
            for asked in rows
        ]
        first: dict[int, Entry] = {}
        for _, entries in listed:
            for entry in entries:
                first.setdefault(entry[0], entry)
        first |= self._notebook.note(list(first.values()))
        for asked, entries in listed:
            fresh: list[Wish] = []
            for wish, entry in zip(asked.wishes, entries, strict=True):
                _, content, line = first[entry[0]]
                if content != entry[1]:
                    part.reject(asked, str(_contradiction(wish, line)))
                    break
                if line == entry[2]:
                    fresh.append(wish)
            else:
                if fresh:
                    yield Asked(asked.row, fresh)

    def _tell(self, part: _Part, *, finished: bool = False) -> None:
        if self._progress is not None:
            rows = sum(each.rows for each in self.report.files)
            done = self._done if finished else self._done + part.table.position
            self._progress(Progress(part.plan.path.name, rows, done, self._total))


def _entry(file: int, wish: Wish, line: int) -> Entry:
    return digest((file, wish.target, *wish.identity)), digest(wish.content), line


def _contradiction(wish: Wish, line: int) -> Conflict:
    key = wish.key
    what = f"The key {key[2]!r}" if key else "The same tie"
    return Conflict(f"{what} stands in line {line} already, with other values.")


def _batched(table: Table) -> Iterator[list[Row | Unreadable]]:
    rows: list[Row | Unreadable] = []
    for row in table:
        rows.append(row)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _read(part: _Part, rows: Iterable[Row | Unreadable]) -> Iterator[Asked]:
    for row in rows:
        if isinstance(row, Unreadable):
            part.rejects.add(row.line, row.reason, text=row.text)
            continue
        try:
            wishes = part.reader.read(row)
        except RelatumError as error:
            part.reject(Asked(row, ()), str(error))
        else:
            yield Asked(row, wishes)


async def _incomplete(session: Session, report: ImportReport) -> tuple[Incomplete, ...]:
    """The records of the imported types that lack something wanted."""
    demands = [
        (type_name, name, Field("missing").has(name))
        for type_name in sorted(report.outcomes)
        for name in session.catalogue.types[type_name].wanted
    ]
    if not demands:
        return ()
    count = Aggregate(
        outputs=(MeasureOutput(key="count", measure=Measure(function=Function.COUNT)),)
    )
    request = Request(
        fields=tuple(
            RootField(key=f"at{number}", source=Rows(type=type_name, filter=condition), form=count)
            for number, (type_name, _, condition) in enumerate(demands)
        )
    )
    answer = orjson.loads(await session.read(request))
    counted = ((demand, answer[f"at{number}"][0]["count"]) for number, demand in enumerate(demands))
    return tuple(Incomplete(*demand[:2], count, demand[2]) for demand, count in counted if count)
