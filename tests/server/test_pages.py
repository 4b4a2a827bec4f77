"""The pages: what they offer, what they never show, and what a browser is allowed on them."""

import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.errors import BadSetting, DatabaseOlder, UnreadableFile
from relatum_server.app import AppSettings, create_app
from relatum_server.pages.assets import OWN_ASSETS
from relatum_server.pages.brand import Brand, read_picture
from relatum_server.pages.examples import ExampleQuery, example_queries
from relatum_server.settings_sources import load_settings
from tests.server.serving import administrators_token, application, served

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
EXAMPLES = (ExampleQuery("first-one", "The <first>", "{ viewer { roles } } # </script>"),)


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """What the pages look like does not depend on the database."""
    kind: DialectName = request.param
    return kind


async def test_start_page_lists_types_with_counts_and_no_records(shop_database: Database) -> None:
    settings = AppSettings(example_queries=EXAMPLES)
    token = await administrators_token(shop_database)
    async with served(application(shop_database, settings), token=token) as client:
        page = await client.get("/")
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", " ", page.text)
    assert re.search(r"OrderLine\s+A product within an order\.\s+6\b", text)
    assert re.search(r"Organization\s+A firm or authority\.\s+2\b", text)
    assert "The &lt;first&gt;" in page.text
    for record in ("Acme", "Ann Berg", "Green tea", "Urgent"):
        assert record not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_nobody_in_particular_is_told_to_sign_in_and_of_no_types(
    shop_database: Database,
) -> None:
    example = ExampleQuery("people", "All people", "{ people { totalCount } }")
    settings = AppSettings(graphiql="open", example_queries=(example,))
    async with served(application(shop_database, settings)) as client:
        page = await client.get("/")
        graphiql = await client.get("/graphql", headers=BROWSER)
    assert "Sign in to run them" in page.text
    for name in ("OrderLine", "Organization", "All people"):
        assert name not in page.text
    assert "All people" not in graphiql.text


async def test_every_link_of_the_start_page_leads_somewhere(client: AsyncClient) -> None:
    page = await client.get("/")
    links = set(re.findall(r'(?:href|src)="(/[^"#]*)', page.text))
    assert {"/graphql", "/schema.graphql", "/healthz", "/readyz"} <= links
    for link in links:
        answer = await client.get(link.replace("&amp;", "&"), headers=BROWSER)
        assert answer.status_code == 200, link


async def test_graphiql_is_for_browsers_and_needs_no_other_server(client: AsyncClient) -> None:
    page = await client.get("/graphql", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "https:" not in page.text
    assert "http:" not in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    for source in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text):
        answer = await client.get(source)
        assert answer.status_code == 200, source
        assert "immutable" in answer.headers["cache-control"]
    missing = await client.get("/assets/000000000000/relatum.css")
    assert missing.status_code == 404


async def test_graphiql_can_be_left_out(shop_database: Database) -> None:
    async with served(application(shop_database, AppSettings(graphiql="off"))) as client:
        answer = await client.get("/graphql", headers=BROWSER)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/json")


async def test_examples_cannot_break_out_of_the_page(shop_database: Database) -> None:
    settings = AppSettings(graphiql="open", example_queries=EXAMPLES)
    token = await administrators_token(shop_database)
    async with served(application(shop_database, settings), token=token) as client:
        text = (await client.get("/graphql", headers=BROWSER)).text
    assert text.count("</script>") == text.count("<script")
    assert "The &lt;first&gt;" in text


def test_examples_are_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.graphql").write_text("# Some title.\n{ __typename }\n")
    (tmp_path / "a_name.graphql").write_text("{ __typename }\n")
    (tmp_path / "notes.txt").write_text("not a query")
    found = example_queries(tmp_path)
    assert [(each.name, each.title) for each in found] == [
        ("a_name", "A name"),
        ("b", "Some title"),
    ]
    (tmp_path / "c.graphql").write_bytes(b"\xff")
    with pytest.raises(UnreadableFile):
        example_queries(tmp_path)
    with pytest.raises(UnreadableFile):
        example_queries(tmp_path / "nothing")


def test_an_example_says_by_which_words_its_records_are_found(tmp_path: Path) -> None:
    (tmp_path / "one.graphql").write_text(
        "# One\n# $id: Ernst Handel\nquery One($id: ID!) { node(id: $id) { id } }\n"
    )
    (example,) = example_queries(tmp_path)
    assert example.found == {"id": "Ernst Handel"}
    assert example.roles == frozenset()


def test_an_example_says_for_whom_it_is(tmp_path: Path) -> None:
    (tmp_path / "one.graphql").write_text("# One\n# for: supplier, reseller\n{ __typename }\n")
    (example,) = example_queries(tmp_path)
    assert example.roles == {"supplier", "reseller"}


async def test_browsers_find_the_logo_beside_pages_that_name_none(client: AsyncClient) -> None:
    icon = await client.get("/favicon.ico")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.text == (await client.get(OWN_ASSETS.address("relatum.svg"))).text


async def test_health(client: AsyncClient) -> None:
    alive = await client.get("/healthz")
    assert (alive.status_code, alive.text) == (200, "alive\n")
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    assert ready.headers["cache-control"] == "no-store"


async def test_a_database_of_another_time_is_not_ready(shop_database: Database) -> None:
    async def behind() -> None:
        raise DatabaseOlder("It lacks a migration.", hint="Run relatum migrate.")

    app = create_app(nullcontext(shop_database), ready=behind)
    async with served(app) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "DATABASE_OLDER"


async def test_the_schema_can_be_fetched(client: AsyncClient) -> None:
    answer = await client.get("/schema.graphql")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "type OrderLine implements Node & Record {" in answer.text


async def test_an_installation_has_its_own_name_and_logo_on_every_page(
    shop_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "shop.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    brand = Brand("Corner <Shop>", read_picture(file))
    settings = AppSettings(graphiql="open", brand=brand)
    async with served(application(shop_database, settings)) as client:
        for address in ("/", "/sign-in", "/graphql", "/x/nowhere"):
            page = await client.get(address, headers=BROWSER)
            assert "· Corner &lt;Shop&gt;</title>" in page.text, address
            assert page.text.count(brand.logo) == 2, address
            assert "Relatum" not in re.sub(r"<[^>]+>", "", page.text.partition("<main")[0])
        logo = await client.get(brand.logo)
        assert (logo.text, logo.headers["content-type"]) == (file.read_text(), "image/svg+xml")
        assert "sandbox" in logo.headers["content-security-policy"]
        assert "immutable" in logo.headers["cache-control"]
        assert (await client.get("/logo/000000000000")).status_code == 404
    async with served(application(shop_database)) as client:
        assert "· Relatum</title>" in (await client.get("/")).text
        assert (await client.get(brand.logo)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.gif", b"GIF89a", "no picture for the top of a page"),
        ("logo.png", b"0" * 200_001, "200,001 bytes"),
        ("missing.png", None, "cannot be read"),
    ],
)
def test_what_is_no_logo_is_refused_before_anything_is_served(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadSetting, match=told) as refused:
        _ = load_settings({"logo": str(file)}, environment={}).brand
    assert refused.value.path == ("logo",)
