"""Build the wheel, install it far from the checkout, migrate an empty database, ask one question, look at one page.

An editable install finds files that a wheel forgot: migrations, templates, styles, scripts, translations. This is the
installation that users get.
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
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUESTION = "{ organizations(first: 1) { totalCount } }"
ANSWER = {"data": {"organizations": {"totalCount": 0}}}
SECONDS_TO_START = 30
EMAIL = "ada@example.org"
IN_FORCE = ("--also", "sales", "--also", "portal")
"""The bundled plugins that are not in force by themselves, with those that they require."""
GERMAN = ("Abmelden", "Übersicht")
"""What the server and the plugin say on each page."""


def main() -> None:
    """Fail loudly unless the installed program answers."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        relatum = install(build(place), place) / "relatum"
        database = f"sqlite:///{place / 'fresh.db'}"
        installation = ("--database", database, *IN_FORCE)
        subprocess.run([relatum, "migrate", *installation], cwd=place, check=True)
        password, token = administrator(relatum, installation, place)
        port = free_port()
        server = subprocess.Popen([relatum, "serve", *installation, "--port", str(port)], cwd=place)
        try:
            wait_for_health(server, port)
            answer = ask(port, token, QUESTION)
            look(f"http://127.0.0.1:{port}", password)
        finally:
            server.terminate()
            server.wait(timeout=10)
    if answer != ANSWER:
        sys.exit(f"expected {ANSWER}, got {answer}")
    print("The installed wheel migrated a fresh database, answered, and showed the portal.")


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


def administrator(relatum: Path, installation: tuple[str, ...], place: Path) -> tuple[str, str]:
    """The first administrator's password and token."""
    person = ("user", "add", EMAIL, "--name", "Ada Byron", "--administrator")
    password = told(r"shown this once: (\S+)", relatum, *person, *installation, place=place)
    made = ("token", "add", "trial", "--user", EMAIL)
    return password, told(r"(rlt_t_\S+)", relatum, *made, *installation, place=place)


def told(pattern: str, *command: str | Path, place: Path) -> str:
    """What a command says, of which a pattern tells where it stands."""
    made = subprocess.run(command, cwd=place, check=True, stdout=subprocess.PIPE, text=True)
    found = re.search(pattern, made.stdout)
    return found[1] if found else sys.exit(f"no {pattern} in {made.stdout!r}")


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


def look(origin: str, password: str) -> None:
    """Sign in, and look at the portal in German, with all that it is made of."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Accept-Language", "de"), ("Origin", origin)]
    form = urllib.parse.urlencode({"email": EMAIL, "password": password, "next": "/x/portal/"})
    with browser.open(f"{origin}/sign-in", form.encode(), timeout=10) as response:
        page = response.read().decode()
        if response.url != f"{origin}/x/portal/":
            sys.exit(f"signing in led to {response.url}")
    missing = [each for each in GERMAN if each not in page]
    if missing:
        sys.exit(f"the portal does not say {missing} in German")
    parts = {*re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)}
    for ending in (".css", ".js"):
        if not any(each.endswith(ending) for each in parts):
            sys.exit(f"the portal names no {ending} among {sorted(parts)}")
    for each in parts:
        with browser.open(origin + each, timeout=10) as response:
            if not response.read():
                sys.exit(f"{each} is empty")


if __name__ == "__main__":
    main()
