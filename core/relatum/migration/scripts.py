"""Where migrations are kept: a folder in each plugin's package, and in the engine's own.

Each plugin has one branch: its scripts follow each other, and name the scripts of the engine and
of the plugins it requires that have to run before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from relatum.migration.reaching import meaning
from relatum.migration.schema import Schema
from relatum.migration.steps import Replay, Steps
from relatum.plugins import LoadedPlugin
from relatum.tables.fixed import ENGINE
from relatum.tables.names import shortened
from relatum_schemas.errors import BadMigration, RelatumError

_LONGEST_STEM: Final = 27
"""Letters of a plugin's name in a revision, for which Alembic's table has room for 32."""

_MISTAKES = (
    AttributeError,
    CommandError,
    LookupError,
    NameError,
    NotImplementedError,
    SQLAlchemyError,
    TypeError,
    ValueError,
)
"""What a script's own mistakes raise."""


@dataclass(frozen=True)
class Scripts:
    """The migrations of the engine and of the plugins in force.

    Attributes:
        directory: as Alembic sees them.
        folders: where each plugin keeps its own, the engine first.
        requires: the plugins that each plugin builds on.
        left_out: revisions that are as if they were not there.
    """

    directory: ScriptDirectory
    folders: dict[str, Path]
    requires: dict[str, tuple[str, ...]]
    left_out: frozenset[str] = frozenset()

    @cached_property
    def all(self) -> tuple[Script, ...]:
        """All scripts in the order in which they are applied to an empty database."""
        there = reversed(tuple(self.directory.iterate_revisions("heads", "base")))
        return tuple(each for each in there if each.revision not in self.left_out)

    def without(self, scripts: Iterable[Script]) -> "Scripts":
        """All but some of the last ones of a plugin."""
        return replace(self, left_out=frozenset(each.revision for each in scripts))

    def up_to(self, heads: Sequence[str]) -> tuple[Script, ...]:
        """The scripts that led to these heads, in the order in which they are applied."""
        wanted = set(heads)
        led = []
        for script in reversed(self.all):
            if script.revision in wanted:
                led.append(script)
                wanted |= {*_names(script.down_revision), *_names(script.dependencies)}
        return tuple(reversed(led))

    def plugin_of(self, script: Script) -> str:
        """Whose script it is."""
        folder = Path(script.path).parent
        return next(name for name, each in self.folders.items() if each == folder)

    def of_plugin(self, plugin: str) -> tuple[Script, ...]:
        """The scripts of one plugin in their order."""
        return tuple(each for each in self.all if self.plugin_of(each) == plugin)

    def head_of(self, plugin: str) -> str | None:
        """The plugin's last revision."""
        own = self.of_plugin(plugin)
        return own[-1].revision if own else None

    def replayed(self, scripts: Iterable[Script] | None = None) -> Schema:
        """The schema that some scripts lead to; all of them by default."""
        wanted = self.all if scripts is None else scripts
        chosen = [(self.plugin_of(each), each) for each in wanted]
        own = tuple(script.revision for plugin, script in chosen if plugin == ENGINE)
        others = ((plugin, script) for plugin, script in chosen if plugin != ENGINE)
        return _following(_of_engine(own), others)


def scripts_of(plugins: Iterable[LoadedPlugin]) -> Scripts:
    """Return the migrations of the engine and of these plugins.

    Raises:
        BadMigration: scripts do not follow each other, or cannot be read.
    """
    folders = {ENGINE: _folder("relatum")}
    requires: dict[str, tuple[str, ...]] = {ENGINE: ()}
    for plugin in plugins:
        folders[plugin.name] = _folder(plugin.module.__name__)
        requires[plugin.name] = plugin.manifest.requires
    there = [folder for folder in folders.values() if folder.is_dir()]
    directory = ScriptDirectory(folders[ENGINE].parent, version_locations=there)
    scripts = Scripts(directory, folders, requires)
    try:
        _check_lines(scripts)
    except (CommandError, RevisionError) as error:
        raise BadMigration(f"The migrations do not fit together: {error}.") from error
    return scripts


@cache
def _of_engine(revisions: tuple[str, ...]) -> Schema:
    """The schema that scripts of the engine lead to, which name nothing of plugins and stay the same in a process."""
    led = scripts_of(()).up_to(revisions)
    return _following(Schema(), ((ENGINE, script) for script in led))


def _following(schema: Schema, scripts: Iterable[tuple[str, Script]]) -> Schema:
    """The schema after scripts, each told with whose it is."""
    replay = Replay(schema)
    for plugin, script in scripts:
        replay.plugin = plugin
        run_script(script, replay)
    return replay.schema


def revision_name(plugin: str, number: int) -> str:
    """Return the name of a plugin's n-th migration, counted from 1."""
    return f"{stem_of(plugin)}_{number:04}"


def stem_of(plugin: str) -> str:
    """Return a plugin's name as its revisions tell it."""
    return shortened(plugin, longest=_LONGEST_STEM)


def plugin_stem(revision: str) -> str:
    """Return the plugin's name as a revision tells it."""
    return revision.rpartition("_")[0]


def run_script(script: Script, steps: Steps) -> None:
    """Hand a script its operations.

    Raises:
        BadMigration: the script has a mistake, or the database refuses; the message names it.
    """
    name = Path(script.path).name
    try:
        script.module.upgrade(op=steps)
    except RelatumError as error:
        raise error.at(script.revision) from error
    except DBAPIError as error:
        failure = meaning(error)
        if isinstance(failure, BadMigration):
            raise BadMigration(f"{name}: {failure.message}", hint=failure.hint) from error
        raise
    except _MISTAKES as error:
        raise BadMigration(
            f"{name} cannot be run: {type(error).__name__}: {error}", path=script.revision
        ) from error


def _names(revisions: str | Sequence[str] | None) -> tuple[str, ...]:
    return (revisions,) if isinstance(revisions, str) else tuple(revisions or ())


def _folder(package: str) -> Path:
    return Path(str(files(package))) / "migrations" / "versions"


def _check_lines(scripts: Scripts) -> None:
    """Refuse two scripts that follow the same one: whoever came second has to renumber theirs."""
    for plugin in scripts.folders:
        before: str | None = None
        for script in scripts.of_plugin(plugin):
            if script.down_revision != before:
                raise BadMigration(
                    f"{Path(script.path).name} follows {script.down_revision}, not {before}.",
                    hint="Let each migration of a plugin follow the one before it.",
                )
            before = script.revision
