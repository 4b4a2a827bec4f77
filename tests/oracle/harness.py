"""Both databases beside the oracle, and what it means that their answers are the same."""

import json
from typing import Any

Shown = Any
"""JSON with the order of keys and the text of numbers kept: equal means the same."""


def shown(answer: object) -> Shown:
    """An answer of the oracle."""
    match answer:
        case dict():
            return ("object", [(key, shown(each)) for key, each in answer.items()])
        case list() | tuple():
            return [shown(each) for each in answer]
        case bool() | None:
            return answer
        case int():
            return ("number", json.dumps(answer))
        case float():
            return ("number", f"{answer:.2f}")
        case str():
            return _cursor(answer) or answer
        case _:
            raise TypeError(f"{answer!r} is no JSON value.")


def read(text: bytes | str) -> Shown:
    """An answer of a database."""
    return _texts(
        json.loads(
            text,
            object_pairs_hook=lambda pairs: ("object", pairs),
            parse_int=lambda digits: ("number", digits),
            parse_float=lambda digits: ("number", digits),
        )
    )


def _texts(answer: Shown) -> Shown:
    match answer:
        case ("object", list() as pairs):
            return ("object", [(key, _texts(each)) for key, each in pairs])
        case ("number", str()):
            return answer
        case list():
            return [_texts(each) for each in answer]
        case str():
            return _cursor(answer) or answer
        case _:
            return answer


def _cursor(text: str) -> Shown | None:
    """What a cursor stands for: its values, whatever it names its order by."""
    try:
        content = json.loads(bytes.fromhex(text))
    except ValueError:
        return None
    return ("cursor", content[2:]) if isinstance(content, list) and len(content) > 2 else None
