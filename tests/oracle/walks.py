"""Search, neighbourhood and shortest path: records found otherwise than by type."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby
from uuid import UUID

from relatum.catalogue.model import RECORD
from relatum.text import fold, words
from relatum_schemas.kinds import Identity, Integer, Text
from relatum_schemas.selection import (
    Compare,
    Condition,
    FieldPath,
    Neighbourhood,
    Now,
    Rows,
    Search,
    ShortestPath,
)
from tests.oracle.paging import Placed, Scalar
from tests.oracle.sight import Row, Sight, is_tie
from tests.oracle.values import begins_word, bound

SEARCH_ORDER = (Scalar(Integer(), descending=True), Scalar(Text()), Scalar(Identity()))
WALK_ORDER = (Scalar(Integer()), Scalar(Identity()))


def has_words(row: Row, text: object, sight: Sight) -> bool:
    """Whether each word of a text begins a word of the label or a searchable field of a row."""
    wanted = words(text) if isinstance(text, str) else []
    fields = sight.catalogue.record_type(row.type).stored_fields
    texts = [sight.value(row, each.name) for each in fields if each.label or each.searchable]
    return bool(wanted) and all(_begun(word, texts) for word in wanted)


def found(source: Search, sight: Sight) -> list[Placed]:
    """The records in which each word begins a word of the label or of a searchable field."""
    text = bound(source.text, sight.parameters)
    wanted = words(text) if isinstance(text, str) else []
    if not wanted:
        return []
    names = source.types or ("Record",)
    types = {concrete for name in names for concrete in sight.catalogue.concrete(name)}
    hits: list[Placed] = []
    for row in sight.rows(types):
        fields = sight.catalogue.record_type(row.type).stored_fields
        own = [sight.value(row, each.name) for each in fields if each.label]
        others = [sight.value(row, each.name) for each in fields if each.searchable]
        if all(_begun(word, [*own, *others]) for word in wanted):
            points = sum(_points(word, own) for word in dict.fromkeys(wanted))
            label = sight.value(row, "label")
            key = None if label is None else fold(label)
            hits.append(Placed(row, (points, key, row.id)))
    return hits


def _points(word: str, own: list[str | None]) -> int:
    """How well a record has a word that it has: 4 as a word of its label, 3 as the beginning of one, else 2."""
    if any(text is not None and word in words(text) for text in own):
        return 4
    return 3 if _begun(word, own) else 2


def rank(source: Search, placed: Placed, sight: Sight) -> Decimal:
    """The points of a record that was found, as a share of those that it could have."""
    text = bound(source.text, sight.parameters)
    number = len(set(words(str(text))))
    return (Decimal(placed.position[0]) / (4 * number)).quantize(Decimal("0.01"), ROUND_FLOOR)


def excerpts(source: Search, row: Row, sight: Sight) -> list[Mapping[str, object]]:
    """The words of a search in the searched fields of a record that may be read, in the order of their declaration."""
    wanted = words(str(bound(source.text, sight.parameters)))
    fields = sight.catalogue.record_type(row.type).stored_fields
    return [
        {"field": each.name, "text": piece, "matched": matched}
        for each in fields
        if each.label or each.searchable
        for piece, matched in _excerpt(sight.value(row, each.name) or "", wanted)
    ]


def _excerpt(text: str, wanted: list[str]) -> list[tuple[str, bool]]:
    """The pieces of one short text: its runs of letters, and what stands between them."""
    pieces: list[tuple[str, bool]] = []
    for inside, run in groupby(text, key=lambda each: bool(words(each))):
        part = "".join(run)
        matched = inside and any(each.startswith(tuple(wanted)) for each in words(part))
        if pieces and not matched and not pieces[-1][1]:
            part = pieces.pop()[0] + part
        pieces.append((part, matched))
    return pieces if any(matched for _, matched in pieces) else []


def _begun(word: str, texts: list[str | None]) -> bool:
    return any(text is not None and begins_word(text, word) for text in texts)


def neighbours(source: Neighbourhood, sight: Sight) -> list[Placed]:
    """The records within so many ties of a record, by distance."""
    start = identity(source.id, sight)
    distances = _distances(start, source.types, source.depth, source.budget, sight)
    return [
        Placed(row, (distance, row.id))
        for record, distance in distances.items()
        if distance > 0 and (row := sight.row(record)) is not None
    ]


def chain(source: ShortestPath, sight: Sight) -> list[Placed]:
    """The records of the shortest chain of ties; of several, the one with the smallest ids from the start."""
    start, end = identity(source.start, sight), identity(source.end, sight)
    distances = _distances(start, source.types, source.depth, source.budget, sight)
    if end is None or end not in distances:
        return []
    chains = [[start]]
    for distance in range(1, distances[end] + 1):
        chains = [
            [*each, record]
            for each in chains
            for record in adjacent(each[-1], source.types, sight)
            if distances.get(record) == distance
        ]
    shortest = min(each for each in chains if each[-1] == end)
    rows = [sight.row(record) for record in shortest]
    return [Placed(row, (index, row.id)) for index, row in enumerate(rows) if row is not None]


def identity(value: object, sight: Sight) -> UUID | None:
    """The record that an id stands for: itself, or at present what it was merged into."""
    given = bound(value, sight.parameters)
    if given is None:
        return None
    record: UUID = Identity().parse(given)
    return record if sight.recorded_at else sight.graph.became(record)


def surviving(source: Rows, sight: Sight) -> Condition | None:
    """The filter of a source; of any type, the ids that it names stand for what their records became."""
    condition = source.filter
    if source.type != RECORD or sight.recorded_at or not isinstance(condition, Compare):
        return condition
    if condition.path != FieldPath(field="id") or condition.operator not in ("eq", "in"):
        return condition
    given = bound(condition.value, sight.parameters)
    if isinstance(given, list | tuple):
        became: object = [str(sight.graph.became(Identity().parse(each))) for each in given if each]
    else:
        became = None if given is None else str(sight.graph.became(Identity().parse(given)))
    return condition.model_copy(update={"value": became})


def _distances(
    start: UUID | None, types: tuple[str, ...], depth: int, budget: int, sight: Sight
) -> dict[UUID, int]:
    """How many ties away each record is that is reached within the depth."""
    if start is None or sight.row(start) is None:
        return {}
    distances = {start: 0}
    edge = [start]
    for distance in range(1, depth + 1):
        met = {far for near in edge for far in adjacent(near, types, sight)}
        edge = sorted(met - distances.keys())[:budget]
        distances |= dict.fromkeys(edge, distance)
    return distances


def adjacent(record: UUID | None, types: tuple[str, ...], sight: Sight) -> set[UUID]:
    """The visible records that one tie away, by visible ties that hold now."""
    far: set[UUID] = set()
    for tie in sight.known.values():
        if not is_tie(sight.catalogue, tie) or (types and tie.type not in types):
            continue
        if record not in (tie.source, tie.target):
            continue
        if not sight.visible(tie) or not sight.holds(tie, Now()):
            continue
        other = tie.target if tie.source == record else tie.source
        if sight.row(other) is not None and other is not None:
            far.add(other)
    return far
