from pathlib import Path

import pytest

from relatum.connections.addresses import read_url, shown, sqlite_path
from relatum_schemas.errors import BadSetting


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not a URL"),
        ("data.db", "not a URL"),
        ("mysql://localhost/x", "does not store in 'mysql'"),
        ("postgresql+asyncpg://localhost/x", "does not store in 'postgresql"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://localhost:port/x", "not a URL"),
        ("sqlite://", "in memory"),
        ("sqlite:///", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite://data/my.db", "parts that a SQLite file does not have"),
        ("sqlite:///my.db?mode=ro", "parts that a SQLite file does not have"),
    ],
)
def test_a_wrong_address_is_refused_with_the_right_form(url: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says) as refused:
        read_url(url)
    assert "sqlite:///" in str(refused.value.hint)


def test_sqlite_paths_are_relative_or_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/tmp")
    assert sqlite_path(read_url("sqlite:///data/my.db")) == Path("/tmp/data/my.db")
    assert sqlite_path(read_url("sqlite:////data/my.db")) == Path("/data/my.db")


def test_a_password_is_never_shown() -> None:
    url = shown(read_url("postgresql://relatum:secret@db:5432/crm?host=/run/postgresql"))
    assert "secret" not in url
    assert url.startswith("postgresql://relatum:***@db:5432/crm")
