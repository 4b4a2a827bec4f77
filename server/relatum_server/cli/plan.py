"""`relatum plan`: the three trees of a question, printed: document, selection, statement."""

from pathlib import Path

import click
import orjson

from relatum.access import Principal, horizon, view_of
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName
from relatum.reading import plan as planned
from relatum.tables import build_tables
from relatum_schemas.errors import UnreadableFile
from relatum_server.cli.failing import FAILED
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.knowing import Known, known
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings


@click.command()
@click.argument("query", type=click.Path(path_type=Path))
@click.option("--variables", default="{}", metavar="JSON", help="Of the query.  [default: {}]")
@click.option(
    "--dialect", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="NAME",
    help="A role of whoever asks.  May be repeated.  [default: administrator]",
)
@with_settings(*PLUGINS, "zone")
def plan(
    *,
    query: Path,
    variables: str,
    dialect: DialectName,
    roles: tuple[str, ...],
    settings: Settings,
) -> None:
    """Show the selection and the SQL statement of the GraphQL document in QUERY.

    Of a mutation it is what is read to show the records that it wrote. Access rules are part of the statement; an
    administrator needs none.
    """
    catalogue = catalogue_in_force(settings)
    for role in roles:
        _check_role(catalogue, role)
    principal = Principal(roles=frozenset(roles or {ADMINISTRATOR}))
    api = Api(catalogue, settings.limits)
    told = None if principal.unrestricted else _known(api, catalogue, principal)
    try:
        question = Question(query.read_text(encoding="utf-8"), variables=orjson.loads(variables))
        admitted = api.admitted(question, told)
        requests = api.requests(admitted.operation, api.variables(admitted, question))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{query} cannot be read: {error}.") from error
    except orjson.JSONDecodeError as error:
        raise click.BadParameter(f"No JSON: {error}", param_hint="--variables") from error
    except Refusal as refusal:
        for each in refusal.errors:
            click.echo(f"{each['extensions']['code']}: {each['message']}", err=True)
        raise click.exceptions.Exit(FAILED) from refusal
    if not requests:
        click.echo("It asks for no records; no statement is run.")
    for request in requests:
        statement = planned(
            request,
            catalogue=catalogue,
            tables=build_tables(catalogue),
            access=view_of(principal),
            dialect=dialect,
        )
        click.echo(request.model_dump_json(indent=2, exclude_defaults=True))
        click.echo(f"\n{statement.sql}")


def _check_role(catalogue: Catalogue, role: str) -> None:
    """See to it that a role is one that there is: a mistyped one would be taken for one that opens nothing."""
    if role not in {ADMINISTRATOR, *catalogue.roles}:
        there = ", ".join(sorted({ADMINISTRATOR, *catalogue.roles}))
        raise click.BadParameter(f"No role {role!r}. There are: {there}.", param_hint="--role")


def _known(api: Api, catalogue: Catalogue, principal: Principal) -> Known:
    """What of the schema those roles let somebody know of."""
    return known(api.schema, catalogue, horizon(catalogue, principal.roles))
