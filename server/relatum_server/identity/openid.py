"""Signing in with an account of another provider: OpenID Connect, by authorization code with PKCE, state and nonce.

A browser departs to the provider and arrives back with a code; the server exchanges that for a signed statement of who
it is. Such a sign-in finds an account; it never makes one, and gives no right. Follows OpenID Connect Core 1.0 and
RFC 9700. What the provider publishes is asked for at each sign-in: those are few, and keys change.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from httpx2 import AsyncClient, BasicAuth, HTTPError, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from relatum_schemas.errors import ProviderUnavailable, RelatumError
from relatum_server.identity.address import is_loopback

_SECONDS: Final = 10
_LEEWAY: Final = 60
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
"""Signatures by a key that the provider alone has."""


class Provider(BaseModel):
    """A provider as the settings name it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(description="What the button says.")
    issuer: str = Field(description="Its address, as its statements name it.")
    client: str = Field(description="The client id that it gave to this installation.")
    secret: SecretStr = Field(description="The client secret that it gave to this installation.")

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise ValueError(f"{issuer!r} is no address such as https://accounts.example")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("an issuer begins with https://")
        return issuer


@dataclass(frozen=True)
class Departure:
    """What has to be remembered while a browser is at the provider."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str


@dataclass(frozen=True)
class Identified:
    """Whom the provider says it is.

    Attributes:
        issuer: the provider.
        subject: its own name for the account there.
        email: if the provider has verified it.
    """

    issuer: str
    subject: str
    email: str | None


def departing(provider: str, after: str) -> Departure:
    """Fresh secrets for one sign-in.

    Args:
        provider: by its name in the settings.
        after: the page to show when it is done.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Departure(provider, state, nonce, verifier, after)


async def address_there(provider: Provider, departure: Departure, back: str) -> str:
    """Where the browser departs to.

    Args:
        provider: that is asked.
        departure: what is remembered meanwhile.
        back: the address that the browser arrives back at.

    Raises:
        ProviderUnavailable: the provider cannot be reached, or does not speak the protocol.
    """
    async with _client() as client:
        published = await _published(client, provider)
    digest = hashlib.sha256(departure.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": "openid email",
        "state": departure.state,
        "nonce": departure.nonce,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    there = _text(published, "authorization_endpoint")
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


async def identified(
    provider: Provider, departure: Departure, back: str, given: Mapping[str, str]
) -> Identified:
    """Who arrived.

    Args:
        provider: that the browser departed to.
        departure: what was remembered.
        back: the address that the browser arrived at.
        given: the parameters that it brought.

    Raises:
        ProviderUnavailable: the provider said no, or what it says cannot be trusted.
    """
    if not secrets.compare_digest(given.get("state", ""), departure.state):
        raise _untrusted("The answer belongs to another sign-in.")
    if "error" in given or "code" not in given:
        raise _untrusted(f"{provider.title} did not sign you in.")
    if given.get("iss", provider.issuer) != provider.issuer:
        raise _untrusted("Another provider answered.")
    async with _client() as client:
        published = await _published(client, provider)
        statement = await _exchanged(client, provider, published, given["code"], departure, back)
        keys = await _json(client, _text(published, "jwks_uri"))
    claims = _verified(statement, keys, provider, departure.nonce)
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Identified(provider.issuer, claims["sub"], email)


async def _published(client: AsyncClient, provider: Provider) -> Mapping[str, Any]:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    published = await _json(client, address)
    if published.get("issuer") != provider.issuer:
        raise _untrusted(f"{provider.title} states another issuer.")
    return published


async def _exchanged(
    client: AsyncClient,
    provider: Provider,
    published: Mapping[str, Any],
    code: str,
    departure: Departure,
    back: str,
) -> str:
    """The provider's signed statement, for the code."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": departure.verifier,
    }
    secret = provider.secret.get_secret_value()
    ways = published.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    there = _text(published, "token_endpoint")
    try:
        if "client_secret_basic" in ways:
            user = BasicAuth(quote(provider.client, safe=""), quote(secret, safe=""))
            answer = await client.post(there, data=asked, auth=user)
        else:
            asked |= {"client_id": provider.client, "client_secret": secret}
            answer = await client.post(there, data=asked)
        return _text(_object(answer), "id_token")
    except HTTPError as error:
        raise _unreachable(there) from error


def _verified(
    statement: str, keys: Mapping[str, Any], provider: Provider, nonce: str
) -> dict[str, Any]:
    """The claims of a statement that the provider made for this installation and this sign-in."""
    try:
        known = KeySet.import_key_set({"keys": keys["keys"]})
        claims = jwt.decode(statement, known, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise _untrusted(f"What {provider.title} says of you cannot be trusted.") from error
    if claims.get("azp", provider.client) != provider.client:
        raise _untrusted(f"What {provider.title} says of you was said to somebody else.")
    return dict(claims)


def _client() -> AsyncClient:
    return AsyncClient(timeout=_SECONDS)


async def _json(client: AsyncClient, address: str) -> Mapping[str, Any]:
    try:
        return _object(await client.get(address))
    except HTTPError as error:
        raise _unreachable(address) from error


def _object(answer: Response) -> Mapping[str, Any]:
    try:
        found = answer.json() if answer.is_success else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _untrusted(f"The provider refused ({answer.status_code}), or answered no JSON.")
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise _untrusted(f"The provider's answer lacks {name}.")
    return value


def _unreachable(address: str) -> RelatumError:
    return ProviderUnavailable(
        f"{urlsplit(address).hostname} cannot be reached.", hint="Sign in another way, or later."
    )


def _untrusted(message: str) -> RelatumError:
    return ProviderUnavailable(message, hint="Begin the sign-in anew, or sign in another way.")
