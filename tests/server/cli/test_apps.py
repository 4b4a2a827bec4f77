"""Apps on the command line: let in with eyes open, steered, and taken out."""

from pathlib import Path

import pytest

from tests.server.cli.programs import called

MANIFEST = """
name = "greeter"
title = "Greeter"
publisher = "Greeter Ltd"
webhook = "https://greeter.example/hooks"
scopes = [{types = ["Person"], rights = ["read"], fields = {only = ["given_name"]}}]
events = [{type = "Person", operations = ["created"]}]
"""


def test_an_app_is_let_in_steered_and_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "greeter.toml").write_text(MANIFEST)
    settings = {"RELATUM_DATABASE": "sqlite:///apps.db", "RELATUM_ONLY": "base"}

    def said(*arguments: str) -> str:
        result = called(*arguments, **settings)
        assert result.exit_code == 0, result.output
        return result.output

    said("migrate")
    installed = said("app", "install", "greeter.toml", "--yes")
    assert "  - See all people: only given_name." in installed
    assert "Token:  rlt_t_" in installed and "Secret: whsec_" in installed
    assert said("app", "list").startswith("greeter  active  Greeter")
    assert "whsec_" in said("app", "rotate", "greeter")
    assert "rlt_t_" in said("app", "renew", "greeter")
    said("app", "pause", "greeter")
    assert "greeter  paused" in said("app", "list")
    said("app", "resume", "greeter", "--skip")
    said("app", "replay", "greeter", "--since", "1")
    assert said("app", "deliveries", "greeter") == ""
    said("app", "remove", "greeter")
    assert said("app", "list") == "There are none.\n"

    (tmp_path / "greeter.toml").write_text(MANIFEST.replace("https:", "http:"))
    refused = called("app", "install", "greeter.toml", "--yes", **settings)
    assert refused.exit_code != 0 and "is not encrypted" in refused.output


def test_secrets_of_apps_come_under_the_key_that_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "greeter.toml").write_text(MANIFEST)
    settings = {"RELATUM_DATABASE": "sqlite:///apps.db", "RELATUM_ONLY": "base"}
    key = {"RELATUM_KEY_FILE": str(tmp_path / "keys.json")}

    def said(*arguments: str, **more: str) -> str:
        result = called(*arguments, **settings, **more)
        assert result.exit_code == 0, result.output
        return result.output

    said("migrate")
    said("app", "install", "greeter.toml", "--yes")
    said("key", "new", key["RELATUM_KEY_FILE"])
    assert "of 1 apps" in said("key", "rotate", **key)
    assert "apps" not in said("key", "rotate", "--only-seal", **key)
    said("app", "rotate", "greeter", **key)
    assert "of 1 apps" in said("key", "rotate", **key)
