"""Tests of projects that test a plugin run on asyncio, as the server does; others are let alone."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop that the server runs on."""
    return "asyncio"
