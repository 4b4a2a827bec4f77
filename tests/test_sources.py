"""What a reader may count on in every module of the packages and the examples."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
NAMES_THAT_SAY_NOTHING = {"common", "helpers", "lib", "manager", "misc", "shared", "utils"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def written_by_hand() -> Iterator[Path]:
    """Every Python file of the repository, save migrations, which a generator writes."""
    for folder in ("schemas", "core", "plugins", "server", "examples", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


MODULES = [
    pytest.param(path, id=str(path.relative_to(ROOT)))
    for path in written_by_hand()
    if not path.is_relative_to(ROOT / "tests")
]


@pytest.mark.parametrize("path", MODULES)
def test_a_module_can_be_read_at_one_sitting(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST_MODULE, f"{lines} lines: split it by meaning"


@pytest.mark.parametrize("path", MODULES)
def test_a_function_can_be_seen_at_once(path: Path) -> None:
    too_long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_every_file_and_folder_is_named_for_what_it_holds() -> None:
    vague = [
        str(path.relative_to(ROOT))
        for path in written_by_hand()
        if NAMES_THAT_SAY_NOTHING & {*path.relative_to(ROOT).parent.parts, path.stem}
    ]
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    this_file = Path(__file__)
    unfinished = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in written_by_hand()
        if path != this_file
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert unfinished == []
