"""What an import tells: how far it is, what came of it, and which rows were set aside."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from relatum_schemas.selection import Condition

REJECTED_COLUMNS = ("rejected_line", "rejected_reason", "rejected_text")
"""What is added to the columns of a file of rejected rows; the text stands only where the columns cannot say it."""


@dataclass(frozen=True)
class Progress:
    """How far an import is. Sizes are in bytes of all files together."""

    file: str
    rows: int
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Rejected:
    """A row that was set aside, or a part of it: the line it begins in, and why."""

    line: int
    reason: str


@dataclass
class FileReport:
    """What came of one file.

    Attributes:
        path: the file.
        rows: rows read, rejected ones included.
        rejected: rows set aside, or parts of them: a tie whose end never came, while the rest of its row did.
        first: the first of them.
        rejects: where they are, if there are any.
    """

    path: Path
    rows: int = 0
    rejected: int = 0
    first: list[Rejected] = field(default_factory=list)
    rejects: Path | None = None


@dataclass(frozen=True)
class Incomplete:
    """Records of a type that lack a value or a tie which is wanted of them.

    Attributes:
        type: of the records.
        missing: the expected field that is empty, or the end with too few ties.
        count: how many they are.
        condition: the filter that finds them.
    """

    type: str
    missing: str
    count: int
    condition: Condition


@dataclass
class ImportReport:
    """What came of an import.

    Attributes:
        files: one report per file, in the order of the mapping.
        outcomes: per type how many records were ``created``, ``updated`` or found ``unchanged``.
        incomplete: records of the imported types that lack something wanted, by type and by what they lack.
    """

    files: list[FileReport] = field(default_factory=list)
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    incomplete: tuple[Incomplete, ...] = ()

    @property
    def rejected(self) -> int:
        """Rows set aside, of all files."""
        return sum(each.rejected for each in self.files)

    def count(self, operation: str) -> int:
        """How many records were ``created``, ``updated`` or found ``unchanged``, of all types."""
        return sum(each[operation] for each in self.outcomes.values())

    def add(self, outcomes: Mapping[str, Counter[str]]) -> None:
        """Add what a batch did."""
        for name, counts in outcomes.items():
            self.outcomes.setdefault(name, Counter()).update(counts)


def rejects_path(path: Path, folder: Path | None) -> Path:
    """Where the rejected rows of a file go: into a folder, else beside it."""
    return (folder or path.parent) / f"{path.name}.rejected.csv"


class Rejects:
    """Sets rows of one file aside in a file that is made with the first of them.

    Args:
        report: of the file; keeps count.
        path: where they go; what an earlier run left there is deleted.
        columns: of the file.
    """

    _KEPT = 20

    def __init__(self, report: FileReport, path: Path, columns: Sequence[str]) -> None:
        self._report = report
        self._path = path
        self._path.unlink(missing_ok=True)
        self._columns = tuple(columns)
        self._file: IO[str] | None = None

    def add(self, line: int, reason: str, cells: Sequence[object] = (), text: str = "") -> None:
        """Set a row aside."""
        report = self._report
        report.rejected += 1
        if len(report.first) < self._KEPT:
            report.first.append(Rejected(line, reason))
        if self._file is None:
            self._file = self._begin()
        written = ["" if cell is None else cell for cell in cells] or [""] * len(self._columns)
        csv.writer(self._file).writerow([*written, line, reason, text.rstrip("\r\n")])

    def _begin(self) -> IO[str]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("w", encoding="utf-8", newline="", errors="backslashreplace")
        csv.writer(file).writerow([*self._columns, *REJECTED_COLUMNS])
        self._report.rejects = self._path
        return file

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None
