"""The pages of documentation and the blocks of code in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
NOT_RUN = re.compile(r"^<!-- not run: (?P<reason>.+) -->$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line of the page on which the text starts."""

    page: Path
    language: str
    text: str
    line: int
    not_run: str | None

    @property
    def place(self) -> str:
        """Where to look: `docs/plugins.md:12`."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page that a reader may take code from."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "examples").rglob("*.md")),
    ]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order.

    A comment `<!-- not run: reason -->` on the last line of text above a block excuses it.
    """
    lines = enumerate(page.read_text().splitlines(), start=1)
    above = ""
    for number, line in lines:
        if opening := FENCE.match(line):
            indent, closing = opening["indent"], f"{opening['indent']}```"
            body: list[str] = []
            for _, inner in lines:
                if inner.rstrip() == closing:
                    break
                body.append(inner.removeprefix(indent))
            excuse = NOT_RUN.match(above)
            text = "\n".join(body) + "\n"
            yield Block(page, opening["language"], text, number + 1, excuse and excuse["reason"])
            above = ""
        elif line.strip():
            above = line.strip()
