"""Where in a plugin's files an error is: by the names in its path, or by the traceback that it came of."""

import ast
import inspect
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from relatum_schemas.errors import Problems, RelatumError


def located(error: RelatumError, folders: Sequence[Path]) -> Iterator[str]:
    """The error in lines for a person, each with the file and line that it is about, where that is known.

    Args:
        error: of declarations, or of what could not be imported.
        folders: of the packages whose files are of interest.
    """
    if isinstance(error, Problems):
        yield f"{error.code}: {error.message}"
        for problem in error.problems:
            yield from (f"  {line}" for line in located(problem, folders))
        return
    place = _of_cause(error, folders) or _of_names(error, folders)
    yield f"{place + ': ' if place else ''}{error.code}: {error}"


def _of_cause(error: RelatumError, folders: Sequence[Path]) -> str | None:
    """Where the error arose that it was raised from: the last line of the traceback that is in one of the folders."""
    cause = error.__cause__
    if cause is None:
        return None
    if isinstance(cause, SyntaxError) and cause.filename and _within(cause.filename, folders):
        return _shown(cause.filename, cause.lineno or 1)
    frames = traceback.extract_tb(cause.__traceback__)
    own = [each for each in frames if _within(each.filename, folders)]
    return _shown(own[-1].filename, own[-1].lineno or 1) if own else None


def _of_names(error: RelatumError, folders: Sequence[Path]) -> str | None:
    """Where the class or function is that the path names, and in it the field."""
    names = [str(each) for each in error.path]
    for file in (each for folder in folders for each in sorted(folder.rglob("*.py"))):
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for count, name in enumerate(names):
            found = _named(tree, name)
            if found is not None:
                member = _member(found, names[count + 1 :])
                return _shown(file, (member or found).lineno)
    return None


def _named(tree: ast.Module, name: str) -> ast.stmt | None:
    kinds = (ast.ClassDef, ast.AsyncFunctionDef, ast.FunctionDef)
    return next((each for each in tree.body if isinstance(each, kinds) and each.name == name), None)


def _member(found: ast.stmt, names: Sequence[str]) -> ast.stmt | None:
    if not isinstance(found, ast.ClassDef) or not names:
        return None
    for each in found.body:
        targets = [each.target] if isinstance(each, ast.AnnAssign) else getattr(each, "targets", [])
        if any(isinstance(target, ast.Name) and target.id == names[0] for target in targets):
            return each
    return None


def package_of(module: ModuleType) -> Path:
    """The folder of a plugin's package."""
    return Path(inspect.getfile(module)).resolve().parent


def _within(file: str, folders: Sequence[Path]) -> bool:
    return any(Path(file).resolve().is_relative_to(each) for each in folders)


def _shown(file: str | Path, line: int) -> str:
    path, here = Path(file).resolve(), Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}:{line}"
