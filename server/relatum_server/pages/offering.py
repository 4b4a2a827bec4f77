"""Which of the example queries are offered to whom: those that he can run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import orjson

from relatum.session import Session
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.recent import Recent
from relatum_server.pages.examples import ExampleQuery

_KEPT: Final = 200


@dataclass(frozen=True)
class OfferedQuery:
    """An example that somebody can run.

    Attributes:
        name: short, for addresses.
        title: what it shows, in a few words.
        text: the GraphQL document.
        variables: the ids it is asked with.
    """

    name: str
    title: str
    text: str
    variables: Mapping[str, str] = field(default_factory=dict)


class Offering:
    """The example queries of an installation."""

    def __init__(self, examples: Sequence[ExampleQuery]) -> None:
        """Offer nothing yet."""
        self._examples = examples
        self._valid: WeakKeyDictionary[Api, Recent[Known | None, Sequence[ExampleQuery]]] = (
            WeakKeyDictionary()
        )

    async def to(self, session: Session, api: Api) -> Sequence[OfferedQuery]:
        """The examples that are valid for who asks and find their records, those written for him first.

        Args:
            session: of who asks.
            api: of its types.
        """
        roles = session.principal.roles
        chosen = [
            each for each in self._valid_for(session, api) if not each.roles or each.roles & roles
        ]
        chosen.sort(key=lambda each: not each.roles)
        ids = await self._ids(
            session, api, {words for each in chosen for words in each.found.values()}
        )
        return [
            OfferedQuery(each.name, each.title, each.text, _variables(each, ids))
            for each in chosen
            if ids.keys() >= set(each.found.values())
        ]

    def _valid_for(self, session: Session, api: Api) -> Sequence[ExampleQuery]:
        """The examples that name nothing but what who asks may know of; judged once for all who know of the same."""
        known = api.known_to(session)
        return self._valid.setdefault(api, Recent(_KEPT)).get(
            known, lambda: [each for each in self._examples if _is_valid(each, api, known)]
        )

    async def _ids(self, session: Session, api: Api, wanted: set[str]) -> Mapping[str, str]:
        """The ids of the records that are found first by some words, as far as any are, in one statement."""
        if not wanted:
            return {}
        searches = "".join(
            f"a{number}: search(text: {orjson.dumps(words).decode()}, first: 1) {{ nodes {{ id }} }} "
            for number, words in enumerate(wanted)
        )
        answer = orjson.loads(await api.answer(session, Question(f"{{ {searches}}}")))
        found = {
            words: answer["data"][f"a{number}"]["nodes"] for number, words in enumerate(wanted)
        }
        return {words: nodes[0]["id"] for words, nodes in found.items() if nodes}


def _is_valid(example: ExampleQuery, api: Api, known: Known | None) -> bool:
    try:
        api.admitted(Question(example.text), known)
    except Refusal:
        return False
    return True


def _variables(example: ExampleQuery, ids: Mapping[str, str]) -> Mapping[str, str]:
    return {name: ids[words] for name, words in example.found.items() if words in ids}
