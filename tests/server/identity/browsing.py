"""A browser as far as the server can tell: it keeps cookies, says where requests come from, and follows redirects."""

import re
from typing import Any

from httpx2 import AsyncClient, Response

from tests.server.identity.people import PASSWORD

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Browser:
    """A browser with one page open."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.own = {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}

    async def open(self, path: str) -> Response:
        """Look at a page."""
        return await self.client.get(path, headers=HTML, follow_redirects=True)

    async def send(self, path: str, **fields: Any) -> Response:
        """Send a form, and look at the page that it leads to."""
        return await self.client.post(
            path, data=fields, headers={**HTML, **self.own}, follow_redirects=True
        )

    async def sign_in(self, email: str, password: str = PASSWORD) -> Response:
        """Fill in the form."""
        return await self.send("/sign-in", email=email, password=password, next="/account")

    async def ask(self, query: str, **headers: str) -> Any:
        """Ask in GraphQL, as GraphiQL does."""
        answer = await self.client.post(
            "/graphql", json={"query": query}, headers={**self.own, **headers}
        )
        return answer.json()

    @property
    def signed_in(self) -> bool:
        """Whether it has a session's cookie."""
        return any(re.fullmatch(r"relatum-\d+", name) for name in self.client.cookies)


def value(page: Response, name: str) -> str:
    """What a form on a page sends under this name, first of all."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, f"no {name} on the page"
    return found[1]


def secret(page: Response) -> str:
    """The token that a page shows."""
    found = re.search(r"rlt_t_[\w-]+", page.text)
    assert found, "no token on the page"
    return found[0]
