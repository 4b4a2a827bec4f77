"""The lists in pyproject.toml say what the folders say.

Editable installs hide a package that was forgotten in a list; the installed program then dies at
its first import. These tests find it in the checkout.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SOURCE_ROOTS = ["schemas", "core", "plugins", "server"]
EXAMPLE = ROOT / "examples/northwind"

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
TOOLS: dict[str, Any] = PROJECT["tool"]
FOLDERS = sorted(
    folder.parent for root in SOURCE_ROOTS for folder in (ROOT / root).glob("*/__init__.py")
)
PACKAGES = {folder.name for folder in FOLDERS}

PART_OF_ANOTHER = {
    "opentelemetry-sdk": "opentelemetry-api",
    "opentelemetry-semantic-conventions": "opentelemetry-api",
    "pydantic-core": "pydantic",
}
LOADED_BY_ANOTHER = {
    "httptools": "uvicorn parses HTTP with it",
    "tzdata": "zoneinfo reads it where the system has no zones",
    "uvloop": "uvicorn's event loop",
    "websockets": "uvicorn speaks to sockets with it",
}


def test_every_package_is_shipped_and_typed() -> None:
    listed = TOOLS["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(listed) == sorted(str(folder.relative_to(ROOT)) for folder in FOLDERS)
    assert [folder.name for folder in FOLDERS if not (folder / "py.typed").exists()] == []


def test_every_tool_knows_the_source_roots() -> None:
    example = str(EXAMPLE.relative_to(ROOT))
    assert TOOLS["hatch"]["build"]["dev-mode-dirs"] == SOURCE_ROOTS
    assert TOOLS["ruff"]["src"] == [".", *SOURCE_ROOTS, example]
    assert TOOLS["mypy"]["mypy_path"].split(":") == [*SOURCE_ROOTS, example]
    assert set(TOOLS["mypy"]["files"]) >= {*SOURCE_ROOTS, example, "tests"}


def test_every_plugin_is_found_by_its_entry_point() -> None:
    points: dict[str, dict[str, str]] = PROJECT["project"]["entry-points"]
    folders = {folder.name for folder in (ROOT / "plugins").glob("*/")} & PACKAGES
    assert points["relatum"].keys() == {"base"}, "all others are used where they are asked for"
    declared = points["relatum"] | points["relatum.bundled"]
    assert declared == {folder.removeprefix("relatum_"): folder for folder in folders}


def test_the_example_plugin_is_found_like_any_other() -> None:
    found = {point.name: point.value for point in entry_points(group="relatum")}
    assert found["northwind"] == "relatum_northwind"


def test_the_import_contracts_watch_every_package() -> None:
    linter = TOOLS["importlinter"]
    watched = PACKAGES | {"relatum_northwind"}
    assert set(linter["root_packages"]) == watched
    layers = [contract for contract in linter["contracts"] if contract["type"] == "layers"]
    [between] = [contract["layers"] for contract in layers if "containers" not in contract]
    named = [name for layer in between for name in re.split(r"[\s|:]+", layer)]
    assert sorted(named) == sorted(watched)


def test_what_is_imported_is_required() -> None:
    beside = {
        requirement_name(line) for line in PROJECT["project"]["optional-dependencies"]["testing"]
    }
    assert imported_distributions() - required_distributions() - beside == set()


def test_what_is_required_is_imported() -> None:
    unused = required_distributions() - imported_distributions() - LOADED_BY_ANOTHER.keys()
    assert unused == set()


def test_the_constraints_pin_every_requirement_and_name_no_place() -> None:
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if not line.startswith("#"):
            match = re.fullmatch(r"([\w.-]+)==([\w.]+)", line)
            assert match, f"not a plain version: {line}"
            pinned[normalized(match[1])] = match[2]
    listed = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    required = {requirement_name(line) for line in [*listed, *PROJECT["build-system"]["requires"]]}
    assert required - pinned.keys() == set()


def required_distributions() -> set[str]:
    """What an installation of Relatum brings along."""
    return {requirement_name(line) for line in PROJECT["project"]["dependencies"]}


def imported_distributions() -> set[str]:
    """What the packages import that is neither ours nor Python's."""
    distributions = packages_distributions()
    return {
        PART_OF_ANOTHER.get(name := normalized(distributions[module][0]), name)
        for folder in FOLDERS
        for path in folder.rglob("*.py")
        for module in imported_modules(path)
        if module not in sys.stdlib_module_names and module not in PACKAGES
    }


def imported_modules(path: Path) -> Iterator[str]:
    """The top-level names that a module imports from outside its package."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def requirement_name(requirement: str) -> str:
    """`Babel>=2.17; ...` is about `babel`."""
    return normalized(re.split(r"[^\w.-]", requirement)[0])


def normalized(distribution: str) -> str:
    """One spelling for the name of a distribution, as package indexes compare them."""
    return re.sub(r"[-_.]+", "-", distribution).lower()
