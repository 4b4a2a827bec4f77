"""The command `relatum`, a module per subcommand.

`demo`, `dev` and `serve` answer requests, `example_data` and `sign_ins` are those of the first two; `migrate` and
`makemigrations` keep databases and declarations together, `plugin` puts plugins in and away; `importing` brings files in;
`user`, `role`, `client` (with tokens) and `policy` keep who may do what, by `working` on the database as the system; so do
`key`, `erase` and `audit`, for privacy; `catalogue` keeps what is declared at run time; `app` lets programs of others in;
`workflow` steers what plugins have begun, `doing` calls their actions, `extending` has the commands that they bring;
`access` tells who may do what and why, in the lines of `access_report`; `schema`, `plan`, `hooks`, `messages` and `check`
show what is. `options` makes flags from the settings, `failing` says what went wrong and how the program ends.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from relatum_server.cli.failing import told

_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("demo:demo", "Serve example data, which is made at the first start and kept."),
    "dev": (
        "dev:dev",
        "Serve the plugin in this folder, and again after each change of its files.",
    ),
    "serve": ("serve:serve", "Serve GraphQL over a migrated database, to whoever signs in."),
    "migrate": ("migrate:migrate", "Bring the database up to date: all of it, or nothing."),
    "makemigrations": (
        "makemigrations:makemigrations",
        "Write the migration that the declarations of PLUGIN ask for.",
    ),
    "plugin": ("plugin:plugin", "Write plugins; install, upgrade, remove, restore and purge them."),
    "import": ("importing:import_", "Import the files that MAPPING names."),
    "user": ("user:user", "Keep who may sign in."),
    "role": ("role:role", "Keep who holds which role."),
    "client": ("client:client", "Keep client apps."),
    "token": ("client:token", "Keep bearer tokens of people and of client apps."),
    "policy": ("policy:policy", "Keep policies, roles and purposes as data."),
    "catalogue": ("catalogue:catalogue", "Keep types that are declared at run time."),
    "key": ("key:key", "Keep the keys of encrypted fields."),
    "erase": (
        "erase:erase",
        "Erase the record ID for good: its values now and ever, its ties, words, keys, accounts and sessions.",
    ),
    "audit": ("audit:audit", "Look after the change log and the access log."),
    "workflow": ("workflow:workflow", "See and steer what plugins have begun."),
    "app": ("app:app", "Let apps in, see what they are told, and steer it."),
    "schema": ("schema:schema", "Print the GraphQL schema of the plugins in force."),
    "plan": (
        "plan:plan",
        "Show the selection and the SQL statement of the GraphQL document in QUERY.",
    ),
    "check": (
        "check:check",
        "Say what is wrong with plugins, declarations and database, and what to do.",
    ),
    "do": ("doing:do", "Call an action of a plugin, and print what it gives as JSON."),
    "x": ("extending:x", "Run a command that a plugin brings."),
    "hooks": (
        "hooks:hooks",
        "Print the hooks that a plugin may implement, as the page docs/hooks.md.",
    ),
    "messages": ("messages:messages", "Have plugins speak other languages."),
    "access": ("access:access", "Show who may do what with records of TYPE, by role and right."),
}
"""Where each subcommand is, a module of this package and the name in it; and what it says of itself, so that a list of them
loads none."""


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
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(f"relatum_server.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what there is, without loading any of it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand that was asked for."""
        with told(show_traceback=ctx.params["traceback"]):
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relatum")
@click.option("--traceback", is_flag=True, help="Print where in the program an error arose.")
def main(*, traceback: bool) -> None:
    """Relatum: things of any kind, and the relationships between them."""
