"""Brings together what an installation is told.

A flag counts before the environment, that before the file, that before the default.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from relatum_schemas.errors import BadSetting, Problems, RelatumError, UnreadableFile
from relatum_server.settings import FILE, PREFIX, Settings

FILE_VARIABLE: Final = PREFIX + "SETTINGS"
"""The environment variable that names the settings file."""


@dataclass(frozen=True)
class _Given:
    """A value, and where a person finds it."""

    value: object
    place: str


def load_settings(
    flags: Mapping[str, object],
    *,
    file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Return the settings in force.

    Args:
        flags: by field name, those given on the command line.
        file: the settings file; when none is named, that of `RELATUM_SETTINGS`, or `relatum.toml` if there is one.
        environment: the environment variables.

    Raises:
        UnreadableFile: the settings file is missing or is no TOML.
        BadSetting: a setting is unknown or has a value that cannot be used.
        Problems: there are several such.
    """
    given = {
        **_from_file(file, environment),
        **_from_environment(environment),
        **{name: _Given(value, "--" + name.replace("_", "-")) for name, value in flags.items()},
    }
    problems: list[RelatumError] = [
        _unknown(name, each) for name, each in given.items() if name not in _known()
    ]
    try:
        settings = Settings.model_validate(
            {name: given[name].value for name in given if name in _known()}
        )
    except ValidationError as error:
        problems += [_bad(given[str(each["loc"][0])], str(each["msg"])) for each in error.errors()]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems("The settings have mistakes.", problems)
    return settings


def _known() -> list[str]:
    return list(Settings.model_fields)


def _from_file(file: Path | None, environment: Mapping[str, str]) -> dict[str, _Given]:
    named = file or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    if named is None and not FILE.exists():
        return {}
    path = named or FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(
            f"The settings file {path} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"The settings file {path} is no TOML: {error}.") from error
    return {name: _Given(value, f"{name} in {path}") for name, value in content.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, _Given]:
    return {
        variable.removeprefix(PREFIX).lower(): _Given(value, variable)
        for variable, value in environment.items()
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE
    }


def _unknown(name: str, given: _Given) -> BadSetting:
    nearest = get_close_matches(name, _known(), n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else f"There are: {', '.join(_known())}."
    return BadSetting(f"{given.place}: there is no such setting.", path=name, hint=hint)


def _bad(given: _Given, message: str) -> BadSetting:
    return BadSetting(f"{given.place}: {message.removeprefix('Value error, ')}.")
