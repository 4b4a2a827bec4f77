"""The real command, as a process of its own or in this one."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from relatum_server.cli import main

RELATUM = Path(sys.executable).with_name("relatum")
SECONDS = 120
ADDRESS = re.compile(r"http://(?P<host>\S+?):(?P<port>\d+)")


def environment(**variables: str) -> dict[str, str]:
    """The environment of this process, without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELATUM_")}
    return {**kept, **variables}


def relatum(
    *arguments: str | Path, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [RELATUM, *arguments],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def python(folder: Path, command: str, *arguments: str, **variables: str) -> str:
    """What a module that is run as a program says, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), *arguments],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def called(*arguments: str, **variables: str) -> Result:
    """Run a command to its end in this process, in its folder; quicker, and enough for what it says."""
    settings = {name: None for name in os.environ if name.startswith("RELATUM_")}
    return CliRunner().invoke(main, arguments, env={**settings, **variables})


@dataclass
class Server:
    """A command that serves."""

    process: subprocess.Popen[str]
    printed: str
    address: str

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of a page."""
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ask(self, query: str, *, token: str | None = None) -> Any:
        """The answer to a GraphQL query, asked by whose token this is, or by nobody in particular."""
        known = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(
            self.address + "/graphql",
            data=json.dumps({"query": query}).encode(),
            headers={"Content-Type": "application/json", **known},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def interrupt(self) -> int:
        """Press Ctrl-C; returns the exit code. What was printed last is added to `printed`."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=SECONDS)
        self.printed += rest
        return self.process.returncode


def interrupted(*arguments: str, cwd: Path, after: str) -> tuple[int, str]:
    """Press Ctrl-C when a command has said something; returns its exit code and all that it said."""
    process = subprocess.Popen(
        [RELATUM, *arguments],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = ""
    while after not in said:
        said += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=SECONDS)
    return process.returncode, said + rest


@contextmanager
def serving(*arguments: str | Path, cwd: Path, **variables: str) -> Iterator[Server]:
    """A command that serves, from its first word of readiness to the end of the block."""
    process = subprocess.Popen(
        [RELATUM, *arguments],
        cwd=cwd,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = ""
        assert process.stdout
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        found = ADDRESS.search(printed)
        assert found, printed
        yield Server(process, printed, found[0])
    finally:
        process.kill()
        process.communicate()
