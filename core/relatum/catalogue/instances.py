"""Records in Python: instances of their declaring classes."""

from collections.abc import Mapping
from typing import Any, TypeVar

from relatum_schemas.entity import Declared

R = TypeVar("R", bound=Declared)


def instance(declared: type[R], values: Mapping[str, Any]) -> R:
    """A record of a class with values that are right already, fields of extensions among them."""
    known = {name: value for name, value in values.items() if name in declared.model_fields}
    record = declared.model_construct(**known)
    for name in values.keys() - known.keys():
        object.__setattr__(record, name, values[name])
    return record
