"""The hooks about transport that a plugin may implement, beside those of `relatum.plugins.specs`."""

from collections.abc import Sequence

from click import Command
from starlette.routing import Route

from relatum.plugins.specs import hookspec
from relatum_server.pages.entering import Entrance
from relatum_server.plugins.inlets import Inlet


@hookspec
def routes() -> Sequence[Route]:
    """Name the routes that the plugin serves, seen from ``/x/<plugin>``.

    A handler finds in ``request.state.context`` a context of who is signed in, or else of the public principal, which has
    only what policies for the role ``public`` give, and may not come often. A form of another site is refused, bodies are
    bounded, and no cache keeps an answer whose headers do not say otherwise. Errors of the family are told as JSON.
    """
    raise NotImplementedError


@hookspec
def inlets() -> Sequence[Inlet]:
    """Name the inlets at which others leave signed messages: ``POST /x/<plugin>/in/<name>``.

    A message is taken once, however often it is sent: its id is remembered for a day, in the transaction in which the
    handler works.
    """
    raise NotImplementedError


@hookspec
def entrances() -> Sequence[Entrance]:
    """Name the pages at which people enter what the plugin serves.

    The start page leads to those that are for who looks at it. Who signs in, and has asked for no other page, lands at
    the first that says so.
    """
    raise NotImplementedError


@hookspec
def commands() -> Sequence[Command]:
    """Name commands of Click's, which become ``relatum x <plugin> <command>``.

    The settings in force are in Click's context: ``click.pass_obj`` gives them.
    """
    raise NotImplementedError
