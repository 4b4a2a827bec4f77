"""What all functions have in common that a plugin declares: a name, what they are for, types and rights that they name."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any

from relatum_schemas.docstring import Docstring, read_docstring
from relatum_schemas.policy import Right


class PluginFunction:
    """A function of a plugin, declared by a decorator."""

    function: Callable[..., Awaitable[Any]]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """What its docstring says, without its sections."""
        return self.docstring.description

    @cached_property
    def docstring(self) -> Docstring:
        """What the function's docstring says."""
        return read_docstring(self.function)


def type_name(subject: type | str) -> str:
    """The name of a type that is given as its class or by its name."""
    return subject if isinstance(subject, str) else subject.__name__


def named_rights(elevated: Mapping[type | str, Right] | None) -> dict[str, Right]:
    """Rights by the names of types."""
    return {type_name(each): right for each, right in (elevated or {}).items()}
