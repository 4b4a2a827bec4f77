"""The settings: one model, three sources, one page that lists them."""

import re
from pathlib import Path

import pytest

from relatum_schemas.errors import BadSetting, Problems, UnreadableFile
from relatum_server.identity.address import is_loopback
from relatum_server.settings import Settings
from relatum_server.settings_sources import load_settings

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(default: object) -> str:
    """A default as the page shows it."""
    match default:
        case None | () | {}:
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"


def test_the_page_lists_the_model() -> None:
    rows = re.findall(r"^\| `.*$", PAGE.read_text(), flags=re.MULTILINE)
    assert rows == [
        f"| `{name}` | {shown(field.get_default(call_default_factory=True))} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def test_a_flag_counts_before_the_environment_that_before_the_file_that_before_the_default() -> (
    None
):
    Path("relatum.toml").write_text('host = "127.0.0.3"\nport = 3\nworkers = 3\n')
    settings = load_settings(
        {"port": "1"}, environment={"RELATUM_PORT": "2", "RELATUM_WORKERS": "2", "HOME": "/"}
    )
    assert (settings.port, settings.workers, settings.host) == (1, 2, "127.0.0.3")
    assert settings.zone == "UTC"


@pytest.mark.parametrize("named_by", ["argument", "variable"])
def test_a_settings_file_can_be_named(named_by: str) -> None:
    Path("relatum.toml").write_text("port = 1")
    Path("other.toml").write_text("port = 2")
    environment = {"RELATUM_SETTINGS": "other.toml"} if named_by == "variable" else {}
    file = Path("other.toml") if named_by == "argument" else None
    assert load_settings({}, file=file, environment=environment).port == 2


def test_lists_are_spelt_as_each_source_can() -> None:
    Path("relatum.toml").write_text('only = ["base", "sales"]')
    settings = load_settings({"without": ("portal",)}, environment={})
    assert settings.only == ("base", "sales")
    assert settings.without == ("portal",)
    assert load_settings({}, environment={"RELATUM_ONLY": "base, portal,"}).only == (
        "base",
        "portal",
    )


def test_every_mistake_is_told_at_once_with_its_place_and_the_nearest_name() -> None:
    Path("relatum.toml").write_text('prot = 1\nzone = "Mars/Olympus"')
    with pytest.raises(Problems) as caught:
        load_settings({"workers": "0"}, environment={"RELATUM_LOGLEVEL": "info"})
    assert [str(problem) for problem in caught.value.problems] == [
        "prot in relatum.toml: there is no such setting. Did you mean 'port'?",
        "RELATUM_LOGLEVEL: there is no such setting. Did you mean 'log_level'?",
        "--workers: Input should be greater than or equal to 1.",
        "zone in relatum.toml: 'Mars/Olympus' is no time zone, such as Europe/Berlin.",
    ]


def test_a_file_that_is_named_must_be_there_and_be_toml() -> None:
    with pytest.raises(UnreadableFile, match=r"missing\.toml cannot be read"):
        load_settings({}, file=Path("missing.toml"), environment={})
    Path("relatum.toml").write_text("port = = 1")
    with pytest.raises(UnreadableFile, match=r"relatum\.toml is no TOML"):
        load_settings({}, environment={})


def test_a_command_that_needs_a_database_says_how_to_name_one() -> None:
    with pytest.raises(BadSetting, match=r"--database sqlite:///my\.db"):
        _ = load_settings({}, environment={}).database_url


def test_only_trusted_documents_are_admitted_where_some_are_named() -> None:
    Path("firms.graphql").write_text("{ organizations { totalCount } }")
    settings = load_settings({"documents": ".", "documents_only": True}, environment={})
    assert settings.trusted is not None
    assert load_settings({}, environment={}).trusted is None
    with pytest.raises(BadSetting, match="none are named"):
        _ = load_settings({}, environment={"RELATUM_DOCUMENTS_ONLY": "true"}).trusted
    with pytest.raises(UnreadableFile, match="nowhere"):
        _ = load_settings({"documents": "nowhere"}, environment={}).trusted


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_only_a_loopback_address_is_reached_from_this_machine_alone(
    host: str, *, alone: bool
) -> None:
    assert is_loopback(host) is alone
