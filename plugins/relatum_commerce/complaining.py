"""What is done with complaints: raised by customers, answered by us."""

from typing import Literal

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Field,
    FileReference,
    LongText,
    Refused,
    action,
)
from relatum_base import Organization
from relatum_commerce.complaints import Complaint, ComplaintAbout, ComplaintBy
from relatum_commerce.numbering import drawn
from relatum_commerce.orders import Order, OrderLine


@action(
    Order,
    elevated={
        Complaint: READ | CREATE | RELATE,
        ComplaintAbout: READ | RELATE,
        ComplaintBy: READ | RELATE,
        Order: READ | RELATE,
        OrderLine: READ | RELATE,
        Organization: READ | RELATE,
    },
    when=Field("state") != "draft",
    otherwise=Refused("draft", message="This order is not placed yet."),
)
async def complain(
    ctx: Context,
    order: Order,
    subject: str,
    kind: Literal["damaged", "missing", "wrong", "late", "price", "other"] = "other",
    line: OrderLine | None = None,
    description: LongText | None = None,
    quantity: int | None = None,
    picture: FileReference | None = None,
) -> Complaint:
    """Say that something of an order is not as it should be.

    Args:
        ctx: of the call.
        order: which.
        subject: what is wrong, in few words.
        kind: what sort of thing is wrong.
        line: the line of the order that it is about, if it is about one.
        description: what is wrong, at length.
        quantity: how many units it is about.
        picture: what it looks like.
    """
    if line is not None and line.source != order.id:
        raise Refused("other_order", path="line", message="This line is of another order.")
    if quantity is not None and (quantity < 1 or (line is not None and quantity > line.quantity)):
        raise Refused("quantity", path="quantity", message="So many units were not ordered.")
    said = Complaint(
        number=drawn("R", ctx.today),
        subject=subject,
        kind=kind,
        description=description,
        quantity=quantity,
        picture=picture,
    )
    customer = await ctx.elevated.select(order.customer).all()
    return await ctx.elevated.create(said, concerns=line or order, customer=customer)


@action(
    Complaint,
    elevated={Complaint: READ | UPDATE},
    when=Field("state").one_of(["received", "in_review", "accepted"]),
    otherwise=Refused("over", message="It is settled or declined."),
)
async def answer_complaint(
    ctx: Context,
    complaint: Complaint,
    verdict: Literal["in_review", "accepted", "declined", "settled"],
    answer: LongText | None = None,
) -> Complaint:
    """Say what becomes of a complaint.

    Args:
        ctx: of the call.
        complaint: which.
        verdict: how far it is.
        answer: what the customer is told; once it is accepted or declined, something has to be said.
    """
    said = {"answer": answer} if answer is not None else {}
    return await ctx.elevated.update(complaint, state=verdict, **said)
