"""How much memory `relatum import` has at most as its files grow: it should hardly matter how many rows they have.

Every row is a person and their employment at one of five hundred organizations, so that the import remembers keys,
looks up both ends and makes two records. The command runs as anybody runs it, in a process of its own, which is looked
at twenty times a second; the database server's memory is not counted.

    python -m benchmarks.import_memory [rows ...] [sqlite|postgresql]
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.servers import DIALECTS, database_server
from relatum.connections import DialectName

ROWS: Final = (100_000, 1_000_000)
ORGANIZATIONS: Final = 500
SECONDS_BETWEEN_LOOKS: Final = 0.05
RELATUM: Final = Path(sys.executable).with_name("relatum")

MAPPING: Final = """
system = "benchmark"

[[files]]
path = "firms.csv"

[[files.entities]]
type = "Organization"
key = "firm:{firm}"
fields.name = "{name}"

[[files]]
path = "people.csv"

[[files.entities]]
type = "Person"
key = "person:{id}"
fields.given_name = "{given}"
fields.family_name = "{family}"

[[files.ties]]
type = "WorksAt"
source = { type = "Person", key = "person:{id}" }
target = { type = "Organization", key = "firm:{firm}" }
valid_from = "{since}"
fields.role = "{role}"
"""


@dataclass(frozen=True)
class ImportMemory:
    """What an import of so many rows needed.

    Attributes:
        memory: megabytes that its process had at most, mapped files included.
        own: megabytes of it at most that are no mapped or shared files.
        seconds: that it took.
    """

    database: DialectName
    rows: int
    memory: float
    own: float
    seconds: float


def measure(dialect: DialectName, rows: int) -> ImportMemory:
    """Write files with so many people, import them into an empty database, and watch the process.

    Raises:
        RuntimeError: the import failed, or set rows aside.
    """
    with tempfile.TemporaryDirectory(prefix="relatum-memory-") as name:
        folder = Path(name)
        mapping = _write_files(folder, rows)
        (folder / "database").mkdir()
        with database_server(dialect, folder / "database") as url:
            subprocess.run(_command("migrate", url), check=True, capture_output=True)
            begun = time.perf_counter()
            memory, own = _watch([*_command("import", url), str(mapping)], rows)
            return ImportMemory(dialect, rows, memory, own, time.perf_counter() - begun)


def _command(name: str, url: str) -> list[str]:
    return [str(RELATUM), name, "--only", "base", "--database", url]


def _write_files(folder: Path, rows: int) -> Path:
    """Write the mapping and what it names, and return where the mapping is."""
    (folder / "firms.csv").write_text("\n".join(_firms()))
    with (folder / "people.csv").open("w") as people:
        people.writelines(f"{line}\n" for line in _people(rows))
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING)
    return mapping


def _firms() -> Iterator[str]:
    yield "firm,name"
    for number in range(ORGANIZATIONS):
        yield f"{number},Firm {number}"


def _people(rows: int) -> Iterator[str]:
    yield "id,given,family,firm,role,since"
    for number in range(rows):
        names = f"Given{number % 977},Family{number % 7919}"
        employment = f"{number % ORGANIZATIONS},Role {number % 100},20{number % 20 + 10}-01-01"
        yield f"{number},{names},{employment}"


def _watch(command: list[str], rows: int) -> tuple[float, float]:
    """Run an import of so many people; return the megabytes it had at most, and those of its own."""
    memory = own = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watched = psutil.Process(process.pid)
        try:
            while process.poll() is None:
                seen = watched.memory_info()
                memory, own = max(memory, seen.rss), max(own, seen.rss - seen.shared)
                time.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            process.kill()
        told, _ = process.communicate()
    if process.returncode or f"Person: {rows} created" not in told:
        raise RuntimeError(f"The import ended with {process.returncode}.\n{told}")
    return memory / 2**20, own / 2**20


def main() -> None:
    """Measure the sizes and databases that are named."""
    given = sys.argv[1:]
    sizes = [int(each) for each in given if each.isdigit()] or ROWS
    for dialect in DIALECTS:
        if dialect in given or not {*DIALECTS} & {*given}:
            for rows in sizes:
                seen = measure(dialect, rows)
                print(
                    f"{seen.database} {seen.rows:>9,} rows: at most {seen.memory:.0f} MB, "
                    f"{seen.own:.0f} MB its own, {seen.seconds:.0f} s"
                )


if __name__ == "__main__":
    main()
