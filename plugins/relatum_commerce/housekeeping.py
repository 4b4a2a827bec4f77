"""Which organizations we sell as: what makes somebody our customer, and a partnership one with us."""

from relatum import READ, UPDATE, Context, action
from relatum_base import Organization


@action(Organization, elevated={Organization: READ | UPDATE})
async def sell_as(ctx: Context, organization: Organization, sells: bool = True) -> Organization:
    """Say that we sell as an organization, or no longer do: those whom it supplies are our customers.

    Args:
        ctx: of the call.
        organization: which.
        sells: whether we do.
    """
    return await ctx.elevated.update(organization, sells=sells)
