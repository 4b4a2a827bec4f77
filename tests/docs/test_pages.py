"""What the documentation shows is true: its code runs, its queries and commands exist.

The Python blocks of a page share one namespace and run from top to bottom, like a session of
the reader; `await` is allowed anywhere in them.
"""

import ast
import inspect
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, ModuleType

import click
import graphql
import pytest

from tests.docs.pages import ROOT, Block, blocks, pages

PAGES = pages()
BLOCKS = [block for page in PAGES for block in blocks(page)]
MOST_BLOCKS_NOT_RUN = 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
async def test_the_python_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(f"page_{page.stem.lower().replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for block in blocks(page):
        if block.language == "python" and not block.not_run:
            result = eval(compiled(block), module.__dict__)
            if inspect.isawaitable(result):
                await result


def compiled(block: Block) -> CodeType:
    """The code of a block, with the line numbers of its page."""
    in_place = "\n" * (block.line - 1) + block.text
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code: CodeType = compile(in_place, str(block.page), "exec", flags=flags)
    return code


def check_graphql(text: str) -> None:
    """The document is GraphQL."""
    graphql.parse(text)


def check_shell(text: str) -> None:
    """The shell can read it, and the targets and commands it names exist."""
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        words = [word for word in shlex.split(line, comments=True) if "=" not in word]
        match words:
            case ["make", *named]:
                assert set(named) <= set(targets), line
            case [program, *arguments] if Path(program).name == "relatum":
                check_command(arguments)
            case _:
                pass


def check_command(arguments: list[str]) -> None:
    """`relatum` has this subcommand."""
    [script] = entry_points(group="console_scripts", name="relatum")
    command: click.Group = script.load()
    subcommands = [word for word in arguments if not word.startswith("-")]
    assert command.get_command(click.Context(command), subcommands[0])


CHECKS: dict[str, Callable[[str], object]] = {
    "graphql": check_graphql,
    "json": json.loads,
    "sh": check_shell,
    "toml": tomllib.loads,
}
SHOWN_ONLY = {"csv", "html", "js", "mermaid", "sql", "text"}


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.language in CHECKS and not block.not_run],
    ids=lambda block: block.place,
)
def test_a_block_says_something_that_exists(block: Block) -> None:
    CHECKS[block.language](block.text)


def test_every_block_names_a_language_that_is_known_here() -> None:
    known = {"python"} | CHECKS.keys() | SHOWN_ONLY
    assert [block.place for block in BLOCKS if block.language not in known] == []


def test_hardly_a_block_is_excused() -> None:
    excused = [f"{block.place}: {block.not_run}" for block in BLOCKS if block.not_run]
    assert len(excused) <= MOST_BLOCKS_NOT_RUN, excused


def test_every_link_to_a_file_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
