"""The command `relatum`, a module per subcommand.

`demo` and `serve` answer requests, `sign_ins` are those of the demo; `migrate` and `makemigrations` keep databases and
declarations together, `plugin` puts plugins in and away; `importing` brings files in; `user`, `role`, `client` (with
tokens) and `policy` keep who may do what, by `working` on the database as the system; so do `key`, `erase` and `audit`, for
privacy; `catalogue` keeps what is declared at run time; `app` lets programs of others in; `workflow` steers what plugins
have begun, `doing` calls their actions, `extending` has the commands that they bring; `access` tells who may do what and
why, in the lines of `access_report`; `schema`, `plan`, `hooks` and `check` show what is. `options` makes flags from the
settings, `failing` says what went wrong and how the program ends.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from relatum_server.cli.failing import told

_COMMANDS: Final[Mapping[str, str]] = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "migrate": "migrate:migrate",
    "makemigrations": "makemigrations:makemigrations",
    "plugin": "plugin:plugin",
    "import": "importing:import_",
    "user": "user:user",
    "role": "role:role",
    "client": "client:client",
    "token": "client:token",
    "policy": "policy:policy",
    "catalogue": "catalogue:catalogue",
    "key": "key:key",
    "erase": "erase:erase",
    "audit": "audit:audit",
    "workflow": "workflow:workflow",
    "app": "app:app",
    "schema": "schema:schema",
    "plan": "plan:plan",
    "check": "check:check",
    "do": "doing:do",
    "x": "extending:x",
    "hooks": "hooks:hooks",
    "messages": "messages:messages",
    "access": "access:access",
}
"""Where each subcommand is: a module of this package, and the name in it."""


class Commands(click.Group):
    """The subcommands, each loaded when it is called; whatever they raise is told to the person who called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the alphabet."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one; None if there is none of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"relatum_server.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand that was asked for."""
        with told(show_traceback=ctx.params["traceback"]):
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relatum")
@click.option("--traceback", is_flag=True, help="Print where in the program an error arose.")
def main(*, traceback: bool) -> None:
    """Relatum: things of any kind, and the relationships between them."""
