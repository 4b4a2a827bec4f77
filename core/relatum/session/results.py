"""What an action returned, as bytes that are kept for whoever asks again, and back: records by their ids."""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from relatum.catalogue import Catalogue
from relatum.catalogue.instances import instance
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue


def packed(action: Action, result: Any) -> bytes:
    """What an action returned, of the shape that it declares."""
    return orjson.dumps(_wire(action.gives, result))


def unpacked(catalogue: Catalogue, action: Action, body: bytes) -> Any:
    """What was packed; of its records nothing is known but their ids."""
    return _python(catalogue, action.gives, orjson.loads(body))


def _wire(form: Form, value: Any) -> Any:
    if value is None:
        return None
    match form.shape:
        case OfRecord():
            stored = isinstance(value, Declared) and "id" in value.model_fields_set
            return {"type": type(value).__name__, "id": str(value.id)} if stored else None
        case OfValue(kind=kind):
            return kind.wire(value.value if isinstance(value, Enum) else value)
        case OfList(of=of):
            return [_wire(of, each) for each in value]
        case OfModel() as shape:
            return {name: _wire(each, getattr(value, name)) for name, each in shape.members.items()}
    return None


def _python(catalogue: Catalogue, form: Form, wire: Any) -> Any:
    if wire is None:
        return None
    match form.shape:
        case OfRecord():
            return instance(catalogue.classes[wire["type"]], {"id": UUID(wire["id"])})
        case OfValue(kind=kind, enum=enum):
            value = kind.parse(wire)
            return value if enum is None else enum(value)
        case OfList(of=of):
            return [_python(catalogue, of, each) for each in wire]
        case OfModel() as shape:
            return _made(catalogue, shape, wire)
    return None


def _made(catalogue: Catalogue, shape: OfModel, wire: Mapping[str, Any]) -> Any:
    members = {name: _python(catalogue, each, wire[name]) for name, each in shape.members.items()}
    # Its validators have passed it already, and its records are named only.
    return shape.model.model_construct(**members)
