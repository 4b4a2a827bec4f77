"""What is believed of what another provider says, and what is not."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import AsyncClient
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from relatum_schemas.errors import ProviderUnavailable
from relatum_server.identity.openid import (
    Departure,
    Identified,
    Provider,
    address_there,
    departing,
    identified,
)
from tests.server.identity.provider import SmallProvider, small_provider

BACK = "https://firm.example/sign-in/with/small/back"


async def arriving(provider: SmallProvider, departure: Departure, **otherwise: str) -> Identified:
    """Go there and come back; parameters of the way back can be others."""
    there = await address_there(provider.settings, departure, BACK)
    async with AsyncClient() as browser:
        answer = await browser.get(there)
    location = urlsplit(answer.headers["location"])
    assert location._replace(query="").geturl() == BACK
    given = {name: each[0] for name, each in parse_qs(location.query).items()}
    return await identified(provider.settings, departure, BACK, {**given, **otherwise})


async def test_the_provider_says_who_it_is() -> None:
    async with small_provider() as provider:
        found = await arriving(provider, departing("small", "/"))
    assert found == Identified(provider.address, "person-1", "ann@example.org")


async def test_an_address_that_is_not_verified_is_none() -> None:
    async with small_provider() as provider:
        provider.verified = False
        found = await arriving(provider, departing("small", "/"))
    assert found.email is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["relatum", "other"], "azp": "other"},
        {"nonce": "of another sign-in"},
        {"exp": int(time.time()) - 3600},
        {"sub": 1},
        {"published_issuer": "https://other.example"},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_what_was_not_said_to_us_now_is_not_believed(claims: dict[str, Any]) -> None:
    async with small_provider() as provider:
        provider.claims = claims
        with pytest.raises(ProviderUnavailable):
            await arriving(provider, departing("small", "/"))


async def test_what_another_key_signed_is_not_believed() -> None:
    async with small_provider() as provider:
        provider.published = RSAKey.generate_key(2048, {"kid": "one"})
        with pytest.raises(ProviderUnavailable):
            await arriving(provider, departing("small", "/"))


async def test_the_answer_to_another_browser_is_not_taken() -> None:
    async with small_provider() as provider:
        departure = departing("small", "/")
        for otherwise in (
            {"state": departing("small", "/").state},
            {"iss": "https://other.example"},
            {"error": "access_denied"},
            {"code": "guessed"},
        ):
            with pytest.raises(ProviderUnavailable):
                await arriving(provider, departure, **otherwise)


async def test_a_code_without_its_verifier_is_worth_nothing() -> None:
    async with small_provider() as provider:
        departure = departing("small", "/")
        there = await address_there(provider.settings, departure, BACK)
        async with AsyncClient() as browser:
            answer = await browser.get(there)
        given = parse_qs(urlsplit(answer.headers["location"]).query)
        stolen = Departure("small", departure.state, departure.nonce, "guessed" * 7, "/")
        with pytest.raises(ProviderUnavailable):
            await identified(
                provider.settings, stolen, BACK, {name: each[0] for name, each in given.items()}
            )


async def test_a_provider_that_is_not_there_is_told() -> None:
    async with small_provider() as provider:
        pass
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        await address_there(provider.settings, departing("small", "/"), BACK)


def test_a_provider_elsewhere_is_reached_encrypted() -> None:
    facts = {"title": "X", "client": "c", "secret": "s"}
    with pytest.raises(ValidationError, match="https"):
        Provider.model_validate({**facts, "issuer": "http://accounts.example"})
    shown = repr(Provider.model_validate({**facts, "issuer": "https://accounts.example"}))
    assert "'s'" not in shown
