"""What an installation says to plugins is read by their models; mistakes are told by place, and values never."""

import pytest
from pydantic import BaseModel, SecretStr

from relatum.plugins import LoadedPlugin, settings_of
from relatum_schemas.errors import BadSetting, Problems
from tests.core.catalogue.declaring import declare


class Carrier(BaseModel):
    url: str = "https://carrier.example"
    key: SecretStr
    retries: int = 3


def shipping() -> LoadedPlugin:
    module = declare("", name="parcels")
    manifest = type(module.plugin)("shipping", version="1.0", settings=Carrier)
    return LoadedPlugin(manifest, module)


def test_settings_are_read_by_the_plugins_model() -> None:
    read = settings_of([shipping()], {"shipping": {"key": "s3cret", "retries": "5"}})["shipping"]
    assert isinstance(read, Carrier)
    assert (read.retries, read.key.get_secret_value()) == (5, "s3cret")
    assert "s3cret" not in repr(read)
    plain = LoadedPlugin(declare("", name="plain").plugin, declare("", name="plain"))
    assert settings_of([plain], {}) == {}


def test_mistakes_are_told_by_place() -> None:
    with pytest.raises(Problems) as caught:
        settings_of([shipping()], {"shipping": {"retries": "s3cret", "kye": "s3cret"}})
    said = str(caught.value)
    assert "plugins.shipping.kye: There is no such setting. There are: url, key, retries." in said
    assert "plugins.shipping.key: Field required." in said
    assert "plugins.shipping.retries: Input should be a valid integer" in said
    assert "s3cret" not in said
    assert next(each.path for each in caught.value.problems) == ("plugins", "shipping", "kye")


def test_a_plugin_without_settings_is_told_none() -> None:
    module = declare("", name="plain")
    with pytest.raises(BadSetting, match="'plain' has no settings"):
        settings_of([LoadedPlugin(module.plugin, module)], {"plain": {"a": 1}})
