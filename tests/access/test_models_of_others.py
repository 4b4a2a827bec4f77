"""The models of OpenFGA and SpiceDB, said in our language, give the answers that their authors wrote down."""

from pathlib import Path

import pytest

from relatum.connections import DialectName
from tests.access import fga, spicedb
from tests.access.asking import loaded
from tests.access.model import Question, Store
from tests.databases import CloneTemplate

DATA = Path(__file__).parents[1] / "data"
FGA = [store for path in sorted(DATA.glob("fga/*/*.fga.yaml")) for store in fga.stores(path)]
SPICEDB = [spicedb.store(path) for path in sorted(DATA.glob("spicedb/*.yaml"))]


def test_every_question_was_read() -> None:
    assert sum(len(store.questions) for store in FGA) == 161
    assert sum(len(store.questions) for store in SPICEDB) == 108


@pytest.mark.parametrize(
    "dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]
)
@pytest.mark.parametrize("store", [*FGA, *SPICEDB], ids=lambda store: store.name)
async def test_a_store_is_answered_as_its_authors_say(
    clone_template: CloneTemplate, dialect: DialectName, store: Store
) -> None:
    async with loaded(clone_template, dialect, store) as asked:
        wrong: list[Question] = [
            question for question in store.questions if not await asked.answers(question)
        ]
    assert wrong == []
