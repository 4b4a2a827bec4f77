"""What a list may be filtered by, as pages show it: choices, what is asked, what is wrong with it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from relatum.catalogue.resolved import ColumnRule
from relatum.viewing.desk import Desk
from relatum.viewing.querying import Asked
from relatum.viewing.shown import Choice, Filter, Named
from relatum.viewing.speaking import Speaking, column_word, within
from relatum_schemas import kinds
from relatum_schemas.kinds import Kind
from relatum_schemas.kinds.codes import COUNTRIES, CURRENCIES


def filters_shown(
    desk: Desk, rules: Sequence[ColumnRule], asked: Asked, chosen: Mapping[UUID, Named]
) -> tuple[Filter, ...]:
    """The filters of a list.

    Args:
        desk: at which it is looked at.
        rules: what one may filter by.
        asked: the query.
        chosen: the records that it names.
    """
    return tuple(_filter(desk, each, asked, chosen) for each in rules)


def _filter(desk: Desk, rule: ColumnRule, asked: Asked, chosen: Mapping[UUID, Named]) -> Filter:
    words = desk.speaking.column(rule)
    given = asked.given.get(rule.key, {})
    wrong = (error for key, error in asked.problems.items() if key.partition("-")[0] == rule.key)
    named = [each for each in chosen.values() if str(each.id) in given.get("", ())]
    return Filter(
        key=rule.key,
        title=words.title,
        help=words.help,
        kind=column_word(rule),
        choices=choices_of(desk.speaking, rule),
        given=given,
        named=tuple(named) if rule.is_record else (),
        problem=next((desk.titles.error(each) for each in wrong), None),
    )


def choices_of(speaking: Speaking, rule: ColumnRule) -> tuple[Choice, ...]:
    """The values that a column may have, where they are known."""
    kind = None if rule.kind is None else within(rule.kind)
    one = kind.of if isinstance(kind, kinds.Choices) else kind
    match one:
        case kinds.Boolean():
            return tuple(
                Choice(value, speaking.plain(meant))
                for value, meant in (("yes", True), ("no", False))
            )
        case kinds.Choice():
            codes = tuple(speaking.lists.get(one.list, {})) if one.list else one.codes
            return tuple(Choice(each, speaking.code(each, rule)) for each in codes)
    return () if one is None else published_choices(speaking, one)


def published_choices(speaking: Speaking, kind: Kind) -> tuple[Choice, ...]:
    """The codes of a list that is published as a standard, by their names; none of other kinds."""
    match within(kind):
        case kinds.Country():
            codes = COUNTRIES
        case kinds.Currency():
            codes = CURRENCIES
        case _:
            return ()
    said = (Choice(each, speaking.titles.published(kind, each) or each) for each in codes)
    return tuple(sorted(said, key=lambda each: each.text))
