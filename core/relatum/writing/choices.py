"""Checks codes of choice lists that are kept as data."""

from collections.abc import Iterator
from typing import Any

from relatum.catalogue.model import Field
from relatum.writing import statements
from relatum.writing.drafts import Batch, Draft
from relatum.writing.loading import Loader
from relatum_schemas.errors import BadValue
from relatum_schemas.phrase import Phrase


async def check_choices(loader: Loader, batch: Batch) -> None:
    """Note every code that its list does not have, or has no longer."""
    given = [
        (draft, field, list_name, code)
        for draft in batch.touched()
        if draft.form.listed
        for field, list_name, code in _codes(draft)
    ]
    if not given:
        return
    lists = {"lists": list({each[2] for each in given}), "codes": list({each[3] for each in given})}
    prepared = loader.plan.prepared(statements.choices_known)
    rows: list[Any] = await loader.connection.rows(prepared, lists)
    known = {tuple(row) for row in rows}
    for draft, field, list_name, code in given:
        if (list_name, code) not in known:
            batch.problem(_unknown(list_name, code), draft.command, field.name)


def _codes(draft: Draft) -> Iterator[tuple[Field, str, str]]:
    """Field, list and code of each code of a data list that a record has newly."""
    if draft.state is None:
        return
    for at, field, list_name in draft.form.listed:
        value = draft.state.content[at]
        if value is None or (draft.stored is not None and draft.stored.content[at] == value):
            continue
        for code in (value,) if isinstance(value, str) else value:  # type: ignore[attr-defined]  # codes
            yield field, list_name, code


def _unknown(list_name: str, code: str) -> BadValue:
    return BadValue(
        Phrase(
            "The choice list '{list}' has no code '{given}' in use.", list=list_name, given=code
        ),
        hint=Phrase("Choose one of the list, or add the code to it."),
    )
