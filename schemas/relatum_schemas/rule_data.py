"""Rules kept as JSON, read by models: what is wrong with them is told place by place."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from relatum_schemas.errors import DeclarationError, Problems

Model = TypeVar("Model", bound=BaseModel)


def read_rule(model: type[Model], data: Mapping[str, object], what: str) -> Model:
    """The rule that JSON describes.

    Args:
        model: its form.
        data: the JSON.
        what: what the data should describe, in a word, for the message.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Problems(
            f"The data describe no {what}.",
            [
                DeclarationError(
                    f"{'.'.join(map(str, each['loc']))}: {each['msg']}.", path=each["loc"]
                )
                for each in error.errors()
            ],
        ) from None
