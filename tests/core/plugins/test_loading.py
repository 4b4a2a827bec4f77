"""A plugin that cannot be used is left out with those that require it, says why, and takes nothing else down."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relatum.plugins import load_plugins, try_plugins
from relatum_schemas.errors import PluginError, Problems
from tests.installing import install

Install = Callable[..., None]

SOUND = 'class {0}(Entity):\n    """Sound."""\n    name: Annotated[str, Label]\n'


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def here(name: str, source: str, **given: str) -> None:
        install(tmp_path, name, source, **given)

    yield here
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("source", "manifest", "said"),
    [
        ("import nowhere", "", "'bad' cannot be imported: ModuleNotFoundError"),
        ("import sys; sys.exit(3)", "", "'bad' cannot be imported: SystemExit"),
        (SOUND.format("Well"), "engine='>=99'", "needs Relatum >=99"),
        (SOUND.format("Well"), "requires=['absent']", "requires 'absent', which is not loaded"),
        ("class Odd_Name(Entity):\n    name: str", "", r"bad\.Odd_Name: 'Odd_Name' is no name"),
        (SOUND.format("First"), "", "bad.First: The plugin 'asound' declares a type of this name"),
    ],
)
def test_what_cannot_be_used_is_left_out(
    installed: Install, source: str, manifest: str, said: str
) -> None:
    installed("asound", SOUND.format("First"))
    installed("bad", source, manifest=manifest)
    installed("leaning", SOUND.format("Second"), manifest="requires=['bad']")
    installed("sound", SOUND.format("Third"), manifest="after=['leaning']")
    loading = try_plugins(blocked=["northwind"])
    assert [each.name for each in loading.plugins] == ["asound", "base", "sound"]
    assert [each.name for each in loading.failed] == ["bad", "leaning"]
    assert said.replace("\\", "") in str(loading.failed[0].error)
    assert "requires 'bad', which cannot be used" in str(loading.failed[1].error)


def test_what_others_judge_counts_as_well(installed: Install) -> None:
    installed("first", SOUND.format("First"))
    installed("second", SOUND.format("Second"), manifest="requires=['first']")

    def judge(plugins: object) -> None:
        if "first" in str(plugins):
            raise KeyError("no first")

    loading = try_plugins(only=["second", "base"], judge=judge)
    assert [each.name for each in loading.plugins] == ["base"]
    assert "'first' cannot be used: KeyError: 'no first'" in str(loading.failed[0].error)


def test_whoever_insists_is_told_all_mistakes(installed: Install) -> None:
    installed("bad", "import nowhere")
    installed("worse", "raise RuntimeError('worse')")
    with pytest.raises(Problems) as caught:
        load_plugins()
    assert "'bad'" in str(caught.value)
    assert "'worse'" in str(caught.value)
    assert [each.name for each in load_plugins(only=["base"])] == ["base"]


def test_a_circle_is_told_and_left_out(installed: Install) -> None:
    installed("one", SOUND.format("One"), manifest="requires=['two']")
    installed("two", SOUND.format("Two"), manifest="requires=['one']")
    with pytest.raises(Problems, match="one -> two -> one"):
        load_plugins(only=["one"])
    loading = try_plugins(only=["one", "base"])
    assert [each.name for each in loading.plugins] == ["base"]
    assert [each.name for each in loading.failed] == ["one", "two"]


def test_optional_neighbours_come_before_it_where_they_are_there(installed: Install) -> None:
    installed("alone", SOUND.format("Alone"), manifest="after=['zoo', 'absent'], title='All alone'")
    installed("zoo", SOUND.format("Zoo"))
    first, second = load_plugins(only=["alone", "zoo"])
    assert (first.name, second.name) == ("zoo", "alone")
    assert (second.manifest.title, second.description) == ("All alone", "The plugin alone.")
    assert [each.name for each in load_plugins(only=["alone"])] == ["alone"]
    with pytest.raises(PluginError, match="'absent' is not installed"):
        load_plugins(only=["absent"])


def test_bundled_plugins_are_used_where_they_are_asked_for(installed: Install) -> None:
    base = {"base"}
    assert base <= {each.name for each in load_plugins()}
    assert not {"commerce", "sales"} & {each.name for each in load_plugins(blocked=["northwind"])}
    assert {each.name for each in load_plugins(only=["sales"])} >= {"base", "commerce", "sales"}
    installed("shop", "", manifest="requires=['commerce']")
    assert "commerce" in {each.name for each in load_plugins(blocked=["northwind"])}
    beside = load_plugins(also=["sales"], blocked=["northwind", "shop"])
    assert "sales" in {each.name for each in beside}
    with pytest.raises(PluginError, match="salse"):
        load_plugins(also=["salse"])
