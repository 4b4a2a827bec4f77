"""What annotations of actions say, and what docstrings say of their arguments."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel

from relatum_schemas.action import action
from relatum_schemas.annotations import Email
from relatum_schemas.docstring import read_docstring
from relatum_schemas.entity import Entity
from relatum_schemas.errors import DeclarationError
from relatum_schemas.kinds import Choice, Money, MoneyKind, Number, Text
from relatum_schemas.kinds import Email as EmailKind
from relatum_schemas.markers import Scale
from relatum_schemas.shapes import Form, OfList, OfModel, OfRecord, OfValue, form_of


class Machine(Entity):
    """A machine."""


class Firm(Entity):
    """A firm."""


class Slot(BaseModel):
    """When."""

    day: date
    mail: Email | None = None
    next: "Slot | None" = None


class State(Enum):
    """How it is."""

    OK = "ok"
    DUE = "due"


@pytest.mark.parametrize(
    ("annotation", "form"),
    [
        (None, Form(None, optional=True)),
        (str, Form(OfValue(Text()))),
        (Machine, Form(OfRecord((Machine,)))),
        (Machine | Firm | None, Form(OfRecord((Machine, Firm)), optional=True)),
        (list[Machine], Form(OfList(Form(OfRecord((Machine,)))))),
        (Sequence[int | None] | None, Form(OfList(form_of(int | None)), optional=True)),
        (Annotated[Decimal | None, Scale(2)], Form(OfValue(Number(scale=2)), optional=True)),
        (Money, Form(OfValue(MoneyKind()))),
        (Literal["a", "b"], Form(OfValue(Choice(codes=("a", "b"))))),
        (State, Form(OfValue(Choice(codes=("ok", "due")), State))),
        (Slot, Form(OfModel(Slot))),
    ],
    ids=str,
)
def test_an_annotation_has_a_form(annotation: Any, form: Form) -> None:
    assert form_of(annotation) == form


def test_a_model_has_members_and_may_hold_itself() -> None:
    members = OfModel(Slot).members
    assert members["mail"] == Form(OfValue(EmailKind()), optional=True)
    assert members["next"] == Form(OfModel(Slot), optional=True)


@pytest.mark.parametrize("annotation", [object, dict[str, int], Machine | int, list[object]])
def test_what_is_of_no_kind_is_refused(annotation: Any) -> None:
    with pytest.raises(DeclarationError):
        form_of(annotation)


def test_a_docstring_is_taken_apart() -> None:
    @action()
    async def move(ctx: object, machine: Machine, to: Firm) -> None:
        """Move a machine.

        It may take a day.

        Args:
            ctx: of the call.
            machine: which, as
                it is.
            to (Firm): where: there.

        Raises:
            Refused: never.
        """

    assert move.description == "Move a machine.\n\nIt may take a day."
    assert move.docstring.arguments == {
        "ctx": "of the call.",
        "machine": "which, as it is.",
        "to": "where: there.",
    }
    assert read_docstring(Slot).description == "When."
    assert dict(move.takes) == {"machine": form_of(Machine), "to": form_of(Firm)}
