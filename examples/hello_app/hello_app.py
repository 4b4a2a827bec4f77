"""An app outside the process: it is told of people, verifies that Relatum told it, and asks back what they are called.

Run it with ``uvicorn hello_app:app --port 8100``, with three environment variables: ``RELATUM`` (the server's address),
``HELLO_TOKEN`` and ``HELLO_SECRET`` (both shown when the app was let in).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from httpx2 import AsyncClient
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

QUESTION = "query($id: ID!) { person(id: $id) { label } }"


@dataclass
class Hello:
    """What the app knows.

    Attributes:
        relatum: the server's address.
        token: by which it asks there.
        secret: by which it verifies what it is told.
        told: what it was told, a line each, by the message's id: the same message may come twice.
    """

    relatum: str
    token: str
    secret: str
    told: dict[str, str] = field(default_factory=dict)

    async def hook(self, request: Request) -> Response:
        """Take a message. It is taken once it is verified and dealt with; else it is sent again later."""
        body = await request.body()
        try:
            message = Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            return PlainTextResponse("This was not sent by Relatum.", 401)
        id = request.headers["webhook-id"]
        if id not in self.told:
            name = await self.name(message["data"]["id"])
            self.told[id] = f"{message['type']}: {name or 'somebody whom it may not see'}"
        return Response(status_code=204)

    async def name(self, person: str) -> str | None:
        """What a person is called now; None where the app may not see it any more."""
        headers = {"authorization": f"Bearer {self.token}"}
        asked = {"query": QUESTION, "variables": {"id": person}}
        async with AsyncClient(base_url=self.relatum, headers=headers) as client:
            answer = (await client.post("/graphql", json=asked)).raise_for_status().json()
        found = answer["data"]["person"]
        return found["label"] if found else None

    async def show(self, request: Request) -> Response:
        """Show what it was told, the last first."""
        del request
        return PlainTextResponse("\n".join(reversed(self.told.values())) or "Nothing yet.")


def application(settings: Mapping[str, str]) -> Starlette:
    """The app, told by its environment where Relatum is and by which secrets."""
    hello = Hello(settings["RELATUM"], settings["HELLO_TOKEN"], settings["HELLO_SECRET"])
    routes = [Route("/hooks", hello.hook, methods=["POST"]), Route("/", hello.show)]
    return Starlette(routes=routes)


def __getattr__(name: str) -> Starlette:
    """``app``, made when somebody asks for it."""
    if name != "app":
        raise AttributeError(name)
    return application(os.environ)
