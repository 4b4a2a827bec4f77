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

from pydantic import BaseModel, ConfigDict, Field

from relatum_schemas.rule_data import read_rule

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

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    title: Annotated[str, Field(min_length=1)]
    legal_basis: Annotated[str, Field(min_length=1)]
    opens: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    retention: Annotated[int, Field(ge=1, le=_LONGEST_RETENTION)]
    enabled: bool = True


def purpose_of_data(data: Mapping[str, object]) -> Purpose:
    """The purpose that JSON describes.

    Raises:
        Problems: with a `DeclarationError` per mistake, its path leading to the place in the data.
    """
    read = read_rule(_PurposeData, data, "purpose")
    given = read.model_dump() | {"opens": tuple(sorted(set(read.opens)))}
    return Purpose(**given)
