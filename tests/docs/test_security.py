"""The page on security names the tests that hold its promises; they are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@cache
def named_in(path: Path) -> frozenset[str]:
    """The names of a file's tests."""
    return frozenset(
        each.name
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and each.name.startswith("test_")
    )


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_is_there(file: str, name: str) -> None:
    assert name in named_in(ROOT / file)


def test_every_promise_is_held_by_tests() -> None:
    promises = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    assert [len(re.findall(r"^\| `tests/", each, flags=re.MULTILINE)) > 2 for each in promises] == [
        True
    ] * 3
