"""Forms of files that plugins can read for imports."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Importer:
    """Reads files of a form of their own, row by row.

    Attributes:
        format: the name of the form, as mappings say it: ``"vcard"``.
        endings: of the names of such files: ``(".vcf",)``.
        read: the rows of a file, each by the names of its columns; raises what is wrong with the file.
    """

    format: str
    endings: tuple[str, ...]
    read: Callable[[Path], Iterable[Mapping[str, object]]]
