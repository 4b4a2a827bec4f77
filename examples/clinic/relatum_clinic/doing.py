"""What is done with appointments: cancelled, refused, counted, told of the day before, asked about afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from relatum import (
    READ,
    UPDATE,
    Change,
    Context,
    Draft,
    Field,
    Refused,
    Template,
    WorkflowContext,
    action,
    before,
    computed,
    on,
    scheduled,
    workflow,
)
from relatum_base import Person
from relatum_clinic.meetings import Appointment, AppointmentOf


@action(Appointment, rights={"patient"}, elevated={Appointment: UPDATE})
async def cancel_appointment(ctx: Context, appointment: Appointment) -> Appointment:
    """Cancel an appointment, early enough for somebody else to have it.

    Args:
        ctx: of the call.
        appointment: which.
    """
    if appointment.starts - ctx.now < timedelta(hours=ctx.settings.notice_hours):
        raise Refused("late", path="appointment", message="It is too late to cancel: please phone.")
    return await ctx.elevated.update(appointment, state="cancelled")


@before(Appointment, "created", "updated", fields={"minutes"})
async def refuse_what_no_doctor_can_keep(ctx: Context, drafts: Sequence[Draft]) -> None:
    """Appointments last between five minutes and two hours."""
    for draft in drafts:
        if not 5 <= draft.values["minutes"] <= 120:
            draft.refuse("length", "It lasts between 5 and 120 minutes.", path="minutes")


@computed(Person)
async def upcoming(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many appointments a patient has ahead of him, as far as the reader may see them."""
    ahead = (Field("source.starts") > ctx.now) & (Field("source.state") == "planned")
    ties = ctx.db.select(AppointmentOf).where(ahead & Field("target.id").one_of(ids))
    counts = Counter(tie.target for tie in await ties.all())
    return {each: counts[each] for each in ids}


reminder = Template(
    "Your appointment tomorrow",
    "Dear {{ person.name }},\n\nwe expect you at {{ record.starts }}: {{ record.subject }}.\n",
)


how_was_it = Template(
    "How was it?",
    "Dear {{ person.name }},\n\nwere you content with {{ record.subject }} on {{ record.starts }}?\n",
)


@on(
    Appointment,
    "updated",
    fields={"state"},
    when=Field("state") == "held",
    elevated={Appointment: READ},
)
async def held(ctx: Context, change: Change) -> None:
    """Ask the patient, once an appointment was held."""
    await ctx.start(ask_afterwards, appointment=change.record)


@workflow(elevated={Appointment: READ, AppointmentOf: READ, Person: READ})
async def ask_afterwards(ctx: WorkflowContext, appointment: Appointment) -> None:
    """Ask a patient how it was, two days later."""
    await ctx.sleep(timedelta(days=2))
    await ctx.step(ask, appointment.id)


async def ask(ctx: Context, appointment: UUID) -> None:
    """Ask whoever it was with."""
    visit = await ctx.db.get(Appointment, appointment)
    for patient in await ctx.db.select(visit.patient).all():
        await ctx.notify(patient, template="how_was_it", record=visit)


@scheduled("0 8 * * *", elevated={Appointment: READ, AppointmentOf: READ, Person: READ})
async def remind(ctx: WorkflowContext) -> None:
    """Remind patients of what they have tomorrow."""
    await ctx.step(tell_patients)


async def tell_patients(ctx: Context) -> int:
    """Tell each patient, and say how many were told."""
    begin = ctx.now + timedelta(days=1)
    near = (Field("source.starts") >= begin) & (Field("source.starts") < begin + timedelta(days=1))
    planned = near & (Field("source.state") == "planned")
    ties = await ctx.db.select(AppointmentOf).where(planned).all()
    for tie in ties:
        await ctx.notify(tie.target, template="reminder", record=tie.source)
    return len(ties)
