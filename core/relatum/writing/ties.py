"""Acts on ties: relate, end, change and correct. Whether what comes of them may be is judged on the whole batch."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from relatum.identifiers import new_id
from relatum.writing.commands import Change, Correct, End, Moment, Relate, Unchanged
from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.forms import Form
from relatum.writing.periods import ALWAYS, Period, is_empty, present
from relatum.writing.values import changed_content, new_content
from relatum_schemas.errors import BadPeriod, BadReference, RelatumError
from relatum_schemas.kinds import Day, Instant


def relate(batch: Batch, at: int, command: Relate) -> Draft | None:
    """Tie two records; None when values or period are not right."""
    plan = batch.plan
    try:
        form = plan.tie(command.type)
    except RelatumError as error:
        batch.problem(error, at, "type")
        return None
    content, problems = new_content(batch, form, command.values)
    batch.problems_at(at, problems)
    period = _period(batch, at, form, command.valid_from, command.valid_to)
    if problems or period is None:
        return None
    source, target = ordered_ends(form, command.source, command.target)
    state = State(1, content, source, target, period)
    draft = Draft(command.id or new_id(), form, at, state=state)
    return batch.add_new(draft, "related", command.external_keys)


def end(batch: Batch, at: int, command: End) -> Draft | None:
    """Let a tie hold no longer from a moment on."""
    draft = _tie_with_period(batch, at, command, command.if_version)
    if draft is None:
        return None
    moment = _moment_within(batch, at, draft, command.at)
    if moment is None:
        return None
    state = draft.last
    period = Period(state.period.start, moment)
    draft.step("ended", ("valid_to",), state.after(period=period))
    draft.command = at
    return draft


def change(batch: Batch, at: int, command: Change) -> tuple[Draft, Draft] | None:
    """End a tie and start its successor: the successor, then the tie."""
    draft = _tie_with_period(batch, at, command, command.if_version)
    if draft is None:
        return None
    moment = _moment_within(batch, at, draft, command.at)
    state = draft.last
    content, _, problems = changed_content(batch, draft.form, state.content, command.values)
    batch.problems_at(at, problems)
    if problems or moment is None:
        return None
    before = Period(state.period.start, moment)
    after = State(1, content, state.source, state.target, Period(moment, state.period.end))
    following = Draft(command.successor or new_id(), draft.form, at, state=after)
    successor = batch.add_new(following, "related", ())
    if successor is None:
        return None
    draft.step("changed", ("valid_to",), state.after(period=before))
    draft.command = at
    return successor, draft


def correct(batch: Batch, at: int, command: Correct) -> Draft | None:
    """Say how a tie always was."""
    draft = _tie(batch, at, command, command.if_version)
    if draft is None:
        return None
    form, state = draft.form, draft.last
    content, changed, problems = changed_content(batch, form, state.content, command.values)
    batch.problems_at(at, problems)
    period = _corrected_period(batch, at, form, state.period, command)
    if problems or period is None:
        return None
    source, target = ordered_ends(
        form, command.source or state.ends()[0], command.target or state.ends()[1]
    )
    corrected = replace(state, content=content, source=source, target=target, period=period)
    touched = (*changed, *differing_ends(state, corrected))
    if touched:
        corrected.version, corrected.recorded_from = state.version + 1, None
        draft.step("corrected", touched, corrected)
        draft.command = at
    batch.attach(draft, command.external_keys)
    return draft


def differing_ends(before: State, after: State) -> list[str]:
    """Names of ends and bounds that differ."""
    pairs = {
        "source": (before.source, after.source),
        "target": (before.target, after.target),
        "valid_from": (before.period.start, after.period.start),
        "valid_to": (before.period.end, after.period.end),
    }
    return [name for name, (old, new) in pairs.items() if old != new]


def ordered_ends(form: Form, source: UUID, target: UUID) -> tuple[UUID, UUID]:
    """The ends as stored: of a type that reads the same both ways, the smaller id first."""
    if form.relationship.symmetric and target < source:
        return target, source
    return source, target


def _tie(
    batch: Batch, at: int, command: End | Change | Correct, if_version: int | None
) -> Draft | None:
    draft = batch.living(at, command.id, command.type, if_version=if_version)
    if draft is None or draft.form.is_tie:
        return draft
    hint = "Update or delete an entity instead."
    batch.problem(BadReference("The record is no tie.", path="id", hint=hint), at)
    return None


def _tie_with_period(
    batch: Batch, at: int, command: End | Change, if_version: int | None
) -> Draft | None:
    draft = _tie(batch, at, command, if_version)
    if draft is None or draft.form.has_period:
        return draft
    batch.problem(_without_validity(draft.form, "at", "Correct or remove the tie instead."), at)
    return None


def _without_validity(form: Form, path: str, hint: str) -> BadPeriod:
    return BadPeriod(f"Ties {form.name} have no validity: they hold always.", path=path, hint=hint)


def _moment_within(batch: Batch, at: int, draft: Draft, given: Moment | None) -> date | None:
    """The moment of an act, which has to divide the tie's period in two; else a problem is noted."""
    form, period = draft.form, draft.last.period
    moment = (
        present(form.relationship.validity, batch.now, batch.plan.catalogue.zone)
        if given is None
        else _bound(batch, at, form, "at", given)
    )
    if moment is None:
        return None
    if period.start is not None and moment <= period.start:
        hint = "Remove the tie if it never was, or correct its period."
        message = f"The tie begins on {period.start}; it cannot end on {moment}."
        batch.problem(BadPeriod(message, path="at", hint=hint), at)
        return None
    if period.end is not None and moment >= period.end:
        message = f"The tie holds until {period.end} only; {moment} is not before that."
        batch.problem(BadPeriod(message, path="at", hint="Correct its period."), at)
        return None
    return moment


def _corrected_period(
    batch: Batch, at: int, form: Form, before: Period, command: Correct
) -> Period | None:
    start, end_ = command.valid_from, command.valid_to
    if isinstance(start, Unchanged) and isinstance(end_, Unchanged):
        return before
    return _period(
        batch,
        at,
        form,
        before.start if isinstance(start, Unchanged) else start,
        before.end if isinstance(end_, Unchanged) else end_,
    )


def _period(
    batch: Batch, at: int, form: Form, valid_from: Moment | None, valid_to: Moment | None
) -> Period | None:
    """The period from two bounds as given; None when it is none, which is noted."""
    if valid_from is None and valid_to is None:
        return ALWAYS
    if not form.has_period:
        path = "valid_from" if valid_from is not None else "valid_to"
        batch.problem(_without_validity(form, path, "Leave valid_from and valid_to out."), at)
        return None
    found = len(batch.problems)
    start = _bound(batch, at, form, "valid_from", valid_from)
    period = Period(start, _bound(batch, at, form, "valid_to", valid_to))
    if len(batch.problems) > found:
        return None
    if is_empty(period):
        message = f"A tie cannot hold from {period.start} until {period.end}."
        hint = "valid_to is the first moment at which it holds no longer, after valid_from."
        batch.problem(BadPeriod(message, path="valid_to", hint=hint), at)
        return None
    return period


def _bound(batch: Batch, at: int, form: Form, name: str, given: Moment | None) -> date | None:
    if given is None:
        return None
    kind = Day() if form.relationship.validity == "day" else Instant()
    try:
        bound: date = kind.parse(given)
    except RelatumError as error:
        batch.problem(error, at, name)
        return None
    return bound
