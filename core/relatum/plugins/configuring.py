"""Reads what an installation says to its plugins, by the models that they declare."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ValidationError

from relatum.plugins.loading import LoadedPlugin
from relatum_schemas.errors import BadSetting, Problems, RelatumError


def settings_of(
    plugins: Iterable[LoadedPlugin], given: Mapping[str, Mapping[str, object]]
) -> dict[str, BaseModel]:
    """The settings of plugins by name, of the models that their manifests name.

    Args:
        plugins: that are loaded.
        given: by a plugin's name, what the installation says to it.

    Raises:
        BadSetting: something lacks, or cannot be used; the path is that in the settings (`Problems` for several).
    """
    settings: dict[str, BaseModel] = {}
    problems: list[RelatumError] = []
    for plugin in plugins:
        try:
            read = _read(plugin, given.get(plugin.name, {}))
        except Problems as error:
            problems += error.problems
        else:
            if read is not None:
                settings[plugin.name] = read
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems("The settings of plugins have mistakes.", problems)
    return settings


def _read(plugin: LoadedPlugin, given: Mapping[str, object]) -> BaseModel | None:
    model = plugin.manifest.settings
    if model is None:
        if not given:
            return None
        error = BadSetting(
            f"The plugin {plugin.name!r} has no settings.", path=("plugins", plugin.name)
        )
        raise Problems("", [error])
    unknown = [] if model.model_config.get("extra") == "allow" else [
        name for name in given if name not in _names(model)
    ]  # fmt: skip
    problems: list[RelatumError] = [
        _bad(
            plugin, (name,), "There is no such setting.", f"There are: {', '.join(_names(model))}."
        )
        for name in unknown
    ]
    try:
        read = model.model_validate(
            {name: each for name, each in given.items() if name not in unknown}
        )
    except ValidationError as error:
        # Of what was given nothing is said: it may be a secret.
        problems += [
            _bad(plugin, each["loc"], f"{each['msg'].removeprefix('Value error, ')}.", None)
            for each in error.errors(include_input=False, include_url=False)
        ]
    if problems:
        raise Problems("", problems)
    return read


def _names(model: type[BaseModel]) -> list[str]:
    return [each.alias or name for name, each in model.model_fields.items()]


def _bad(
    plugin: LoadedPlugin, place: Iterable[str | int], message: str, hint: str | None
) -> BadSetting:
    path = ("plugins", plugin.name, *place)
    return BadSetting(f"{'.'.join(map(str, path))}: {message}", path=path, hint=hint)
