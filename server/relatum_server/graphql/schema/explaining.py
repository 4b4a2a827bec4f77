"""``explainAccess`` and ``whoCan``: why somebody may do something to a record, or may not, and who may."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from relatum.access import OPERATE
from relatum.explaining import (
    Explanation,
    Holder,
    Named,
    NearMiss,
    Rule,
    Step,
    explain_access,
    who_can,
)
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import Instant
from relatum_schemas.policy import Right
from relatum_server.graphql.names import camel
from relatum_server.graphql.schema.viewer import Asking, Info, record_id


@strawberry.enum(description="What may be done to a record, besides actions.")
class AccessRight(Enum):
    """The rights, as GraphQL names them."""

    READ = strawberry.enum_value(Right.READ, description="To see it.")
    CREATE = strawberry.enum_value(Right.CREATE, description="To make one.")
    UPDATE = strawberry.enum_value(Right.UPDATE, description="To change it.")
    DELETE = strawberry.enum_value(Right.DELETE, description="To delete, restore and merge it.")
    RELATE = strawberry.enum_value(
        Right.RELATE,
        description="To relate, end, correct and remove ties: this one, or those at its ends.",
    )
    AGGREGATE = strawberry.enum_value(Right.AGGREGATE, description="To count and sum it.")
    HISTORY = strawberry.enum_value(
        Right.HISTORY, description="To ask for what was recorded before."
    )


@strawberry.type
class AccessRecord:
    """A record by what people call it; all null for one that you may not see."""

    id: strawberry.ID | None = strawberry.field(description="Of the record.")
    type: str | None = strawberry.field(description="Name of its type.")
    label: str | None = strawberry.field(description="What people call it.")


@strawberry.type
class AccessStep:
    """A tie of a chain; or, where the chain begins at a tie, the way to one of its records."""

    start: AccessRecord = strawberry.field(
        description="The record asked about, or one at which an earlier step arrived."
    )
    end: str = strawberry.field(description="The end that is followed.")
    relationship: str = strawberry.field(description="Type of the tie.")
    tie: strawberry.ID | None = strawberry.field(
        description="The tie's id; null for one that you may not see."
    )
    valid_from: str | None = strawberry.field(
        description="Day or instant at which it begins to hold; open when null."
    )
    valid_to: str | None = strawberry.field(
        description="Day or instant at which it no longer holds; open when null."
    )
    record: AccessRecord = strawberry.field(description="Where it arrives.")


@strawberry.type
class AccessRule:
    """A policy."""

    role: str = strawberry.field(description="Name of the role to which it grants.")
    words: str = strawberry.field(description="What it says.")
    plugin: str | None = strawberry.field(
        description="The plugin that declares it; null for one of administrators or of the engine."
    )
    id: strawberry.ID | None = strawberry.field(
        description="Of the rule that administrators keep, if it is one."
    )


@strawberry.type
class AccessMiss:
    """A rule that would have allowed it."""

    rule: AccessRule = strawberry.field(description="The rule.")
    held: bool = strawberry.field(description="Whether its role is held.")
    chain: list[AccessStep] = strawberry.field(description="How far its path got.")
    missing: list[str] = strawberry.field(description="What is missing, in sentences.")


@strawberry.type
class AccessExplanation:
    """Whether somebody may do something to a record, and why."""

    allowed: bool = strawberry.field(description="Whether it may be done.")
    sentence: str = strawberry.field(description="The answer in one sentence.")
    record: AccessRecord = strawberry.field(description="To which it would be done.")
    who: AccessRecord | None = strawberry.field(
        description="Who would do it; null for nobody in particular."
    )
    firm: AccessRecord | None = strawberry.field(
        description="The firm acted for; null for none, or for one that may not be acted for."
    )
    roles: list[str] = strawberry.field(description="Roles held, by name.")
    rule: AccessRule | None = strawberry.field(description="The rule that allows it.")
    chain: list[AccessStep] = strawberry.field(
        description="The ties by which the rule's condition is fulfilled, each joined to one before it."
    )
    rests_on: list["AccessExplanation"] = strawberry.field(
        description="What must be allowed, too: to read both records of a tie, to read what is to be changed."
    )
    nearest: list[AccessMiss] = strawberry.field(
        description="If nothing allows it, the rules that come nearest, those of roles held first."
    )
    closed: str | None = strawberry.field(
        description="What keeps it closed, whatever the rules say."
    )


@strawberry.type
class AccessHolder:
    """Somebody who may do it."""

    record: AccessRecord = strawberry.field(description="The person's record.")
    without_firm: bool = strawberry.field(description="Whether also while acting for no firm.")
    firms: list[AccessRecord] = strawberry.field(
        description="The firms for which to act, of those that may be acted for."
    )
    rules: list[AccessRule] = strawberry.field(description="The rules that allow it.")


@strawberry.type
class AccessHolders:
    """Those who may do it, by their ids."""

    holders: list[AccessHolder] = strawberry.field(description="One page of them.")
    more: bool = strawberry.field(description="Whether there are more after these.")


_Field = Annotated[
    str | None,
    strawberry.argument(description="A field of the record; null for the record as such."),
]
_Right = Annotated[
    AccessRight | None,
    strawberry.argument(description="What is to be done, unless it is an action."),
]
_Action = Annotated[
    str | None, strawberry.argument(description="The action to be called, as GraphQL names it.")
]
_At = Annotated[
    datetime | None,
    strawberry.argument(
        description="A recorded time at which to judge, as was known and held then; null for now."
    ),
]


async def explained(
    info: Info,
    principal: Annotated[strawberry.ID, strawberry.argument(description="The person's record.")],
    record: Annotated[strawberry.ID, strawberry.argument(description="Entity or tie.")],
    firm: Annotated[
        strawberry.ID | None, strawberry.argument(description="The firm that the person acts for.")
    ] = None,
    right: _Right = None,
    action: _Action = None,
    field: _Field = None,
    at: _At = None,
    purpose: Annotated[
        str | None,
        strawberry.argument(
            description="Of the call; the usual one when left out, of yourself your own."
        ),
    ] = None,
) -> AccessExplanation | None:
    """Why a person may do something to a record, or may not."""
    asking = info.context
    found = await explain_access(
        asking.session,
        record_id(principal, "principal"),
        record_id(record, "record"),
        _what(asking, right, action),
        field=_field(asking, field),
        firm=None if firm is None else record_id(firm, "firm"),
        at=_instant(at),
        purpose=purpose,
    )
    return _explanation(found)


async def holders(
    info: Info,
    record: Annotated[strawberry.ID, strawberry.argument(description="Entity or tie.")],
    right: _Right = None,
    action: _Action = None,
    field: _Field = None,
    at: _At = None,
    purpose: Annotated[str, strawberry.argument(description="Of the call.")] = OPERATE,
    first: Annotated[int, strawberry.argument(description="How many to show.")] = 100,
    after: Annotated[
        strawberry.ID | None, strawberry.argument(description="The last holder of the page before.")
    ] = None,
) -> AccessHolders | None:
    """Who may do something to a record."""
    asking = info.context
    found = await who_can(
        asking.session,
        record_id(record, "record"),
        _what(asking, right, action),
        field=_field(asking, field),
        at=_instant(at),
        purpose=purpose,
        first=first,
        after=None if after is None else record_id(after, "after"),
    )
    return AccessHolders(holders=[_holder(each) for each in found.holders], more=found.more)


def _instant(given: object) -> datetime | None:
    """A moment from its wire form, in which the scalar hands it on."""
    parsed: datetime | None = None if given is None else Instant().parse(given)
    return parsed


def _what(asking: Asking, right: AccessRight | None, action: str | None) -> Right | str:
    if (right is None) == (action is None):
        raise BadValue("Ask about a right or about an action.", path="right")
    if action is None:
        assert right is not None
        return Right[right.name]
    return next((name for name in asking.catalogue.actions if camel(name) == action), action)


def _field(asking: Asking, given: str | None) -> str | None:
    """The name that a field was declared by."""
    if given is None:
        return None
    names = (name for each in asking.catalogue for name in each.all_fields)
    return next((name for name in names if camel(name) == given), given)


def _record(named: Named) -> AccessRecord:
    identity = None if named.id is None else strawberry.ID(str(named.id))
    return AccessRecord(id=identity, type=named.type, label=named.label)


def _rule(rule: Rule) -> AccessRule:
    source = None if rule.source is None else strawberry.ID(str(rule.source))
    return AccessRule(role=rule.role, words=rule.words, plugin=rule.plugin, id=source)


def _steps(chain: Iterable[Step]) -> list[AccessStep]:
    return [
        AccessStep(
            start=_record(each.start),
            end=camel(each.end),
            relationship=each.relationship,
            tie=None if each.tie is None else strawberry.ID(str(each.tie)),
            valid_from=None if each.valid_from is None else each.valid_from.isoformat(),
            valid_to=None if each.valid_to is None else each.valid_to.isoformat(),
            record=_record(each.record),
        )
        for each in chain
    ]


def _miss(missed: NearMiss) -> AccessMiss:
    return AccessMiss(
        rule=_rule(missed.rule),
        held=missed.held,
        chain=_steps(missed.chain),
        missing=list(missed.missing),
    )


def _explanation(found: Explanation) -> AccessExplanation:
    return AccessExplanation(
        allowed=found.allowed,
        sentence=str(found),
        record=_record(found.record),
        who=None if found.who is None else _record(found.who),
        firm=None if found.firm is None else _record(found.firm),
        roles=sorted(found.roles),
        rule=None if found.rule is None else _rule(found.rule),
        chain=_steps(found.chain),
        rests_on=[_explanation(each) for each in found.rests_on],
        nearest=[_miss(each) for each in found.nearest],
        closed=found.closed,
    )


def _holder(holder: Holder) -> AccessHolder:
    return AccessHolder(
        record=_record(holder.record),
        without_firm=holder.without_firm,
        firms=[_record(each) for each in holder.firms],
        rules=[_rule(each) for each in holder.rules],
    )
