"""Values written as text with columns in braces: ``"{firstName} {lastName}"``.

A template that is one column hands on the cell as it is, a number out of JSON lines stays a number; any other template
makes a text. When a column in it is empty the whole value is missing.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from relatum.importing.mapping import Spelling
from relatum_schemas.errors import BadSetting

Cells = Sequence[object]
Read = Callable[[Cells], object]
"""From the cells of a row to a value; None when it is missing."""

_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


@dataclass(frozen=True)
class Template:
    """A text cut at its columns: ``literals[0] columns[0] literals[1] ...``."""

    literals: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def constant(self) -> bool:
        """Whether it names no column."""
        return not self.columns


def parse_template(text: str) -> Template:
    """Read a template; a brace itself is written twice.

    Raises:
        BadSetting: a brace stands alone.
    """
    literals = [""]
    columns: list[str] = []
    end = 0
    for found in _PIECES.finditer(text):
        literals[-1] += text[end : found.start()]
        end = found.end()
        if found[0] in ("{{", "}}"):
            literals[-1] += found[0][0]
        elif found[1] is None:
            raise BadSetting(
                f"In {text!r} the brace at {found.start() + 1} stands alone.",
                hint="Put a column's name in braces, or write a brace twice.",
            )
        else:
            columns.append(" ".join(found[1].split()))
            literals.append("")
    literals[-1] += text[end:]
    return Template(tuple(literals), tuple(columns))


def reader(template: Template, positions: Mapping[str, int], spelling: Spelling) -> Read:
    """What reads the template's value from the cells of a row.

    Args:
        template: with at least one column.
        positions: of the columns among the cells.
        spelling: which texts mean "nothing", and whether white space is dropped.
    """
    nulls = frozenset({"", *(spelling.nulls or ())})
    places = [positions[column] for column in template.columns]
    if template.literals == ("", ""):
        return _cell(places[0], nulls, trim=bool(spelling.trim))
    cells = [_cell(place, nulls, trim=bool(spelling.trim)) for place in places]
    first, *others = template.literals

    def read(row: Cells) -> object:
        text = first
        for cell, literal in zip(cells, others, strict=True):
            value = cell(row)
            if value is None:
                return None
            text += f"{value}{literal}"
        return text

    return read


def _cell(place: int, nulls: Collection[str], *, trim: bool) -> Read:
    def read(row: Cells) -> object:
        cell = row[place]
        if isinstance(cell, str):
            if trim:
                cell = cell.strip()
            return None if cell in nulls else cell
        return cell

    return read
