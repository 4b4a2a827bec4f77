"""The pages on which an administrator lets apps in: what an app wants, in plain words, before anything is done."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum.apps import apps, install_app, pause_app, remove_app, resume_app
from relatum.apps.consent import consent_to
from relatum.identity.room import for_administrators
from relatum.session import Session
from relatum_schemas.app import read_manifest
from relatum_schemas.errors import NotSignedIn, RelatumError
from relatum_server.identity.visits import Visit, done_there, in_one_edition, posted, shown
from relatum_server.pages.addresses import redirect
from relatum_server.pages.page import page
from relatum_server.pages.speaking import to_say
from relatum_server.statuses import status_of

_DONE: Final = {
    "pause": to_say("The app is paused. What happens meanwhile it is told when it goes on."),
    "resume": to_say("The app goes on."),
    "remove": to_say("The app is out, and its tokens open nothing any more."),
}


def _for_administrators(visit: Visit) -> None:
    """Refuse whoever is no administrator, signed in with this browser."""
    for_administrators(visit.person.principal, "let apps in")


async def _apps(visit: Visit) -> Response:
    _for_administrators(visit)

    async def show(session: Session) -> Response:
        found = [
            (each, consent_to(session.catalogue, each.manifest, strictly=False))
            for each in await apps(session)
        ]
        done = done_there(visit, _DONE)
        return page("apps.html", {"who": visit.who("/apps"), "apps": found, "done": done})

    return await in_one_edition(visit, show)


async def _form(visit: Visit) -> Response:
    _for_administrators(visit)
    return _asking(visit)


def _asking(visit: Visit, error: RelatumError | None = None) -> Response:
    """The page that asks for a manifest."""
    values = {
        "who": visit.who("/apps"),
        "manifest": visit.form.get("manifest", ""),
        "problem": visit.wrong(error) if error else None,
    }
    return page("app_manifest.html", values, status=status_of(error) if error else 200)


async def _consent(visit: Visit) -> Response:
    _for_administrators(visit)

    async def show(session: Session) -> Response:
        try:
            manifest = read_manifest(visit.text("manifest"))
            consent = consent_to(session.catalogue, manifest)
        except NotSignedIn:
            raise
        except RelatumError as error:
            return _asking(visit, error)
        known = {each.name for each in await apps(session)}
        values = {
            "who": visit.who("/apps"),
            "app": manifest,
            "consent": consent,
            "manifest": visit.text("manifest"),
            "known": manifest.name in known,
        }
        return page("app_consent.html", values)

    return await in_one_edition(visit, show)


async def _install(visit: Visit) -> Response:
    _for_administrators(visit)

    async def show(session: Session) -> Response:
        try:
            made = await install_app(session, read_manifest(visit.text("manifest")))
        except NotSignedIn:
            raise
        except RelatumError as error:
            return _asking(visit, error)
        return page("app_installed.html", {"who": visit.who("/apps"), "made": made})

    return await in_one_edition(visit, show)


async def _steer(visit: Visit) -> Response:
    _for_administrators(visit)
    name, act = visit.text("name"), visit.text("act")

    async def show(session: Session) -> Response:
        if act == "pause":
            await pause_app(session, name)
        elif act == "resume":
            await resume_app(session, name)
        elif act == "remove":
            await remove_app(session, name)
        return redirect("/apps", done=act)

    return await in_one_edition(visit, show)


APPS: Final[Sequence[BaseRoute]] = (
    shown("/apps", _apps),
    shown("/apps/install", _form),
    posted("/apps/consent", _consent),
    posted("/apps/install", _install),
    posted("/apps/steer", _steer),
)
