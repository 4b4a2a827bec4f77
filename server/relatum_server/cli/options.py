"""The flags of commands, made from the model of settings, so that each has one name and one explanation."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from pydantic.fields import FieldInfo

from relatum_server.settings import FILE, Settings
from relatum_server.settings_sources import load_settings

Command = Callable[..., object]

PLUGINS = ("only", "also", "without")
"""The settings that say which plugins are in force."""


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command the flags of these settings; it takes the settings in force as `settings`.

    Every such command reads the settings file; `--settings` names another one.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def called(settings_file: Path | None, **given: Any) -> object:
            flags = {name: value for name in names if (value := given.pop(name)) not in (None, ())}
            return command(settings=load_settings(flags, file=settings_file), **given)

        decorated: Command = click.option(
            "--settings",
            "settings_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=f"Settings file.  [default: {FILE}, if there is one]",
        )(called)
        for name in reversed(names):
            decorated = _flag(name, Settings.model_fields[name])(decorated)
        return decorated

    return decorate


def given_settings(ctx: click.Context, names: Sequence[str]) -> Settings:
    """The settings in force for a command that is being read, by its flags so far: for commands made of what plugins bring.

    Args:
        ctx: of the command, decorated by `with_settings`.
        names: of the settings whose flags it has.
    """
    given = ctx.params
    flags = {name: value for name in names if (value := given.get(name)) not in (None, ())}
    return load_settings(flags, file=given.get("settings_file"))


def _flag(name: str, field: FieldInfo) -> Callable[[Command], Command]:
    """The flag of a setting. Its value is checked by the model, together with all others."""
    flag = "--" + name.replace("_", "-")
    if field.annotation is bool:
        return click.option(flag, name, is_flag=True, default=None, help=field.description)
    several = isinstance(field.default, tuple)
    shown = "" if several or field.default is None else f"  [default: {field.default}]"
    return click.option(
        flag,
        name,
        multiple=several,
        metavar="NAME" if several else name.rpartition("_")[2].upper(),
        help=f"{field.description}{'  May be repeated.' if several else ''}{shown}",
    )
