"""What the command says of itself."""

import subprocess
import sys

import click
import pytest

from relatum_server.cli import main
from tests.server.cli.programs import called

HEAVY = {"relatum", "strawberry", "uvicorn"}


def test_each_command_is_listed_with_what_it_says_of_itself() -> None:
    context = click.Context(main)
    listed = " ".join(called("--help").stdout.split())
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert f" {name} {command.get_short_help_str(limit=1_000)}" in listed


@pytest.mark.parametrize(
    ("arguments", "loaded"), [(["--help"], set()), (["migrate", "--help"], {"relatum"})]
)
def test_a_command_loads_what_it_needs(arguments: list[str], loaded: set[str]) -> None:
    program = (
        "import sys; from relatum_server.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print('loaded', *sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    ).stdout
    assert HEAVY & {*said.rpartition("loaded ")[2].split()} == loaded
