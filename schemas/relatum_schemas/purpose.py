"""Purposes: what sensitive data may be used for. Kept as data by administrators, in force while they are enabled.

::

    {"code": "payroll", "title": "Paying salaries", "legal_basis": "contract (GDPR 6.1.b)", "opens": ["finance"],
     "retention": 3650}

A field marked ``Sensitive("finance")`` is closed to everybody until a purpose opens its class. Then it is open to calls
that name this purpose and have the right to the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, MinLen
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from relatum_schemas.errors import DeclarationError, Problems

_LONGEST_RETENTION = 36_525


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What sensitive data may be used for.

    Attributes:
        code: as a call names it.
        title: what people call it.
        legal_basis: why this is lawful, for the register of processing.
        opens: the classes of sensitive data that it opens, sorted.
        retention: for how many days data may be kept for it.
        enabled: whether calls may name it now.
    """

    code: str
    title: str
    legal_basis: str
    opens: tuple[str, ...]
    retention: int
    enabled: bool = True


class _PurposeData(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    title: Annotated[str, MinLen(1)]
    legal_basis: Annotated[str, MinLen(1)]
    opens: Annotated[tuple[Annotated[str, MinLen(1)], ...], MinLen(1)]
    retention: Annotated[int, Ge(1), Le(_LONGEST_RETENTION)]
    enabled: bool = True


def purpose_of_data(data: Mapping[str, object]) -> Purpose:
    """The purpose that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    try:
        read = _PurposeData.model_validate(data)
    except ValidationError as error:
        raise Problems(
            "The data describe no purpose.",
            [
                DeclarationError(
                    f"{'.'.join(map(str, each['loc']))}: {each['msg']}.", path=each["loc"]
                )
                for each in error.errors()
            ],
        ) from None
    given = read.model_dump() | {"opens": tuple(sorted(set(read.opens)))}
    return Purpose(**given)
