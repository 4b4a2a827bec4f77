"""The plans in use, kept by request and rights, each in the forms that principals need."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from relatum.access import AccessView, Principal, view_of
from relatum.catalogue.model import Catalogue
from relatum.connections.types import DialectName
from relatum.reading.following import FollowPlan, follow_plan
from relatum.reading.plan import Beside, ReadPlan, plan
from relatum.reading.sizes import Sizes
from relatum.reading.weighing import Weights
from relatum.tables import Tables
from relatum_schemas.selection import Request, RootField

KEPT: Final = 500
"""How many plans are kept; the one not used for longest goes first."""


class Plans:
    """The plans of one catalogue for one database. A new catalogue gets new plans.

    Attributes:
        sizes: how much principals see, by which they get one or the other form of a plan.
        weights: how many rows parts of queries find, by which pages of large lists begin somewhere.
    """

    def __init__(
        self, *, catalogue: Catalogue, tables: Tables, dialect: DialectName, kept: int = KEPT
    ) -> None:
        """Keep what plans are made for."""
        self.catalogue = catalogue
        self.tables = tables
        self.dialect: DialectName = dialect
        self.kept = kept
        self.sizes = Sizes(catalogue=catalogue, tables=tables, dialect=dialect)
        self.weights = Weights(catalogue=catalogue, tables=tables, dialect=dialect)
        self._plans: OrderedDict[tuple[Hashable, AccessView], ReadPlan] = OrderedDict()
        self._following: OrderedDict[tuple[Hashable, AccessView, AccessView], FollowPlan] = (
            OrderedDict()
        )

    def get(self, request: Request, principal: Principal, beside: Beside | None = None) -> ReadPlan:
        """Return the plan of a request for whoever has the principal's rights.

        Args:
            request: what is asked.
            principal: who asks.
            beside: what its statement is about to tell beside the answer.

        Raises:
            RelatumError: the request names what is not there, or has no meaning.
        """
        access = view_of(principal)
        key = (_key(request), access)
        known = self._plans.get(key)
        if known is not None:
            self._plans.move_to_end(key)
            return known
        made = plan(
            request,
            catalogue=self.catalogue,
            tables=self.tables,
            access=access,
            dialect=self.dialect,
            beside=beside,
        )
        while len(self._plans) >= self.kept:
            self._plans.popitem(last=False)
        self._plans[key] = made
        return made

    def following(
        self, root: RootField, principal: Principal, then: frozenset[str] | None = None
    ) -> FollowPlan:
        """Return the plan by which whoever has the principal's rights follows changes.

        Args:
            root: what is asked.
            principal: who follows.
            then: the roles by which it was told what it knows; None for those that it has.

        Raises:
            RelatumError: the source names what is not there, or has no meaning.
        """
        access = view_of(principal)
        earlier = access if then is None else view_of(replace(principal, roles=then))
        key = (_key(root), access, earlier)
        known = self._following.get(key)
        if known is not None:
            self._following.move_to_end(key)
            return known
        made = follow_plan(
            root,
            catalogue=self.catalogue,
            tables=self.tables,
            access=access,
            then=earlier,
            dialect=self.dialect,
        )
        while len(self._following) >= self.kept:
            self._following.popitem(last=False)
        self._following[key] = made
        return made


def _key(request: Request | RootField) -> Hashable:
    """The request itself; one with lists or objects among its literals has no hash, then its text."""
    try:
        hash(request)
    except TypeError:
        return request.model_dump_json()
    return request
