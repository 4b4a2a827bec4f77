"""Judges manifests, and puts them in order: required ones first, else by name."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from relatum_schemas.errors import PluginError, RelatumError
from relatum_schemas.plugin import Plugin

_TAKEN: Final[Mapping[str, str]] = {
    "custom": "what administrators declare at run time",
    "relatum": "the engine",
}
"""Names of whose tables begin like a plugin's, and are of none."""


def judged(
    manifests: Mapping[str, Plugin], failed: Mapping[str, RelatumError] | None = None
) -> list[PluginError]:
    """What is wrong with manifests, each problem with the plugin's name as its path.

    Args:
        manifests: of all that are loaded, by name.
        failed: plugins that are not, with the reason.
    """
    problems = [
        problem
        for each in manifests.values()
        for problem in _problems(each, manifests, failed or {})
    ]
    return problems or list(_circles(manifests))


def ordered(manifests: Mapping[str, Plugin]) -> tuple[str, ...]:
    """The names of plugins that go together, each after those that it requires or wants before it, else by name."""
    placed: dict[str, None] = {}

    def place(name: str, above: tuple[str, ...]) -> None:
        if name in placed or name in above:
            return
        for before in _before(manifests[name], manifests):
            place(before, (*above, name))
        placed[name] = None

    for name in sorted(manifests):
        place(name, ())
    return tuple(placed)


def _before(manifest: Plugin, manifests: Mapping[str, Plugin]) -> list[str]:
    """What is loaded before a plugin."""
    optional = (name for name in manifest.after if name in manifests)
    return sorted({*manifest.requires, *optional})


def _problems(
    manifest: Plugin, manifests: Mapping[str, Plugin], failed: Mapping[str, RelatumError]
) -> Iterator[PluginError]:
    name = manifest.name
    if not manifest.well_named:
        yield PluginError(
            f"{name!r} is no name for a plugin.",
            path=name,
            hint="Use lower case and underscores.",
        )
    if name in _TAKEN:
        yield PluginError(
            f"{name!r} is the name of {_TAKEN[name]}.", path=name, hint="Choose another."
        )
    engine = version("relatum")
    try:
        fits = SpecifierSet(manifest.engine).contains(engine, prereleases=True)
    except InvalidSpecifier:
        yield PluginError(
            f"{name}: engine={manifest.engine!r} is no version range.",
            path=name,
            hint='Write ">=0.1,<1".',
        )
    else:
        if not fits:
            yield PluginError(
                f"The plugin {name!r} needs Relatum {manifest.engine}; this is {engine}.", path=name
            )
    for required in manifest.requires:
        if required in manifests:
            continue
        if required in failed:
            yield PluginError(
                f"The plugin {name!r} requires {required!r}, which cannot be used.",
                path=name,
                hint=f"See what is wrong with {required!r}.",
            )
        else:
            yield PluginError(
                f"The plugin {name!r} requires {required!r}, which is not loaded.",
                path=name,
                hint=f"Install {required!r}, or leave {name!r} out.",
            )


def _circles(manifests: Mapping[str, Plugin]) -> Iterator[PluginError]:
    """One problem for each plugin that has to come before itself."""
    for name in sorted(manifests):
        circle = _way_back(name, name, manifests, ())
        if circle:
            yield PluginError(
                f"The plugins require each other in a circle: {' -> '.join((name, *circle))}.",
                path=name,
            )


def _way_back(
    name: str, aim: str, manifests: Mapping[str, Plugin], walked: Sequence[str]
) -> tuple[str, ...]:
    for before in _before(manifests[name], manifests):
        if before == aim:
            return (*walked, before)
        if before not in walked:
            found = _way_back(before, aim, manifests, (*walked, before))
            if found:
                return found
    return ()
