"""`relatum x`: the commands that plugins bring."""

import click

from relatum.plugins import Hooks
from relatum_schemas.errors import PluginError
from relatum_server.cli.options import PLUGINS, given_settings, with_settings
from relatum_server.installation import hooks_in_force, plugins_in_force
from relatum_server.settings import Settings

_SETTINGS = ("database", *PLUGINS, "zone")


class Extensions(click.Group):
    """A group of commands per plugin that brings any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the plugins."""
        return sorted(_hooks(ctx).implementing("commands"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The commands of one plugin; None if it brings none."""
        for plugin, commands in _hooks(ctx).given("commands", among={cmd_name}):
            return _group(plugin, commands)
        return None


@click.group(cls=Extensions, subcommand_metavar="PLUGIN COMMAND [ARGS]...")
@with_settings(*_SETTINGS)
@click.pass_context
def x(ctx: click.Context, *, settings: Settings) -> None:
    """Run a command that a plugin brings."""
    ctx.obj = settings


def _hooks(ctx: click.Context) -> Hooks:
    settings = given_settings(ctx, _SETTINGS)
    return hooks_in_force(settings, plugins_in_force(settings))


def _group(plugin: str, commands: list[click.Command]) -> click.Group:
    """The commands of a plugin.

    Raises:
        PluginError: two of them have one name.
    """
    named: dict[str, click.Command] = {}
    for each in commands:
        if named.setdefault(each.name or "", each) is not each:
            raise PluginError(f"The plugin {plugin!r} has two commands named {each.name!r}.")
    return click.Group(plugin, commands=named, help=f"Commands of the plugin {plugin}.")
