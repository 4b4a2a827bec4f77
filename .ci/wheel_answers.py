"""Build the wheel, install it far from the checkout, migrate an empty database, ask one question as its administrator.

An editable install finds files that a wheel forgot. This is the installation that users get.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUESTION = "{ organizations(first: 1) { totalCount } }"
ANSWER = {"data": {"organizations": {"totalCount": 0}}}
SECONDS_TO_START = 30


def main() -> None:
    """Fail loudly unless the installed program answers."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        relatum = install(build(place), place) / "relatum"
        database = f"sqlite:///{place / 'fresh.db'}"
        subprocess.run([relatum, "migrate", "--database", database], cwd=place, check=True)
        token = administrator(relatum, database, place)
        port = free_port()
        server = subprocess.Popen(
            [relatum, "serve", "--database", database, "--port", str(port)], cwd=place
        )
        try:
            wait_for_health(server, port)
            answer = ask(port, token, QUESTION)
        finally:
            server.terminate()
            server.wait(timeout=10)
    if answer != ANSWER:
        sys.exit(f"expected {ANSWER}, got {answer}")
    print("The installed wheel migrated a fresh database and answered.")


def build(place: Path) -> Path:
    """The wheel, built from the source distribution as an index would."""
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", place, ROOT],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [wheel] = place.glob("*.whl")
    return wheel


def install(wheel: Path, place: Path) -> Path:
    """A clean environment with nothing but the wheel; gives the folder of its programs."""
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [programs / "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel], check=True
    )
    return programs


def administrator(relatum: Path, database: str, place: Path) -> str:
    """The first administrator's token."""
    email = "ada@example.org"
    person = ["user", "add", email, "--name", "Ada Byron", "--administrator"]
    subprocess.run([relatum, *person, "--database", database], cwd=place, check=True)
    made = subprocess.run(
        [relatum, "token", "add", "trial", "--user", email, "--database", database],
        cwd=place,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    token = re.search(r"rlt_t_\S+", made.stdout)
    return token.group() if token else sys.exit(f"no token in {made.stdout!r}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for_health(server: subprocess.Popen[bytes], port: int) -> None:
    """Return when the server says that it is well."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    sys.exit(f"no answer from /healthz within {SECONDS_TO_START} seconds")


def ask(port: int, token: str, question: str) -> object:
    """The JSON answer of the GraphQL endpoint to the holder of a token."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": question}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


if __name__ == "__main__":
    main()
