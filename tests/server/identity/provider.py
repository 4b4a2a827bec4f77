"""A small OpenID Connect provider on this machine, with a signing key of its own and real JSON Web Tokens."""

import hashlib
import secrets
import socket
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from relatum_server.identity.openid import Provider
from tests.server.serving import running

CLIENT = "relatum"
SECRET = "between the two of us + nobody"


@dataclass
class SmallProvider:
    """Signs in whoever comes as one person, and says what it is told to say of them.

    Attributes:
        address: of the provider, which is its issuer.
        email: of the person.
        verified: whether the provider says that it knows the address to be the person's.
        claims: that take the place of the true ones.
        key: that statements are signed with.
        published: the key that others are shown.
    """

    address: str
    email: str = "ann@example.org"
    verified: bool = True
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def settings(self) -> Provider:
        """As an installation names it."""
        return Provider.model_validate(
            {"title": "Small", "issuer": self.address, "client": CLIENT, "secret": SECRET}
        )

    def application(self) -> Starlette:
        """What it answers."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.claims.get("published_issuer", self.address),
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        given = urlencode({"code": code, "state": asked["state"], "iss": self.address})
        return RedirectResponse(f"{asked['redirect_uri']}?{given}")

    async def _token(self, request: Request) -> Response:
        given = {name: each[0] for name, each in parse_qs((await request.body()).decode()).items()}
        user = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        asked = self.asked.pop(given["code"], None)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        right = (
            asked is not None
            and user == f"{CLIENT}:between%20the%20two%20of%20us%20%2B%20nobody"
            and given["redirect_uri"] == asked["redirect_uri"]
            and urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if not right or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": self.verified,
            **self.claims,
        }
        statement = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return JSONResponse(
            {"access_token": "unused", "token_type": "Bearer", "id_token": statement}
        )

    async def _keys(self, request: Request) -> Response:
        shown = self.published or self.key
        return JSONResponse({"keys": [shown.as_dict(private=False)]})


@asynccontextmanager
async def small_provider() -> AsyncIterator[SmallProvider]:
    """A provider that answers until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = SmallProvider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        async with running(provider.application(), listening):
            yield provider
