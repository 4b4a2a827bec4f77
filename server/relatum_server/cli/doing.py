"""`relatum do`: actions of plugins, and the engine's own, as commands that are made of their declarations."""

import json
from typing import Any
from uuid import UUID

import click
import orjson
from pydantic import BaseModel

from relatum.access import SYSTEM, Principal
from relatum.session import Database, run_action
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import BadSetting, RelatumError
from relatum_schemas.kinds import Boolean, Kind
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue
from relatum_server.administration import actions_of
from relatum_server.cli.options import given_settings, with_settings
from relatum_server.cli.working import SETTINGS, record_named, work_on
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings


class Doing(click.Group):
    """A command per action that is declared, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(_spelt(each) for each in _actions(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one action; None if there is none of that name."""
        found = {_spelt(each): each for each in _actions(ctx)}.get(cmd_name)
        return None if found is None else _command(found)


@click.group(cls=Doing, subcommand_metavar="ACTION [INPUTS]...")
@click.option("--as", "who", metavar="WHO", help="A person, by e-mail address or id of its record.")
@click.option("--firm", metavar="ID", help="The firm that the person acts for.")
@with_settings(*SETTINGS)
@click.pass_context
def do(ctx: click.Context, *, who: str | None, firm: str | None, settings: Settings) -> None:
    """Call an action of a plugin, and print what it gives as JSON.

    Without --as it is called by the system, to which everything is open.
    """
    if firm is not None and who is None:
        raise BadSetting("A firm is acted for by somebody.", hint="Say --as WHO.")
    ctx.obj = (settings, who, firm)


def _actions(ctx: click.Context) -> list[Action]:
    return list(actions_of(catalogue_in_force(given_settings(ctx, SETTINGS))).values())


def _spelt(action: Action) -> str:
    return action.name.replace("_", "-")


def _command(action: Action) -> click.Command:
    """The command of an action, with an option for each of its inputs."""

    @click.pass_obj
    def call(obj: tuple[Settings, str | None, str | None], /, **given: Any) -> None:
        settings, who, firm = obj
        inputs = {
            name: _input(action.takes[name], value)
            for name, value in given.items()
            if value not in (None, ())
        }

        async def work(database: Database) -> Any:
            session = database.as_(await _principal(database, who, firm))
            return await run_action(session, action, inputs)

        result = work_on(settings, f"do {_spelt(action)}", work)
        if action.gives.shape is not None:
            click.echo(orjson.dumps(_shown(result), option=orjson.OPT_INDENT_2))

    options: list[click.Parameter] = [
        _option(action, name, form) for name, form in action.takes.items()
    ]
    return click.Command(_spelt(action), callback=call, params=options, help=action.description)


def _option(action: Action, name: str, form: Form) -> click.Option:
    """The option for one input. What it is given is read as the action's inputs are everywhere."""
    flag = f"--{name.replace('_', '-')}"
    parameter = action.inputs[name]
    many = isinstance(form.shape, OfList)
    if isinstance(form.shape, OfValue) and isinstance(form.shape.kind, Boolean):
        flag = f"{flag}/--no-{name.replace('_', '-')}"
    told = action.docstring.arguments.get(name) or ""
    return click.Option(
        [flag, name],
        required=parameter.default is parameter.empty,
        default=None,
        multiple=many,
        metavar=None if "/" in flag else _metavar(form),
        help=f"{told[:1].upper()}{told[1:]}{'  May be repeated.' if many else ''}",
    )


def _metavar(form: Form) -> str:
    match form.shape:
        case OfRecord():
            return "ID"
        case OfModel():
            return "JSON"
        case OfList(of=of):
            return _metavar(of)
    return "VALUE"


def _input(form: Form, given: Any) -> Any:
    """What was given for an input, in wire form as far as it can be read."""
    match form.shape:
        case OfList(of=of):
            return [_input(of, each) for each in given]
        case OfModel():
            return _json(given)
        case OfValue(kind=kind):
            return _value(kind, given)
    return given


def _value(kind: Kind, given: Any) -> Any:
    """A value as text, where the kind can read that; else as JSON, for numbers and composite values."""
    if not isinstance(given, str):
        return given
    try:
        kind.parse(given)
    except RelatumError:
        return _json(given)
    return given


def _json(given: str) -> Any:
    """What a text says as JSON; the text itself where it is none, of which the action's inputs tell then."""
    try:
        return json.loads(given)
    except ValueError:
        return given


async def _principal(database: Database, who: str | None, firm: str | None) -> Principal:
    """Who calls, with the roles that it has now."""
    if who is None:
        return SYSTEM
    record = await record_named(database, who)
    acted_for = None if firm is None else UUID(firm)
    roles = await database.identity.roles_of(record, acted_for)
    return Principal(id=record, firm=acted_for, roles=roles)


def _shown(result: Any) -> Any:
    """What an action gives, for a person or a program that reads JSON."""
    match result:
        case Declared():
            return {
                "type": type(result).__name__,
                **result.model_dump(mode="json", exclude_unset=True),
            }
        case BaseModel():
            return {name: _shown(each) for name, each in result}
        case list() | tuple():
            return [_shown(each) for each in result]
    return result
