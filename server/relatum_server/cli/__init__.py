"""The command `relatum`, a module per subcommand.

`demo` and `serve` answer requests, `sign_ins` are those of the demo; `migrate` and `makemigrations` keep databases and
declarations together; `importing` brings files in; `user`, `role`, `client` (with tokens) and `policy` keep who may do
what, by `working` on the database as the system; so do `key`, `erase` and `audit`, for privacy; `access` tells who may do
what and why, in the lines of `access_report`; `schema`, `plan` and `check` show what is. `options` makes their flags from
the settings, `failing` says what went wrong and how the program ends.
"""

from typing import Any

import click

from relatum_server.cli.access import access
from relatum_server.cli.audit import audit
from relatum_server.cli.check import check
from relatum_server.cli.client import client, token
from relatum_server.cli.demo import demo
from relatum_server.cli.erase import erase
from relatum_server.cli.failing import told
from relatum_server.cli.importing import import_
from relatum_server.cli.key import key
from relatum_server.cli.makemigrations import makemigrations
from relatum_server.cli.migrate import migrate
from relatum_server.cli.plan import plan
from relatum_server.cli.policy import policy
from relatum_server.cli.role import role
from relatum_server.cli.schema import schema
from relatum_server.cli.serve import serve
from relatum_server.cli.user import user


class Commands(click.Group):
    """The subcommands; whatever they raise is told to the person who called."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand that was asked for."""
        with told(show_traceback=ctx.params["traceback"]):
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relatum")
@click.option("--traceback", is_flag=True, help="Print where in the program an error arose.")
def main(*, traceback: bool) -> None:
    """Relatum: things of any kind, and the relationships between them."""


for command in (
    demo, serve, migrate, makemigrations, import_, user, role, client, token, policy, key, erase, audit,
    schema, plan, check, access,
):  # fmt: skip
    main.add_command(command)
