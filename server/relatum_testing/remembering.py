"""What tests have had compiled, for those after them that ask the same: most of what a test of large plugins would do.

A plan is made of a question, of a catalogue and of rights, and holds nobody's data. It is therefore good for every database
whose catalogue has the same content.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType
from typing import Any, Final, TypeVar
from unittest.mock import patch

from relatum.catalogue import Catalogue, build_catalogue
from relatum.plugins import LoadedPlugin, load_plugins
from relatum.reading import plans
from relatum.reading.following import follow_plan
from relatum.reading.plan import plan
from relatum.tables import Tables
from relatum_schemas.selection import Request, RootField

T = TypeVar("T")

KEPT: Final = 1_500
"""How many plans a process keeps; the one not used for longest goes first."""

_PLUGINS_KEPT: Final = 16

_known: Final[OrderedDict[Hashable, Any]] = OrderedDict()


def _remembering(make: Callable[..., T]) -> Callable[..., T]:
    def remembered(asked: Request | RootField, **given: Any) -> T:
        if not given["catalogue"].fingerprint:
            return make(asked, **given)
        parts = ((name, _content(each)) for name, each in given.items())
        key = (make, asked.model_dump_json(), *parts)
        if key in _known:
            _known.move_to_end(key)
        else:
            _known[key] = make(asked, **given)
            if len(_known) > KEPT:
                _known.popitem(last=False)
        found: T = _known[key]
        return found

    return remembered


def _content(given: Any) -> Hashable:
    """What tells apart what plans are made of."""
    match given:
        case Catalogue():
            calls = ((name, frozenset(each.roles)) for name, each in given.actions.items())
            return given.fingerprint, given.complete, frozenset(calls)
        case Tables():
            return None  # they are the catalogue's
    hashable: Hashable = given
    return hashable


_plan: Final = _remembering(plan)
_follow_plan: Final = _remembering(follow_plan)


@contextmanager
def plans_remembered() -> Iterator[None]:
    """Have plans made once for all databases that are opened in this block or another one like it."""
    with patch.object(plans, "plan", _plan), patch.object(plans, "follow_plan", _follow_plan):
        yield


@lru_cache(_PLUGINS_KEPT)
def loaded(*names: str) -> tuple[LoadedPlugin, ...]:
    """These plugins and those that they require; they are looked for once."""
    return load_plugins(only=names)


def declared_by(plugins: Iterable[LoadedPlugin]) -> Catalogue:
    """The catalogue that these plugins declare together; it is put together once."""
    return _declared(*(each.module for each in plugins))


@lru_cache(_PLUGINS_KEPT)
def _declared(*modules: ModuleType) -> Catalogue:
    return build_catalogue(modules)
